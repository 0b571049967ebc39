package dev.jora.model;

import dev.jora.model.block.NormSpec;

/**
 * What stands around the sub-layers. The plain frame is Llama's: x += mixer(norm(x)), x +=
 * feed-forward(norm(x)).
 *
 * @param norm how rows are normalised
 * @param preNorm {@code attn_norm} and the feed-forward's norm stand before their sub-layers
 * @param postNorm {@code post_attention_norm} and {@code post_ffw_norm} stand before the additions
 * @param parallel which layers' sub-layers both start from the layer's input
 * @param behindAddition norms stand behind the additions, as BERT has them: {@code
 *     attn_output_norm} and {@code layer_output_norm}
 * @param feedForwardNorm what the norm before the feed-forward block is called
 * @param outputNorm what the norm before the output is called; null for none
 * @param learnedPositions positions enter by {@code position_embd.weight}
 * @param embeddingNorm {@code token_embd_norm} stands behind the token embeddings
 * @param layerInputs values of a token that each layer has as an input of its own; 0 for none
 * @param outputScales layers may have {@code layer_output_scale}
 * @param embeddingScale factor on token embeddings
 * @param residualScale factor on what sub-layers add
 * @param softcap cap of logits, 0 for none
 * @param logitScale factor on logits
 * @param encodes it reads a text as a whole, and has no logits
 */
public record FrameSpec(
    NormSpec norm,
    boolean preNorm,
    boolean postNorm,
    Parallel parallel,
    boolean behindAddition,
    String feedForwardNorm,
    String outputNorm,
    boolean learnedPositions,
    boolean embeddingNorm,
    int layerInputs,
    boolean outputScales,
    float embeddingScale,
    float residualScale,
    float softcap,
    float logitScale,
    boolean encodes) {

  /** Which layers have both sub-layers side by side. */
  public enum Parallel {
    NONE,
    ALL,
    /** Those without a norm before the feed-forward block. */
    UNNORMED
  }
}
