/**
 * {@code jora perplexity}: texts, tasks and base files, by which models are measured and compared.
 */
package dev.jora.cli.evaluate;
