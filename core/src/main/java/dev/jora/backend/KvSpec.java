package dev.jora.backend;

import dev.jora.tensor.GgmlType;

/**
 * What one layer keeps of every position.
 *
 * @param keyDim values per head and position of K
 * @param valueDim values per head and position of V
 * @param window positions a query can see, itself included; 0 for all
 */
public record KvSpec(
    int kvHeads, int keyDim, int valueDim, GgmlType keyType, GgmlType valueType, int window) {
  /** Bytes of K and V of one position. */
  public long bytesPerPosition() {
    return kvHeads * (keyType.rowBytes(keyDim) + valueType.rowBytes(valueDim));
  }
}
