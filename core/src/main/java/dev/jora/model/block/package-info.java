/**
 * Kinds of sub-layers. A {@link dev.jora.model.block.BlockSpec} says with which numbers, a {@link
 * dev.jora.model.block.Block} has its tensors, and wired to a backend it is a {@link
 * dev.jora.model.block.Block.Step} that runs. A kind is one class of each of the first two; the
 * frame around them (norms, residuals, order) knows none of them.
 */
package dev.jora.model.block;
