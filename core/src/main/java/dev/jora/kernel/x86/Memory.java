package dev.jora.kernel.x86;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single values at addresses that a caller has checked. */
final class Memory {
  @SuppressWarnings("restricted") // addresses stand for segments that were checked at the entry
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Memory() {}

  static float getFloat(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT, address);
  }

  static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT, address);
  }

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  static void setInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT, address, value);
  }
}
