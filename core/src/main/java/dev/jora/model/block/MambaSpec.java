package dev.jora.model.block;

/**
 * Mamba: a convolution over the last few tokens, then a selective scan.
 *
 * @param inner values of the recurrence
 * @param states numbers in the state of each
 * @param taps tokens that the convolution sees
 * @param rank width of what Δ is made from
 * @param normed what Δ, b and c are made from is normalised (Falcon Mamba)
 * @param norm how
 */
public record MambaSpec(int inner, int states, int taps, int rank, boolean normed, NormSpec norm)
    implements BlockSpec {
  @Override
  public MambaBlock bind(TensorTable table, String layer, int width) {
    return MambaBlock.bind(this, table, layer + "ssm_", width);
  }
}
