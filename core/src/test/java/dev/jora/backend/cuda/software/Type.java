package dev.jora.backend.cuda.software;

import java.util.Locale;

/** A type of PTX. */
enum Type {
  PRED(0),
  B8(1),
  S8(1),
  U8(1),
  B16(2),
  S16(2),
  U16(2),
  F16(2),
  BF16(2),
  B32(4),
  S32(4),
  U32(4),
  F32(4),
  F16X2(4),
  BF16X2(4),
  B64(8),
  S64(8),
  U64(8),
  F64(8);

  private final int bytes;

  Type(int bytes) {
    this.bytes = bytes;
  }

  /** The type of a name without its point; null if it is none. */
  static Type find(String name) {
    for (Type type : values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Bytes in memory. */
  int bytes() {
    return bytes;
  }

  /** Whether registers of it have 64 bits. */
  boolean wide() {
    return bytes == 8;
  }

  boolean signed() {
    return this == S8 || this == S16 || this == S32 || this == S64;
  }

  /** Whether it is one number with a fraction. */
  boolean real() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /** Whether it is one or two numbers of 16 bits with a fraction. */
  boolean half() {
    return this == F16 || this == BF16 || this == F16X2 || this == BF16X2;
  }
}
