package dev.jora.backend;

import dev.jora.tensor.GgmlType;

/**
 * A KV cache: keys and values of every position.
 *
 * @param keyDim values per head and position of K
 * @param valueDim values per head and position of V
 * @param valueType null where values are the first {@code valueDim} of each key, and not kept
 * @param window positions a query can see, itself included; 0 for all
 * @param rope how the values of a key from {@code ropeFrom} on are turned, so that they can be
 *     moved; null where they are not
 */
public record KvSpec(
    int kvHeads,
    int keyDim,
    int valueDim,
    GgmlType keyType,
    GgmlType valueType,
    int window,
    Rope rope,
    int ropeFrom)
    implements StateSpec {
  /** Positions beyond a window that may still be held: pages are forgotten as a whole. */
  private static final int SLACK = 128;

  /** A cache whose keys turn from their first value on, or not at all. */
  public KvSpec(
      int kvHeads,
      int keyDim,
      int valueDim,
      GgmlType keyType,
      GgmlType valueType,
      int window,
      Rope rope) {
    this(kvHeads, keyDim, valueDim, keyType, valueType, window, rope, 0);
  }

  /** Bytes of K and V of one position. */
  public long bytesPerPosition() {
    long values = valueType == null ? 0 : valueType.rowBytes(valueDim);
    return kvHeads * (keyType.rowBytes(keyDim) + values);
  }

  @Override
  public long bytes(int length, int pass) {
    long positions = window == 0 ? length : Math.min(length, (long) window + pass + SLACK);
    return positions * bytesPerPosition();
  }

  @Override
  public long savedBytes(int first, int length) {
    return (length - first) * bytesPerPosition();
  }
}
