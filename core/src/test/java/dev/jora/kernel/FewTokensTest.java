package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of few tokens are those of single ones, to the bit. */
class FewTokensTest {
  private static final long SHIFT = 6; // blocks are not aligned

  static List<Arguments> setsAndTypes() {
    return KernelSets.all().stream()
        .filter(set -> !set.name().contains("precise")) // single tokens are the same there
        .flatMap(
            set ->
                KernelsTest.types().stream()
                    .map(type -> Arguments.of(Named.of(set.name(), set), type)))
        .toList();
  }

  /** Rows that are whole units of 256 values, whole chunks of 64, and neither. */
  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void fewAreAsEachAlone(Kernels kernels, GgmlType type) {
    for (int k : new int[] {256, 2304, 64, 576, 96, 77}) {
      if (k % type.blockSize() == 0) {
        for (int n : new int[] {2, 3, 5, 8, 12}) {
          if (n <= kernels.matrix(type, k).singles().most()) {
            check(kernels, type, k, n, 1);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void hugeAndTinyActivationsToo(Kernels kernels, GgmlType type) {
    for (float magnitude : new float[] {1e20f, 1e-20f, 0, Float.NaN}) {
      for (int k : new int[] {type.blockSize() == 256 ? 512 : 192, 256}) {
        if (k % type.blockSize() == 0) {
          if (kernels.matrix(type, k).singles().most() >= 3) {
            check(kernels, type, k, 3, magnitude);
          }
        }
      }
    }
  }

  /** The assembled sets have few of all types in rows that their code for one token takes. */
  @ParameterizedTest
  @MethodSource("setsAndTypes")
  void allAssembledTypesHaveFew(Kernels kernels, GgmlType type) {
    boolean vectors = type == GgmlType.F32 || type == GgmlType.BF16 || type == GgmlType.TQ1_0;
    if (kernels instanceof VnniKernels || kernels instanceof Avx2Kernels && !vectors) {
      assertTrue(kernels.matrix(type, 512).singles().most() >= 8, kernels.name() + ", " + type);
    }
  }

  private static void check(Kernels kernels, GgmlType type, int k, int n, float magnitude) {
    int rows = 39;
    int ldx = k + 5;
    int ldy = rows + 3;
    int grain = kernels.rowGrain();
    try (Arena arena = Arena.ofConfined()) {
      Random random = new Random(k + 1009L * n);
      MemorySegment w = Samples.weights(arena, type, rows * k, SHIFT, random);
      MemorySegment x = Samples.floats(arena, n * ldx, 1, random);
      for (int t = 0; t < n; t++) {
        for (int i = 0; i < k; i++) {
          // Tokens of sizes of their own; some of them have outliers.
          float size = (1 + t) * (i % 100 == t ? 30 : 1) * magnitude;
          Samples.set(x, t * ldx + i, Samples.get(x, t * ldx + i) * size);
        }
      }
      MemorySegment expected = arena.allocate(4L * n * ldy, 64);
      TokenProducts singles = kernels.matrix(type, k).singles();
      MemorySegment weights = w.asSlice(SHIFT);
      Floats floats = new Floats(x, 0, n, k, ldx);
      Floats alone = new Floats(expected, 0, n, rows, ldy);
      for (int t = 0; t < n; t++) {
        Floats token = Multiply.rows(floats, t, t + 1);
        Multiply.run(singles, weights, 0, rows, token, Multiply.rows(alone, t, t + 1), arena);
      }
      for (int row0 : new int[] {0, grain}) {
        for (int row1 : new int[] {rows, row0 + 1, row0 + 6}) {
          MemorySegment y = arena.allocate(4 + 4L * n * ldy, 64);
          Floats out = new Floats(y, 4, n, rows, ldy);
          Multiply.run(singles, weights, row0, row1, floats, out, arena);
          for (int t = 0; t < n; t++) {
            for (int r = 0; r < rows; r++) {
              boolean asked = row0 <= r && r < row1;
              float one = asked ? Samples.get(expected, t * ldy + r) : 0;
              float few = Samples.get(y, 1 + t * ldy + r);
              assertEquals(
                  Float.floatToIntBits(one),
                  Float.floatToIntBits(few),
                  () -> kernels.name() + ", " + type + ", k " + k + ", " + n + " tokens");
            }
          }
        }
      }
    }
  }
}
