/** What checkpoints are read from: files of named tensors, one class for each format. */
package dev.jora.convert.source;
