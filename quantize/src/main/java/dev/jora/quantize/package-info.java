/**
 * Making model files: quantization, importance matrices, conversion; and measuring what it cost.
 */
package dev.jora.quantize;
