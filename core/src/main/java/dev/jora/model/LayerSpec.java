package dev.jora.model;

import dev.jora.model.block.BlockSpec;

/**
 * The sub-layers of a layer.
 *
 * @param mixer what looks at other tokens: attention, or a recurrence
 * @param feedForward null where there is none
 * @param input what lets the layer's own input in, or null
 */
public record LayerSpec(BlockSpec mixer, BlockSpec feedForward, BlockSpec input) {}
