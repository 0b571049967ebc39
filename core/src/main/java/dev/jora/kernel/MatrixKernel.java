package dev.jora.kernel;

/**
 * What multiplies matrices of one type and row length: found once for each of them.
 *
 * @param singles for one token or a few, of which each gets what it gets alone
 * @param batches for several tokens. What a token gets depends on nothing but itself, not on their
 *     number either, and need not be what {@code singles} gives it
 */
public record MatrixKernel(TokenProducts singles, TokenProducts batches) {}
