package dev.jora.model;

import dev.jora.model.block.Block;
import dev.jora.model.block.Linear;

/**
 * The tensors of one layer; a part that the architecture or the file lacks is null.
 *
 * @param norm before the mixer
 * @param mixer what looks at other tokens
 * @param postNorm after it
 * @param feedForwardNorm before the feed-forward block
 * @param feedForward what looks at each token alone
 * @param postFeedForwardNorm after it
 */
public record Layer(
    Linear norm,
    Block mixer,
    Linear postNorm,
    Linear feedForwardNorm,
    Block feedForward,
    Linear postFeedForwardNorm) {}
