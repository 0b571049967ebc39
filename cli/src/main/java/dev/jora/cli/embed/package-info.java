/** {@code jora embed} and {@code jora rerank}: texts become vectors, or scores of a question. */
package dev.jora.cli.embed;
