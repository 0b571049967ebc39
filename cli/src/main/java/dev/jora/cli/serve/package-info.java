/** {@code jora serve}. */
package dev.jora.cli.serve;
