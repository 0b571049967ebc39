package dev.jora.quantize.split;

/** What a shard may hold. */
public sealed interface SplitLimit {
  /**
   * So many tensors.
   *
   * @param count 1 or more
   */
  record Tensors(int count) implements SplitLimit {
    /** Checks the count. */
    public Tensors {
      if (count < 1) {
        throw new IllegalArgumentException("a shard holds at least 1 tensor, not " + count);
      }
    }
  }

  /**
   * So many bytes of tensors, each padded to its alignment. A tensor that is larger has a shard of
   * its own.
   *
   * @param count 1 or more
   */
  record Bytes(long count) implements SplitLimit {
    /** Checks the count. */
    public Bytes {
      if (count < 1) {
        throw new IllegalArgumentException("a shard holds at least 1 byte, not " + count);
      }
    }
  }
}
