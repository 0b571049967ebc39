package dev.jora.backend.cuda.software;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in bytes, the low end first. */
final class Bytes {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  static int getShort(byte[] bytes, int at) {
    return (short) SHORTS.get(bytes, at) & 0xffff;
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static long getLong(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void putShort(byte[] bytes, int at, int value) {
    SHORTS.set(bytes, at, (short) value);
  }

  static void putInt(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  static void putLong(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  /** A number of 1, 2, 4 or 8 bytes, without a sign. */
  static long get(byte[] bytes, int at, int size) {
    return switch (size) {
      case 1 -> bytes[at] & 0xff;
      case 2 -> getShort(bytes, at);
      case 4 -> getInt(bytes, at) & 0xffffffffL;
      default -> getLong(bytes, at);
    };
  }

  static void put(byte[] bytes, int at, int size, long value) {
    switch (size) {
      case 1 -> bytes[at] = (byte) value;
      case 2 -> putShort(bytes, at, (int) value);
      case 4 -> putInt(bytes, at, (int) value);
      default -> putLong(bytes, at, value);
    }
  }

  /** Whether {@code size} bytes are all {@code value}. */
  static boolean all(byte[] bytes, int at, int size, byte value) {
    long eight = value * 0x0101010101010101L;
    switch (size) {
      case 4 -> {
        return getInt(bytes, at) == (int) eight;
      }
      case 8 -> {
        return getLong(bytes, at) == eight;
      }
      case 16 -> {
        return getLong(bytes, at) == eight && getLong(bytes, at + 8) == eight;
      }
      default -> {
        for (int i = at; i < at + size; i++) {
          if (bytes[i] != value) {
            return false;
          }
        }
        return true;
      }
    }
  }

  /** Sets {@code size} bytes. */
  static void fill(byte[] bytes, int at, int size, byte value) {
    long eight = value * 0x0101010101010101L;
    switch (size) {
      case 4 -> putInt(bytes, at, (int) eight);
      case 8 -> putLong(bytes, at, eight);
      case 16 -> {
        putLong(bytes, at, eight);
        putLong(bytes, at + 8, eight);
      }
      default -> {
        for (int i = at; i < at + size; i++) {
          bytes[i] = value;
        }
      }
    }
  }
}
