package dev.jora.model.block;

/**
 * Which values of a head turn with its position.
 *
 * @param neox pairs are (i, i + dimensions/2), else (2i, 2i + 1)
 * @param dimensions values that turn
 * @param ownBase base of these layers, which are not scaled then; 0 for the model's
 * @param magnitude YaRN lengthens what turns; false where the scale of attention does that
 */
public record RopeSpec(boolean neox, int dimensions, float ownBase, boolean magnitude) {}
