/**
 * {@code jora quantize} and {@code jora imatrix}: files of fewer bits, and what they should keep.
 */
package dev.jora.cli.quantize;
