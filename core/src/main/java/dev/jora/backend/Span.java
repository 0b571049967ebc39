package dev.jora.backend;

/**
 * Consecutive tokens of one sequence within a batch.
 *
 * @param row the first token's row in the batch's buffers
 * @param count number of tokens
 * @param position the first token's position in its sequence
 */
public record Span(int row, int count, int position) {}
