package dev.jora.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the little-endian header of a mapped file from front to back. Nothing is allocated before
 * the bytes it stands for are known to be there. A window on the heap serves the many small reads
 * of a vocabulary, which would be slow from a segment while the code is still interpreted.
 */
final class HeaderCursor {
  /**
   * Most bytes of metadata and tensor table. A vocabulary of 262,144 tokens with merges takes 20
   * MB; the bound keeps a hostile file, whose holes cost nothing on disk, from filling the heap.
   */
  static final long MAX_HEADER = 128L << 20;

  /** What to do about a size beyond the end of the file. */
  static final String DAMAGED = ": the file is damaged or cut short, fetch it again";

  private static final int WINDOW = 1 << 16;

  private final Path file;
  private final MemorySegment source;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowLength;
  private long position;

  HeaderCursor(Path file, MemorySegment source) {
    this.file = file;
    this.source = source;
  }

  long position() {
    return position;
  }

  long remaining() {
    return source.byteSize() - position;
  }

  /** A fault of the field that starts at {@code offset}. */
  GgufException fault(long offset, String field, String expected, String found) {
    return new GgufException(file, offset, field, expected, found);
  }

  /** Demands {@code bytes} more bytes of file. */
  void need(long bytes, String field) {
    if (bytes < 0 || bytes > remaining()) {
      throw fault(
          position, field, Long.toUnsignedString(bytes) + " more bytes", remaining() + DAMAGED);
    }
    if (position + bytes > MAX_HEADER) {
      throw fault(
          position, field, "a header of at most " + MAX_HEADER + " bytes", "one that goes on");
    }
  }

  int u8(String field) {
    return Byte.toUnsignedInt(window[advance(1, field)]);
  }

  int u16(String field) {
    int i = advance(2, field);
    return Byte.toUnsignedInt(window[i]) | Byte.toUnsignedInt(window[i + 1]) << 8;
  }

  int i32(String field) {
    return intAt(advance(4, field));
  }

  long i64(String field) {
    int i = advance(8, field);
    return Integer.toUnsignedLong(intAt(i)) | (long) intAt(i + 4) << 32;
  }

  /** Any integer type; unsigned types zero-extended, UINT64 as its bits. */
  long integer(GgufType type, String field) {
    return switch (type) {
      case UINT8 -> u8(field);
      case INT8 -> (byte) u8(field);
      case UINT16 -> u16(field);
      case INT16 -> (short) u16(field);
      case UINT32 -> Integer.toUnsignedLong(i32(field));
      case INT32 -> i32(field);
      case UINT64, INT64 -> i64(field);
      default -> throw new IllegalArgumentException(type + " is no integer");
    };
  }

  /** A value of 0 or 1. */
  boolean bool(String field) {
    int value = u8(field);
    if (value > 1) {
      throw fault(position - 1, field, "a bool of 0 or 1", Integer.toString(value));
    }
    return value == 1;
  }

  /** A string of a 64-bit length and that many bytes. */
  String string(String field) {
    return string(field, MAX_HEADER);
  }

  /** A string of at most {@code maxBytes} bytes. */
  String string(String field, long maxBytes) {
    long length = length(field, maxBytes);
    if (length <= WINDOW) {
      return Utf8.decode(window, advance((int) length, field), (int) length);
    }
    need(length, field);
    byte[] bytes = new byte[Math.toIntExact(length)];
    copy(position, bytes, bytes.length, field);
    position += length;
    return Utf8.decode(bytes);
  }

  /** n strings one after the other: each is only found, then all are copied at once. */
  ByteStrings strings(int n, String field) {
    if (n == 0) {
      return ByteStrings.of(List.of());
    }
    long first = position + ByteStrings.GAP;
    int[] starts = new int[n + 1];
    for (int i = 0; i < n; i++) {
      long length = length(field, MAX_HEADER);
      need(length, field);
      starts[i] = (int) (position - first);
      position += length;
    }
    starts[n] = (int) (position - first) + ByteStrings.GAP;
    byte[] bytes = new byte[(int) (position - first)];
    copy(first, bytes, bytes.length, field);
    return new ByteStrings(bytes, starts);
  }

  /** The length of a string. */
  private long length(String field, long maxBytes) {
    long start = position;
    long length = i64(field);
    if (Long.compareUnsigned(length, maxBytes) > 0) {
      throw fault(
          start,
          field,
          "a string of at most " + Math.min(maxBytes, remaining()) + " bytes",
          "length "
              + Long.toUnsignedString(length)
              + (Long.compareUnsigned(length, remaining()) > 0 ? DAMAGED : ""));
    }
    return length;
  }

  private int intAt(int i) {
    return Byte.toUnsignedInt(window[i])
        | Byte.toUnsignedInt(window[i + 1]) << 8
        | Byte.toUnsignedInt(window[i + 2]) << 16
        | window[i + 3] << 24;
  }

  /** Passes over {@code bytes} bytes, at most a window, and gives their index in the window. */
  private int advance(int bytes, String field) {
    need(bytes, field);
    if (position + bytes > windowStart + windowLength) {
      windowLength = (int) Math.min(WINDOW, remaining());
      windowStart = position;
      copy(position, window, windowLength, field);
    }
    int index = (int) (position - windowStart);
    position += bytes;
    return index;
  }

  private void copy(long from, byte[] to, int length, String field) {
    try {
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, to, 0, length);
    } catch (InternalError e) {
      throw GgufException.cutWhileMapped(file, from, field, e);
    }
  }
}
