package dev.jora.backend.cuda;

import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A device in software with the kernels that jora carries, for tests of single kernels. */
final class Card implements AutoCloseable {
  private static final Set<GgmlType> WITH_GRID =
      Set.of(
          GgmlType.IQ1_S,
          GgmlType.IQ1_M,
          GgmlType.IQ2_XXS,
          GgmlType.IQ2_XS,
          GgmlType.IQ2_S,
          GgmlType.IQ3_XXS,
          GgmlType.IQ3_S);

  /**
   * A matrix, or several, on the device.
   *
   * @param planes then the grid's address, as the kernels take them
   */
  record Matrix(GgmlType type, long[] planes) {}

  /**
   * Rows of activations in int8, here and on the device.
   *
   * @param x what they stand for, d q
   */
  record Quantized(long q, long scales, float[] x) {}

  final SoftwareDriver driver;
  private final int target;
  private final long stream;
  private final Map<String, Long> modules = new HashMap<>();
  private final Arena arena = Arena.ofConfined();
  private final Params params = new Params();

  /**
   * A card.
   *
   * @param target of the code it runs: 61 or 80
   */
  Card(int target) {
    this.target = target;
    driver = new SoftwareDriver(1, 1L << 30, target);
    driver.enter(0);
    stream = driver.newStream();
  }

  /** The name of a type in the names of its kernels and of their module. */
  static String name(GgmlType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** An empty struct. */
  Params params() {
    return params.reset();
  }

  int target() {
    return target;
  }

  /** Runs a kernel, and waits. */
  void launch(String module, String kernel, Grid grid, int threads, Params params) {
    launch(module, kernel, grid, threads, 0, params);
  }

  /** The same with so many bytes of dynamic shared memory. */
  void launch(String module, String kernel, Grid grid, int threads, int shared, Params params) {
    long function =
        driver.function(modules.computeIfAbsent(module, m -> driver.loadModule(code(m))), kernel);
    if (shared > 0) {
      driver.allowShared(function, shared);
    }
    driver.launch(function, grid, threads, shared, params.segment(), stream);
    driver.synchronize(stream);
  }

  private String code(String module) {
    String name = module + ".compute_" + target + ".ptx";
    try (InputStream in = Planes.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long upload(MemorySegment values) {
    MemorySegment copy = arena.allocate(values.byteSize(), 16).copyFrom(values);
    long address = driver.allocate(values.byteSize());
    driver.upload(copy, address, stream);
    return address;
  }

  long upload(float[] values) {
    return upload(MemorySegment.ofArray(values));
  }

  long upload(int... values) {
    return upload(MemorySegment.ofArray(values));
  }

  MemorySegment download(long address, long bytes) {
    MemorySegment out = arena.allocate(bytes, 16);
    driver.download(address, out, stream);
    driver.synchronize(stream);
    return out;
  }

  float[] floats(long address, int n) {
    return download(address, 4L * n).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Room for n floats, all NaN. */
  long outputs(int n) {
    long address = driver.allocate(4L * n);
    driver.fill(address, (byte) 0xff, 4L * n, stream);
    return address;
  }

  /** Repacks blocks as they are in a file, in two runs. */
  Matrix matrix(GgmlType type, MemorySegment blocks) {
    Planes planes = Planes.find(type).orElseThrow();
    int count = (int) (blocks.byteSize() / type.blockBytes());
    long[] addresses = planes.addresses(driver.allocate(planes.bytes(count)), count);
    int first = count / 3;
    repack(planes, blocks.asSlice(0, (long) first * type.blockBytes()), addresses, 0);
    repack(planes, blocks.asSlice((long) first * type.blockBytes()), addresses, first);
    long[] all = Arrays.copyOf(addresses, Planes.MOST + 1);
    if (WITH_GRID.contains(type)) {
      all[Planes.MOST] = upload(MemorySegment.ofArray(IqGrids.values(type)));
    }
    return new Matrix(type, all);
  }

  private void repack(Planes planes, MemorySegment blocks, long[] addresses, int first) {
    if (blocks.byteSize() == 0) {
      return;
    }
    int bytes = planes.type().blockBytes();
    Params p = params().pointer(upload(blocks)).pointers(addresses).pointer(first);
    p.integer((int) (blocks.byteSize() / bytes)).integer(bytes).integer(planes.fields().size());
    for (int f = 0; f < Planes.MOST; f++) {
      p.integer(f < planes.fields().size() ? planes.fields().get(f).offset() : 0);
    }
    for (int f = 0; f < Planes.MOST; f++) {
      p.integer(f < planes.fields().size() ? planes.fields().get(f).size() : 0);
    }
    launch("repack", "repack", Grid.of(3), 256, p);
  }

  /** Rows of k values to int8. */
  Quantized quantize(float[] x, int k) {
    int n = x.length / k;
    long q = driver.allocate(x.length);
    long scales = driver.allocate(x.length / 4);
    Params p = params().pointer(upload(x)).pointer(q).pointer(scales).integer(k).integer(k);
    launch("quantize", "quantize_q8", Grid.of(Math.ceilDiv(k, 1024), n), 256, p);
    MemorySegment bytes = download(q, x.length);
    MemorySegment factors = download(scales, x.length / 4);
    float[] values = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      float d = factors.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * (i / 32));
      values[i] = d * bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    return new Quantized(q, scales, values);
  }

  @Override
  public void close() {
    driver.close();
    arena.close();
  }
}
