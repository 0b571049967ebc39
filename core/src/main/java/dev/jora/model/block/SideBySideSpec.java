package dev.jora.model.block;

/**
 * A dense feed-forward block and experts side by side (Gemma 4 26B), which normalise what they read
 * and what they add themselves; a layer without a router has the dense one alone.
 *
 * @param feedForward the numbers of both
 * @param norm how they normalise
 */
public record SideBySideSpec(FeedForwardSpec feedForward, NormSpec norm) implements BlockSpec {
  @Override
  public boolean normsInput() {
    return true;
  }

  @Override
  public SideBySideBlock bind(TensorTable table, String layer, int width) {
    return SideBySideBlock.bind(this, table, layer, width);
  }
}
