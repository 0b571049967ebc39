package dev.jora.gguf;

/** Value types of GGUF metadata; the ordinal is the number in the file. */
public enum GgufType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int minBytes;

  GgufType(int minBytes) {
    this.minBytes = minBytes;
  }

  /** Bytes a value takes, for strings and arrays the least. */
  public int minBytes() {
    return minBytes;
  }

  /** True for the eight integer types. */
  public boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      default -> false;
    };
  }
}
