/**
 * Importance matrices: how much each input column of a weight matrix matters, measured on a text,
 * for quantizers to spend their precision where it counts.
 */
package dev.jora.quantize.imatrix;
