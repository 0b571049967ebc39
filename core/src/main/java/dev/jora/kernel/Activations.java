package dev.jora.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Rows of activations for products.
 *
 * @param rows as floats, one a token
 * @param prepared what all parts of {@link TokenProducts#prepare} wrote for them
 */
public record Activations(Floats rows, MemorySegment prepared) {}
