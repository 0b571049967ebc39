package dev.jora.backend;

/**
 * A rotary position embedding: pair i of a head turns by position · {@code frequencies[i]}.
 *
 * @param neox true: pair i is (i, i + n_rot/2); false: (2i, 2i + 1)
 * @param frequencies radians per position, one per pair; n_rot / 2 of them
 * @param magnitude factor on cos and sin (YaRN's mscale), else 1
 */
public record Rope(boolean neox, double[] frequencies, double magnitude) {}
