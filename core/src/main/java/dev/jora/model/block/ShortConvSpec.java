package dev.jora.model.block;

/**
 * A gated short convolution (LFM2).
 *
 * @param taps tokens that it sees
 */
public record ShortConvSpec(int taps) implements BlockSpec {
  @Override
  public ShortConvBlock bind(TensorTable table, String layer, int width) {
    return ShortConvBlock.bind(this, table, layer + "shortconv.", width);
  }
}
