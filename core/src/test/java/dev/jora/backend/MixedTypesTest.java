package dev.jora.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Products that share their input do not change each other: of every type beside every other, the
 * bits are those of the product alone.
 */
final class MixedTypesTest {
  private static final int K = 256;
  private static final int ROWS = 17;
  private static final List<GgmlType> TYPES =
      BlockFormats.all().stream().map(BlockFormat::type).toList();

  static List<Kernels> sets() {
    return KernelSets.all();
  }

  /** A backend, a matrix of every type, and what each gives alone. */
  private static final class Bench implements AutoCloseable {
    private final WorkPool pool = new WorkPool(2);
    private final CpuBackend backend;
    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(7);
    private final Map<GgmlType, Tensor> tensors = new EnumMap<>(GgmlType.class);
    private final Map<GgmlType, float[]> alone = new EnumMap<>(GgmlType.class);
    private final int n;
    private final Room room;
    private final Buffer x;

    Bench(Kernels kernels, int n) {
      this.backend = new CpuBackend(kernels, pool);
      this.n = n;
      this.room = backend.open();
      this.x = room.allocate(n, K);
      float[] values = new float[n * K];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      backend.write(MemorySegment.ofArray(values), n, x);
      for (GgmlType type : TYPES) {
        tensors.put(type, tensor(type));
        alone.put(type, products(List.of(type)).getFirst());
      }
    }

    private Tensor tensor(GgmlType type) {
      MemorySegment data = arena.allocate(type.rowBytes(K) * ROWS, 64);
      float[] values = new float[type.blockSize()];
      byte[] bytes = new byte[type.blockBytes()];
      for (long at = 0; at < data.byteSize(); at += bytes.length) {
        boolean fit;
        do {
          random.nextBytes(bytes);
          MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, at, bytes.length);
          BlockFormats.of(type).dequantize(data, at, values, 0, values.length);
          fit = true;
          for (float value : values) {
            fit &= Math.abs(value) < 100; // not for NaN
          }
        } while (!fit);
      }
      return new Tensor(type.name(), type, Shape.of(K, ROWS), data);
    }

    List<float[]> products(List<GgmlType> types) {
      List<Product> products = new ArrayList<>();
      for (GgmlType type : types) {
        Buffer out = room.allocate(n, ROWS);
        products.add(new Product(room.upload(tensors.get(type)), null, out));
      }
      backend.multiply(products, x, Operations.rows(n));
      List<float[]> all = new ArrayList<>();
      for (Product product : products) {
        float[] values = new float[n * ROWS];
        backend.read(product.out(), n, MemorySegment.ofArray(values));
        all.add(values);
      }
      return all;
    }

    void check(GgmlType... types) {
      List<float[]> together = products(List.of(types));
      for (int i = 0; i < types.length; i++) {
        assertArrayEquals(
            alone.get(types[i]),
            together.get(i),
            n + " tokens, product " + i + " of " + List.of(types));
      }
    }

    @Override
    public void close() {
      backend.close();
      pool.close();
      arena.close();
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyTypeBesideEveryOther(Kernels kernels) {
    for (int n : new int[] {1, 2, 3, 16}) {
      try (Bench bench = new Bench(kernels, n)) {
        for (GgmlType a : TYPES) {
          for (GgmlType b : TYPES) {
            bench.check(a, b);
          }
          bench.check(GgmlType.F32, GgmlType.F32, a);
          bench.check(GgmlType.F32, a, GgmlType.F16);
          bench.check(a, GgmlType.F32, a);
        }
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("sets")
  void everyThreeTypesInLongBatches(Kernels kernels) {
    for (int n : new int[] {13, 512}) {
      try (Bench bench = new Bench(kernels, n)) {
        for (GgmlType a : TYPES) {
          for (GgmlType b : TYPES) {
            for (GgmlType c : n == 13 ? TYPES : List.of(GgmlType.Q4_K)) {
              bench.check(a, b, c);
            }
          }
        }
      }
    }
  }
}
