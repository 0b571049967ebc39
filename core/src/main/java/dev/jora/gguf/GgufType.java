package dev.jora.gguf;

/** Value types of GGUF metadata; the ordinal is the number in the file. */
public enum GgufType {
  UINT8(1, "u8"),
  INT8(1, "i8"),
  UINT16(2, "u16"),
  INT16(2, "i16"),
  UINT32(4, "u32"),
  INT32(4, "i32"),
  FLOAT32(4, "f32"),
  BOOL(1, "bool"),
  STRING(8, "str"),
  ARRAY(12, "arr"),
  UINT64(8, "u64"),
  INT64(8, "i64"),
  FLOAT64(8, "f64");

  private final int minBytes;
  private final String label;

  GgufType(int minBytes, String label) {
    this.minBytes = minBytes;
    this.label = label;
  }

  /** Short name, as llama.cpp prints it: {@code u32}, {@code str}. */
  public String label() {
    return label;
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

  /** True if this is an integer type whose range holds {@code value}; UINT64 takes any bits. */
  public boolean holds(long value) {
    return switch (this) {
      case UINT8 -> value == (value & 0xFF);
      case INT8 -> value == (byte) value;
      case UINT16 -> value == (value & 0xFFFF);
      case INT16 -> value == (short) value;
      case UINT32 -> value == (value & 0xFFFF_FFFFL);
      case INT32 -> value == (int) value;
      case UINT64, INT64 -> true;
      default -> false;
    };
  }
}
