package dev.jora.convert.source;

import static dev.jora.convert.source.SourceFile.INT;
import static dev.jora.convert.source.SourceFile.LONG;
import static dev.jora.convert.source.SourceFile.SHORT;

import dev.jora.gguf.Utf8;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads pickles from a part of a file, one after the other. */
final class PickleCursor {
  /** A checkpoint of a hundred thousand tensors has a fifth of this. */
  static final long MAX_BYTES = 128L << 20;

  private static final int MAX_LINE = 512;

  private final SourceFile file;
  private final MemorySegment data;
  private long start;
  private long at;

  /**
   * Stands at the first byte of the data.
   *
   * @param data a part of the file
   */
  PickleCursor(SourceFile file, MemorySegment data) {
    this.file = file;
    this.data = data;
  }

  /** A pickle begins here: its length counts from now on. */
  void begin() {
    start = at;
  }

  /** What is wrong with the pickle that is being read. */
  SourceException fault(String format, Object... parts) {
    return file.fault("its pickle at byte %,d: %s", at, format.formatted(parts));
  }

  /** Where it stands in the data. */
  long position() {
    return at;
  }

  int unsignedByte() {
    return data.get(ValueLayout.JAVA_BYTE, take(1)) & 0xFF;
  }

  int unsignedShort() {
    return data.get(SHORT, take(Short.BYTES)) & 0xFFFF;
  }

  int int32() {
    return data.get(INT, take(Integer.BYTES));
  }

  long unsignedInt() {
    return Integer.toUnsignedLong(int32());
  }

  long int64() {
    return data.get(LONG, take(Long.BYTES));
  }

  byte[] bytes(long length) {
    long from = take(length);
    return data.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
  }

  void skip(long length) {
    take(length);
  }

  String text(long length) {
    return Utf8.decode(bytes(length));
  }

  /** A text that ends with its line. */
  String line() {
    long from = at;
    while (unsignedByte() != '\n') {
      if (at - from > MAX_LINE) {
        throw fault("a name is longer than %d bytes", MAX_LINE);
      }
    }
    return Utf8.decode(data.asSlice(from, at - 1 - from).toArray(ValueLayout.JAVA_BYTE));
  }

  private long take(long length) {
    if (length < 0 || length > data.byteSize() - at) {
      throw fault("it is cut, or no pickle: %,d bytes are left", data.byteSize() - at);
    }
    if (length > MAX_BYTES - (at - start)) {
      throw fault("it is longer than %,d bytes, more than names of weights take", MAX_BYTES);
    }
    long from = at;
    at += length;
    return from;
  }
}
