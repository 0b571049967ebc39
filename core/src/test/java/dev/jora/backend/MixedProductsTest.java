package dev.jora.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Products of one input with weights of several types, as q, k and v or gate and up may be: each is
 * what the scalar kernels make of it, whatever stands before it.
 */
class MixedProductsTest {
  private static final int ROWS = 20;
  private static final int K = 256;
  private static final int[] TOKENS = {1, 2, 3, 16, 512};

  /** Of the error allowed: 8 bits of the largest of a run, or 8 significant bits, and a reserve. */
  private static final double SHARE = 1.0 / 64;

  /** One of each way to prepare activations, floats first. */
  private static final List<GgmlType> FEW =
      List.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q4_0, GgmlType.Q4_K);

  @Test
  void everyTripleOfKindsIsTheProduct() {
    check(FEW, new int[] {1, 3, 16}, true);
  }

  @Test
  @Tag("slow")
  void everyPairOfTypesAndTripleOfKindsAtAllSizesIsTheProduct() {
    check(FEW, TOKENS, true);
    check(BlockFormats.all().stream().map(BlockFormat::type).toList(), TOKENS, false);
  }

  /** All triples, or all pairs, of {@code types}; prints the worst by set and number of tokens. */
  private static void check(List<GgmlType> types, int[] sizes, boolean triples) {
    System.out.printf(
        "%s of %s: error against scalar / largest sum%n", triples ? "triples" : "pairs", types);
    for (int n : sizes) {
      try (Arena arena = Arena.ofShared();
          WorkPool pool = new WorkPool(2)) {
        List<Tensor> tensors = types.stream().map(type -> tensor(arena, type)).toList();
        float[] x = new float[n * K];
        Random random = new Random(n);
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) random.nextGaussian();
        }
        List<float[]> expected = new ArrayList<>();
        try (CpuBackend scalar = new CpuBackend(new ScalarKernels(), pool)) {
          for (Tensor tensor : tensors) {
            expected.add(multiply(scalar, List.of(tensor), x, n).getFirst());
          }
        }
        for (Kernels kernels : KernelSets.all()) {
          if (tensors.stream().allMatch(tensor -> kernels.supports(tensor.type()))) {
            try (CpuBackend backend = new CpuBackend(kernels, pool)) {
              double worst = 0;
              for (int[] mix : mixes(types.size(), triples)) {
                worst = Math.max(worst, error(backend, tensors, expected, mix, x, n));
              }
              System.out.printf("%-14s %4d tokens  %.2e%n", kernels.name(), n, worst);
            }
          }
        }
      }
    }
  }

  private static List<int[]> mixes(int types, boolean triples) {
    List<int[]> mixes = new ArrayList<>();
    for (int a = 0; a < types; a++) {
      for (int b = 0; b < types; b++) {
        for (int c = 0; triples && c < types; c++) {
          mixes.add(new int[] {a, b, c});
        }
        if (!triples) {
          mixes.add(new int[] {a, b});
        }
      }
    }
    return mixes;
  }

  private static double error(
      CpuBackend backend, List<Tensor> all, List<float[]> expected, int[] mix, float[] x, int n) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i : mix) {
      tensors.add(all.get(i));
    }
    List<float[]> found = multiply(backend, tensors, x, n);
    double worst = 0;
    for (int i = 0; i < mix.length; i++) {
      float[] right = expected.get(mix[i]);
      double largest = 0;
      double difference = 0;
      for (int j = 0; j < right.length; j++) {
        largest = Math.max(largest, Math.abs(right[j]));
        double d = Math.abs(found.get(i)[j] - right[j]);
        difference = d <= difference ? difference : d; // NaN stays
      }
      double error = difference / largest;
      assertTrue(
          error <= SHARE,
          backend.name() + ", " + n + " tokens, product " + i + " of " + tensors + ": " + error);
      worst = Math.max(worst, error);
    }
    return worst;
  }

  private static List<float[]> multiply(
      CpuBackend backend, List<Tensor> tensors, float[] x, int n) {
    List<float[]> found = new ArrayList<>();
    try (Room room = backend.open()) {
      Buffer in = room.allocate(n, K);
      backend.write(MemorySegment.ofArray(x), n, in);
      List<Product> products =
          tensors.stream()
              .map(t -> new Product(room.upload(t), null, room.allocate(n, ROWS)))
              .toList();
      backend.multiply(products, in, Operations.rows(n));
      for (Product product : products) {
        float[] all = new float[n * ROWS];
        backend.read(product.out(), n, MemorySegment.ofArray(all));
        found.add(all);
      }
    }
    return found;
  }

  private static Tensor tensor(Arena arena, GgmlType type) {
    Random random = new Random(type.ordinal());
    MemorySegment data = arena.allocate(type.rowBytes(K) * ROWS, 64);
    for (long i = 0; i < data.byteSize(); i++) {
      // Without the highest bits of exponents, wherever they are: nothing infinite.
      data.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt() & 0xBF));
    }
    return new Tensor(type.name(), type, Shape.of(K, ROWS), data);
  }
}
