package dev.jora.gguf;

import dev.jora.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The header of a file as bytes: the counterpart of {@link GgufReader}. */
final class HeaderBytes {
  private ByteBuffer out = allocate(1 << 12);

  private HeaderBytes() {}

  /** Magic, version, counts, pairs and tensor table, without padding. */
  static ByteBuffer of(int version, Map<String, GgufValue> metadata, List<TensorInfo> infos) {
    HeaderBytes bytes = new HeaderBytes();
    bytes.room(24).put((byte) 'G').put((byte) 'G').put((byte) 'U').put((byte) 'F').putInt(version);
    bytes.out.putLong(infos.size()).putLong(metadata.size());
    metadata.forEach(bytes::pair);
    infos.forEach(bytes::tensor);
    return bytes.out.flip();
  }

  private void pair(String key, GgufValue value) {
    string(key);
    room(4).putInt(value.type().ordinal());
    switch (value) {
      case GgufValue.Int(GgufType type, long number) -> integer(type, number);
      case GgufValue.F32(float number) -> room(4).putInt(Float.floatToRawIntBits(number));
      case GgufValue.F64(double number) -> room(8).putLong(Double.doubleToRawLongBits(number));
      case GgufValue.Bool(boolean bit) -> bool(bit);
      case GgufValue.Str(String text) -> string(text);
      case GgufValue.Arr array -> array(array);
    }
  }

  private void array(GgufValue.Arr array) {
    room(12).putInt(array.elementType().ordinal()).putLong(array.size());
    switch (array) {
      case GgufValue.Ints(GgufType type, long[] values) -> {
        for (long value : values) {
          integer(type, value);
        }
      }
      case GgufValue.F32s(float[] values) -> {
        for (float value : values) {
          room(4).putInt(Float.floatToRawIntBits(value));
        }
      }
      case GgufValue.F64s(double[] values) -> {
        for (double value : values) {
          room(8).putLong(Double.doubleToRawLongBits(value));
        }
      }
      case GgufValue.Bools(boolean[] values) -> {
        for (boolean value : values) {
          bool(value);
        }
      }
      case GgufValue.Strs(List<String> values) -> values.forEach(this::string);
      case GgufValue.Arrs(List<GgufValue.Arr> values) -> values.forEach(this::array);
    }
  }

  private void tensor(TensorInfo info) {
    string(info.name());
    Shape shape = info.shape();
    room(4).putInt(shape.dims());
    for (int d = 0; d < shape.dims(); d++) {
      room(8).putLong(shape.ne(d));
    }
    room(12).putInt(info.type().id()).putLong(info.offset());
  }

  private void integer(GgufType type, long value) {
    switch (type.minBytes()) {
      case 1 -> room(1).put((byte) value);
      case 2 -> room(2).putShort((short) value);
      case 4 -> room(4).putInt((int) value);
      default -> room(8).putLong(value);
    }
  }

  private void bool(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
  }

  private void string(String text) {
    byte[] bytes = Utf8.encode(text);
    room(8 + bytes.length).putLong(bytes.length).put(bytes);
  }

  /** The buffer with room for {@code bytes} more. */
  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int need = Math.addExact(out.position(), bytes);
      int twice = (int) Math.min(2L * out.capacity(), Integer.MAX_VALUE - 8);
      byte[] grown = Arrays.copyOf(out.array(), Math.max(need, twice));
      out = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN).position(out.position());
    }
    return out;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
