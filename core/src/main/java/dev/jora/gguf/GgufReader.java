package dev.jora.gguf;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the header of one mapped file and believes none of it: every number is held against the
 * bytes that are there before anything is allocated, added or multiplied.
 */
final class GgufReader {
  static final int DEFAULT_ALIGNMENT = 32;
  static final String ALIGNMENT_KEY = "general.alignment";

  /** Tensor names are shorter than this, in bytes (GGML_MAX_NAME). */
  static final int MAX_NAME = 64;

  static final int MAX_KEY = 1 << 16;
  private static final int MIN_ALIGNMENT = 8;
  private static final int MAX_ALIGNMENT = 1 << 20;

  /** Arrays in arrays, so deep at most: a reader must not run out of stack. */
  static final int MAX_DEPTH = 16;

  // The least a pair takes: key length, a byte of key, type, a byte of value.
  private static final int MIN_PAIR_BYTES = 8 + 1 + 4 + 1;
  // The least a tensor takes: name length, a byte of name, n_dims, type, offset.
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 4 + 8;

  private final Path file;
  private final long fileBytes;
  private final HeaderCursor in;
  private int version;
  private int tensorCount;
  private int alignment = DEFAULT_ALIGNMENT;

  private GgufReader(Path file, MemorySegment mapping, long fileBytes) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.in = new HeaderCursor(file, mapping);
  }

  /** The whole header. */
  static GgufHeader header(Path file, MemorySegment mapping) {
    return header(file, mapping, mapping.byteSize());
  }

  /** The header of a file of which only the front is at hand. */
  static GgufHeader header(Path file, MemorySegment front, long fileBytes) {
    GgufReader reader = new GgufReader(file, front, fileBytes);
    return reader.tensorTable(reader.pairs());
  }

  /** The key-value pairs alone; the tensor table is not looked at. */
  static GgufMetadata metadata(Path file, MemorySegment mapping) {
    return new GgufReader(file, mapping, mapping.byteSize()).pairs();
  }

  private GgufMetadata pairs() {
    magic();
    version = version();
    tensorCount = count("tensor count", MIN_TENSOR_BYTES);
    int pairCount = count("metadata count", MIN_PAIR_BYTES);
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (int i = 0; i < pairCount; i++) {
      long start = in.position();
      String key = name("key of pair " + i, MAX_KEY);
      String field = "key " + key;
      if (values.containsKey(key)) {
        throw in.fault(start, field, "each key once", "it a second time");
      }
      GgufValue value = value(field);
      if (key.equals(ALIGNMENT_KEY)) {
        alignment = alignment(start, value);
      }
      values.put(key, value);
    }
    return new GgufMetadata(file, values);
  }

  private void magic() {
    byte[] bytes = bytes(4);
    if (!Utf8.decode(bytes).equals("GGUF")) {
      byte[] rest = bytes(OtherFile.FRONT - bytes.length);
      byte[] front = Arrays.copyOf(bytes, bytes.length + rest.length);
      System.arraycopy(rest, 0, front, bytes.length, rest.length);
      String found =
          GgufException.quote(bytes)
              + OtherFile.words(front).map(words -> ", which is " + words).orElse("");
      throw new GgufException(file, 0, "not a GGUF file", "magic 'GGUF'", found);
    }
  }

  /** As many as asked for, or as there are. */
  private byte[] bytes(int most) {
    byte[] bytes = new byte[(int) Math.min(most, in.remaining())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) in.u8("magic");
    }
    return bytes;
  }

  private int version() {
    int found = in.i32("version");
    if (found != 0 && (found & 0xFFFF) == 0) {
      throw in.fault(
          4,
          "version",
          "a little-endian file",
          "a big-endian one (version "
              + Integer.reverseBytes(found)
              + "): convert the model for little-endian machines");
    }
    if (found != 2 && found != 3) {
      throw in.fault(
          4,
          "version",
          "2 or 3",
          Integer.toUnsignedString(found) + (found == 1 ? ": convert the model anew" : ""));
    }
    return found;
  }

  private int count(String field, int minBytes) {
    long start = in.position();
    long count = in.i64(field);
    long most = Math.min(in.remaining(), HeaderCursor.MAX_HEADER) / minBytes;
    if (count < 0 || count > most) {
      throw in.fault(
          start,
          field,
          "at most " + most + " in a file of " + fileBytes + " bytes",
          count + HeaderCursor.DAMAGED);
    }
    return (int) count;
  }

  /** A key or a tensor name: not empty, of bounded length, valid UTF-8. */
  private String name(String field, int maxBytes) {
    long start = in.position();
    String name = in.string(field, maxBytes);
    if (name.isEmpty()) {
      throw in.fault(start, field, "a name", "an empty string");
    }
    if (Utf8.isEscaped(name)) {
      throw in.fault(start, field, "valid UTF-8", GgufException.quote(Utf8.encode(name)));
    }
    return name;
  }

  private GgufType type(String field) {
    long start = in.position();
    int number = in.i32(field);
    GgufType[] types = GgufType.values();
    if (number < 0 || number >= types.length) {
      throw in.fault(
          start,
          field,
          "a value type of 0 to " + (types.length - 1),
          Integer.toUnsignedString(number));
    }
    return types[number];
  }

  private GgufValue value(String field) {
    GgufType type = type(field);
    return switch (type) {
      case FLOAT32 -> new GgufValue.F32(Float.intBitsToFloat(in.i32(field)));
      case FLOAT64 -> new GgufValue.F64(Double.longBitsToDouble(in.i64(field)));
      case BOOL -> new GgufValue.Bool(in.bool(field));
      case STRING -> new GgufValue.Str(in.string(field));
      case ARRAY -> array(field, 1);
      default -> new GgufValue.Int(type, in.integer(type, field));
    };
  }

  private GgufValue.Arr array(String field, int depth) {
    long start = in.position();
    GgufType type = type(field);
    if (type == GgufType.ARRAY && depth == MAX_DEPTH) {
      throw in.fault(start, field, "arrays at most " + MAX_DEPTH + " deep", "deeper ones");
    }
    long countStart = in.position();
    long count = in.i64(field);
    if (count < 0 || count > in.remaining() / type.minBytes()) {
      throw in.fault(
          countStart,
          field,
          "at most " + in.remaining() / type.minBytes() + " elements of " + type,
          Long.toUnsignedString(count) + HeaderCursor.DAMAGED);
    }
    in.need(count * type.minBytes(), field);
    return elements(type, (int) count, field, depth);
  }

  private GgufValue.Arr elements(GgufType type, int n, String field, int depth) {
    switch (type) {
      case FLOAT32 -> {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          values[i] = Float.intBitsToFloat(in.i32(field));
        }
        return new GgufValue.F32s(values);
      }
      case FLOAT64 -> {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          values[i] = Double.longBitsToDouble(in.i64(field));
        }
        return new GgufValue.F64s(values);
      }
      case BOOL -> {
        boolean[] values = new boolean[n];
        for (int i = 0; i < n; i++) {
          values[i] = in.bool(field);
        }
        return new GgufValue.Bools(values);
      }
      case STRING -> {
        return new GgufValue.Strs(in.strings(n, field));
      }
      case ARRAY -> {
        List<GgufValue.Arr> values = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          values.add(array(field, depth + 1));
        }
        return new GgufValue.Arrs(values);
      }
      default -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          values[i] = in.integer(type, field);
        }
        return new GgufValue.Ints(type, values);
      }
    }
  }

  private int alignment(long start, GgufValue value) {
    if (value instanceof GgufValue.Int(GgufType type, long bytes)
        && type == GgufType.UINT32
        && bytes >= MIN_ALIGNMENT
        && bytes <= MAX_ALIGNMENT
        && Long.bitCount(bytes) == 1) {
      return (int) bytes;
    }
    throw in.fault(
        start,
        "key " + ALIGNMENT_KEY,
        "a power of two from " + MIN_ALIGNMENT + " to " + MAX_ALIGNMENT + " as u32",
        value + " as " + value.label());
  }

  private GgufHeader tensorTable(GgufMetadata metadata) {
    List<TensorInfo> infos = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensorCount; i++) {
      starts.add(in.position());
      TensorInfo info = tensor(i);
      if (!names.add(info.name())) {
        throw in.fault(
            starts.getLast(), "tensor " + info.name(), "each name once", "it a second time");
      }
      infos.add(info);
    }
    if (infos.isEmpty()) {
      long end = in.position();
      return new GgufHeader(version, metadata, List.of(), alignment, end, end);
    }
    long dataStart = pad(in.position(), alignment);
    long end = Math.max(in.position(), checkLayout(infos, starts, dataStart));
    return new GgufHeader(
        version, metadata, Collections.unmodifiableList(infos), alignment, dataStart, end);
  }

  private TensorInfo tensor(int i) {
    String name = name("name of tensor " + i, MAX_NAME - 1);
    String field = "tensor " + name;
    Shape shape = shape(field);
    long typeStart = in.position();
    int id = in.i32(field);
    GgmlType type =
        GgmlType.byId(id)
            .orElseThrow(
                () ->
                    in.fault(
                        typeStart,
                        field,
                        "a known tensor type",
                        "type " + Integer.toUnsignedString(id) + ", of which no size is known"));
    if (shape.ne0() % type.blockSize() != 0) {
      throw in.fault(
          typeStart,
          field,
          "rows of a multiple of " + type.blockSize() + " values for " + type,
          shape.toString());
    }
    long offset = in.i64(field);
    TensorInfo info = new TensorInfo(name, type, shape, offset);
    try {
      info.bytes();
    } catch (ArithmeticException e) {
      throw in.fault(typeStart, field, "a size below 2^63 bytes", shape + " of " + type);
    }
    return info;
  }

  private Shape shape(String field) {
    long start = in.position();
    int dims = in.i32(field);
    if (dims < 0 || dims > 4) {
      throw in.fault(start, field, "0 to 4 dimensions", Integer.toUnsignedString(dims));
    }
    long[] ne = new long[dims];
    for (int d = 0; d < dims; d++) {
      ne[d] = in.i64(field);
      if (ne[d] < 0) {
        throw in.fault(in.position() - 8, field, "extent ne" + d + " 0 or more", "" + ne[d]);
      }
    }
    Shape shape = Shape.of(ne);
    try {
      shape.elements();
    } catch (ArithmeticException e) {
      throw in.fault(start, field, "fewer than 2^63 values", shape.toString());
    }
    return shape;
  }

  /**
   * Tensors follow each other without gap or overlap, inside the file; gives where they end, 0 if
   * there are no data: what is empty may stand anywhere.
   */
  private long checkLayout(List<TensorInfo> infos, List<Long> starts, long dataStart) {
    long next = 0;
    long end = 0;
    for (int i = 0; i < infos.size(); i++) {
      TensorInfo info = infos.get(i);
      String field = "tensor " + info.name();
      if (info.offset() != next) {
        throw in.fault(
            starts.get(i),
            field,
            "data offset " + next + " (no gap or overlap, alignment " + alignment + ")",
            Long.toUnsignedString(info.offset()));
      }
      if (info.bytes() == 0) {
        continue;
      }
      long room = fileBytes - dataStart - next;
      if (info.bytes() > room) {
        throw in.fault(
            starts.get(i),
            field,
            info.bytes() + " bytes of data",
            Math.max(0, room) + HeaderCursor.DAMAGED);
      }
      end = Math.addExact(next, info.bytes());
      next = pad(end, alignment);
    }
    return end == 0 ? 0 : Math.addExact(dataStart, end);
  }

  /** The next multiple of a power of two. */
  static long pad(long bytes, int alignment) {
    return Math.addExact(bytes, alignment - 1L) & -alignment;
  }
}
