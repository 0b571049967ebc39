package dev.jora.backend.cuda.software;

import java.util.Arrays;

/**
 * Memory of a device. What nobody wrote holds bytes of all ones, which no number that is one can
 * be, and is known as such.
 */
final class Allocation {
  final long base;
  final byte[] bytes;
  final String name;

  /** 1 for every byte that was written; null once all are. */
  volatile byte[] written;

  Allocation(long base, int size, String name) {
    this.base = base;
    this.bytes = new byte[size];
    this.written = new byte[size];
    this.name = name;
    Arrays.fill(bytes, (byte) -1);
  }

  long end() {
    return base + bytes.length;
  }

  boolean holds(long address, long size) {
    return address >= base && size <= bytes.length && address - base <= bytes.length - size;
  }

  /** That a range was written from outside. */
  void wrote(int at, int size) {
    byte[] known = written;
    if (known == null) {
      return;
    }
    Arrays.fill(known, at, at + size, (byte) 1);
    if (at + size == bytes.length && complete(known)) {
      written = null;
    }
  }

  private static boolean complete(byte[] known) {
    for (byte one : known) {
      if (one == 0) {
        return false;
      }
    }
    return true;
  }

  /** Copies content, and what is known of it. */
  static void copy(Allocation from, int src, Allocation to, int dst, int size) {
    System.arraycopy(from.bytes, src, to.bytes, dst, size);
    byte[] known = from.written;
    if (known == null) {
      to.wrote(dst, size);
    } else if (to.written != null) {
      System.arraycopy(known, src, to.written, dst, size);
    } else if (!Arrays.equals(known, src, src + size, ones(size), 0, size)) {
      to.written = ones(to.bytes.length);
      System.arraycopy(known, src, to.written, dst, size);
    }
  }

  private static byte[] ones(int size) {
    byte[] ones = new byte[size];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }
}
