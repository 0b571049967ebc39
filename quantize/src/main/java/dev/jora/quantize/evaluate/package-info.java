/**
 * How good a model is at a text: perplexity, divergence from another model, tasks with a right
 * answer. Definitions, chunks, scored tokens and file formats are llama-perplexity's, so figures of
 * the two programs can be compared.
 */
package dev.jora.quantize.evaluate;
