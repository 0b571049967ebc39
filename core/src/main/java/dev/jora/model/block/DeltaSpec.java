package dev.jora.model.block;

/**
 * A gated delta net (Qwen3-Next, Qwen 3.5).
 *
 * @param keyHeads heads of q and k
 * @param heads heads of v
 * @param keyDim values of a head of q and k
 * @param valueDim values of a head of v
 * @param taps tokens that the convolution sees
 * @param together true: α and b come from one matrix, key head by key head, and value heads follow
 *     their key head (Qwen3-Next)
 * @param norm of heads, behind the rule
 */
public record DeltaSpec(
    int keyHeads, int heads, int keyDim, int valueDim, int taps, boolean together, NormSpec norm)
    implements BlockSpec {
  /** Values of all heads of v. */
  int inner() {
    return heads * valueDim;
  }

  /** Columns of the convolution: q, k and v. */
  int channels() {
    return 2 * keyHeads * keyDim + inner();
  }

  @Override
  public DeltaBlock bind(TensorTable table, String layer, int width) {
    return DeltaBlock.bind(this, table, layer, width);
  }
}
