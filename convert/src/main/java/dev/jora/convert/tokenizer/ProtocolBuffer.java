package dev.jora.convert.tokenizer;

import dev.jora.convert.source.SourceException;
import java.util.Arrays;

/** The fields of a message, one after the other; every length is held against the bytes there. */
final class ProtocolBuffer {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final TokenizerFolder folder;
  private final String file;
  private final byte[] in;
  private final int end;
  private int at;
  private int field;
  private int wire;

  /** The message that bytes [from, to) of a file are. */
  ProtocolBuffer(TokenizerFolder folder, String file, byte[] in, int from, int to) {
    this.folder = folder;
    this.file = file;
    this.in = in;
    this.at = from;
    this.end = to;
  }

  /** Goes to the next field, whose value must then be taken or skipped; false at the end. */
  boolean next() {
    if (at == end) {
      return false;
    }
    long tag = number();
    field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
    wire = (int) (tag & 7);
    return true;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  long varint() {
    require(VARINT, "a varint");
    return number();
  }

  float float32() {
    require(FIXED32, "a float");
    int start = take(4);
    int bits = 0;
    for (int i = 3; i >= 0; i--) {
      bits = bits << 8 | in[start + i] & 0xff;
    }
    return Float.intBitsToFloat(bits);
  }

  byte[] bytes() {
    require(BYTES, "bytes");
    int start = takeCounted();
    return Arrays.copyOfRange(in, start, at);
  }

  ProtocolBuffer message() {
    require(BYTES, "a message");
    int start = takeCounted();
    return new ProtocolBuffer(folder, file, in, start, at);
  }

  void skip() {
    switch (wire) {
      case VARINT -> number();
      case FIXED64 -> take(8);
      case BYTES -> takeCounted();
      case FIXED32 -> take(4);
      default -> throw fault("a kind of value from 0, 1, 2 and 5", "kind " + wire);
    }
  }

  private void require(int kind, String name) {
    if (wire != kind) {
      throw fault(name + " (kind " + kind + ")", "kind " + wire);
    }
  }

  private long number() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = in[take(1)];
      value |= shift < 64 ? (long) (b & 0x7f) << shift : 0;
      if (b >= 0) {
        return value;
      }
    }
    throw fault("a number of at most ten bytes", "a longer one");
  }

  private int takeCounted() {
    return take(number());
  }

  /** Passes over bytes that must be there; returns where they begin. */
  private int take(long length) {
    if (length < 0 || length > end - at) {
      String wanted = length < 0 ? Long.toUnsignedString(length) : Long.toString(length);
      throw fault(wanted + " bytes", end - at + " to the end");
    }
    int start = at;
    at += (int) length;
    return start;
  }

  private SourceException fault(String expected, String found) {
    return folder.fault(file + ": byte " + at + ", field " + field, expected, found);
  }
}
