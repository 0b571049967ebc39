package dev.jora.model.block;

/**
 * The numbers of a sub-layer: data that can be printed and compared, and all that what is kept of a
 * text depends on beside the weights.
 */
public sealed interface BlockSpec
    permits AttentionSpec,
        LatentSpec,
        MambaSpec,
        Mamba2Spec,
        ShortConvSpec,
        SumSpec,
        DeltaSpec,
        FeedForwardSpec,
        SideBySideSpec,
        LayerInputSpec {
  /**
   * Finds the tensors of a layer.
   *
   * @param layer what their names begin with, {@code blk.N.}
   * @param width n_embd
   * @throws dev.jora.gguf.GgufException if one is missing or of the wrong shape
   */
  Block bind(TensorTable table, String layer, int width);

  /** True if it normalises what it reads itself, which the frame then does not. */
  default boolean normsInput() {
    return false;
  }
}
