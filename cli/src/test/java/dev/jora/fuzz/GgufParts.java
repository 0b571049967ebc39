package dev.jora.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A GGUF file taken apart, to be changed and put together again with nothing checked. */
final class GgufParts {
  /** A pair of metadata; the value as its bytes, without the type. */
  static final class Pair {
    byte[] key;
    int type;
    byte[] value;
  }

  /** A row of the tensor table. */
  static final class Row {
    byte[] name;
    long[] shape;
    int type;
    long offset;
  }

  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, -1, -1, 8, 8, 8};
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  int version;
  final List<Pair> pairs = new ArrayList<>();
  final List<Row> rows = new ArrayList<>();
  byte[] data;
  int alignment = 32;

  /** Takes a sound file of version 3 apart. */
  static GgufParts of(byte[] file) {
    GgufParts parts = new GgufParts();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(4);
    parts.version = in.getInt();
    long tensors = in.getLong();
    long count = in.getLong();
    for (long i = 0; i < count; i++) {
      Pair pair = new Pair();
      pair.key = string(in);
      pair.type = in.getInt();
      int from = in.position();
      skip(in, pair.type);
      pair.value = Arrays.copyOfRange(file, from, in.position());
      parts.pairs.add(pair);
    }
    for (long i = 0; i < tensors; i++) {
      Row row = new Row();
      row.name = string(in);
      row.shape = new long[in.getInt()];
      Arrays.setAll(row.shape, d -> in.getLong());
      row.type = in.getInt();
      row.offset = in.getLong();
      parts.rows.add(row);
    }
    int start = Math.min(file.length, in.position() + (-in.position() & 31));
    parts.data = Arrays.copyOfRange(file, start, file.length);
    return parts;
  }

  private static byte[] string(ByteBuffer in) {
    byte[] bytes = new byte[(int) in.getLong()];
    in.get(bytes);
    return bytes;
  }

  private static void skip(ByteBuffer in, int type) {
    switch (type) {
      case STRING -> string(in);
      case ARRAY -> {
        int element = in.getInt();
        long count = in.getLong();
        for (long i = 0; i < count; i++) {
          skip(in, element);
        }
      }
      default -> in.position(in.position() + WIDTHS[type]);
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'G', 'G', 'U', 'F'});
    number(out, version, 4);
    number(out, rows.size(), 8);
    number(out, pairs.size(), 8);
    for (Pair pair : pairs) {
      sized(out, pair.key);
      number(out, pair.type, 4);
      out.writeBytes(pair.value);
    }
    for (Row row : rows) {
      sized(out, row.name);
      number(out, row.shape.length, 4);
      for (long extent : row.shape) {
        number(out, extent, 8);
      }
      number(out, row.type, 4);
      number(out, row.offset, 8);
    }
    out.writeBytes(new byte[-out.size() & (alignment - 1)]);
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static void sized(ByteArrayOutputStream out, byte[] bytes) {
    number(out, bytes.length, 8);
    out.writeBytes(bytes);
  }

  static void number(ByteArrayOutputStream out, long value, int width) {
    for (int i = 0; i < width; i++) {
      out.write((int) (value >> 8 * i));
    }
  }
}
