package dev.jora.model;

import dev.jora.model.block.BlockSpec;

/**
 * The two sub-layers of a layer.
 *
 * @param mixer what looks at other tokens: attention, or a recurrence
 * @param feedForward null where there is none
 */
public record LayerSpec(BlockSpec mixer, BlockSpec feedForward) {}
