package dev.jora.model;

import dev.jora.model.block.Block;
import dev.jora.model.block.Linear;

/**
 * The tensors of one layer; a part that the architecture or the file lacks is null.
 *
 * @param parallel both sub-layers start from the layer's input
 * @param norm before the mixer
 * @param mixer what looks at other tokens
 * @param postNorm after it; behind the addition, where norms stand there
 * @param feedForwardNorm before the feed-forward block
 * @param feedForward what looks at each token alone
 * @param postFeedForwardNorm after it, likewise
 * @param input what lets the layer's own input in, behind the feed-forward block
 * @param postInputNorm after it
 * @param outputScale factor on the layer's output; 1 for none
 */
public record Layer(
    boolean parallel,
    Linear norm,
    Block mixer,
    Linear postNorm,
    Linear feedForwardNorm,
    Block feedForward,
    Linear postFeedForwardNorm,
    Block input,
    Linear postInputNorm,
    float outputScale) {}
