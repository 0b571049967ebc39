package dev.jora.backend;

/**
 * A state of fixed size that every token changes.
 *
 * @param channels columns of the layer's convolution
 * @param taps tokens that the convolution sees; it keeps the inputs of all but the last
 * @param cells floats of the recurrence
 */
public record RecurrentSpec(int channels, int taps, int cells) implements StateSpec {
  /** Floats of the convolution's inputs. */
  public int inputs() {
    return channels * (taps - 1);
  }

  /** What is valid, and what a pass is making of it. */
  @Override
  public long bytes(int length, int pass) {
    return 2 * savedBytes(0, length);
  }

  @Override
  public long savedBytes(int first, int length) {
    return 4L * (inputs() + cells);
  }
}
