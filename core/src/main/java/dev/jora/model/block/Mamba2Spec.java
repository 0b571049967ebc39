package dev.jora.model.block;

/**
 * Mamba 2: heads of values share one rate.
 *
 * @param inner values of the recurrence
 * @param states numbers in the state of each
 * @param taps tokens that the convolution sees
 * @param heads of values
 * @param groups of heads that share b and c, and are normalised together
 * @param norm how
 */
public record Mamba2Spec(int inner, int states, int taps, int heads, int groups, NormSpec norm)
    implements BlockSpec {
  /** Columns of the convolution: x, b and c. */
  int channels() {
    return inner + 2 * groups * states;
  }

  @Override
  public Mamba2Block bind(TensorTable table, String layer, int width) {
    return Mamba2Block.bind(this, table, layer + "ssm_", width);
  }
}
