package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.Grid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A software device with a stream, for trying kernels on arrays. */
final class Bench implements AutoCloseable {
  final SoftwareDriver driver;
  final long stream;

  Bench() {
    this(80);
  }

  Bench(int capability) {
    driver = new SoftwareDriver(1, 64 << 20, capability);
    driver.enter(0);
    stream = driver.newStream();
  }

  /** PTX of the tests' resources. */
  static String ptx(String name) {
    try (InputStream in = Bench.class.getResourceAsStream(name + ".ptx")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A kernel of a text. */
  long kernel(String ptx, String name) {
    return driver.function(driver.loadModule(ptx), name);
  }

  long put(byte[] bytes) {
    long address = driver.allocate(bytes.length);
    try (Arena arena = Arena.ofConfined()) {
      driver.upload(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), address, stream);
    }
    return address;
  }

  long put(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return put(buffer.array());
  }

  long put(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putInt(value);
    }
    return put(buffer.array());
  }

  long put(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      buffer.putLong(value);
    }
    return put(buffer.array());
  }

  /** Half numbers; every second byte pair of a word. */
  long putHalves(boolean bf16, float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putShort((short) Half.encode(value, bf16));
    }
    return put(buffer.array());
  }

  long room(int bytes) {
    return driver.allocate(bytes);
  }

  ByteBuffer get(long address, int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(bytes);
      driver.download(address, to, stream);
      driver.synchronize(stream);
      return ByteBuffer.wrap(to.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  float[] floats(long address, int n) {
    float[] values = new float[n];
    get(address, 4 * n).asFloatBuffer().get(values);
    return values;
  }

  int[] ints(long address, int n) {
    int[] values = new int[n];
    get(address, 4 * n).asIntBuffer().get(values);
    return values;
  }

  /** Parameters as C lays them out: Long, Integer, Float. */
  static byte[] struct(Object... values) {
    ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    for (Object value : values) {
      if (value instanceof Long number) {
        buffer.position((buffer.position() + 7) / 8 * 8);
        buffer.putLong(number);
      } else if (value instanceof Float number) {
        buffer.putFloat(number);
      } else {
        buffer.putInt((Integer) value);
      }
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  void launch(long function, Grid grid, int threads, Object... params) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = struct(params);
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      driver.launch(function, grid, threads, 0, segment, stream);
      driver.synchronize(stream);
    }
  }

  @Override
  public void close() {
    driver.close();
  }
}
