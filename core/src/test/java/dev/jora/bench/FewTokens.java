package dev.jora.bench;

import static dev.jora.tensor.GgmlType.F16;
import static dev.jora.tensor.GgmlType.Q4_0;
import static dev.jora.tensor.GgmlType.Q4_K;
import static dev.jora.tensor.GgmlType.Q5_K;
import static dev.jora.tensor.GgmlType.Q6_K;
import static dev.jora.tensor.GgmlType.Q8_0;

import dev.jora.kernel.x86.Avx2Products;
import dev.jora.kernel.x86.FloatProducts;
import dev.jora.kernel.x86.ProductCode;
import dev.jora.kernel.x86.Products;
import dev.jora.kernel.x86.VnniProducts;
import dev.jora.kernel.x86.WordProducts;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Products of a few tokens on one thread, by the code for one token and by that for groups, from a
 * matrix that no cache holds: {@code scripts/bench-few [--avx2] [-k VALUES] [TYPE ...]}. All of
 * them take turns, and of each slice of rows the fastest time counts, so that other work on the
 * machine does not matter much. Printed: milliseconds of a pass, and tokens per second as multiples
 * of those of one token.
 */
public final class FewTokens {
  private static final int[] TOKENS = {1, 2, 3, 4, 6, 8, 10, 12};
  private static final long BYTES = Long.getLong("megabytes", 112) << 20;
  private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "6"));

  /** Bytes of the pieces of a pass that are timed. */
  private static final long SLICE = Math.min(BYTES, 2L << 20);

  private FewTokens() {}

  /** Measures the types that are named, or the most common ones. */
  public static void main(String[] args) {
    int k = 2048;
    boolean avx2 = false;
    List<GgmlType> types = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "-k" -> k = Integer.parseInt(args[++i]);
        case "--avx2" -> avx2 = true;
        default -> types.add(GgmlType.valueOf(args[i]));
      }
    }
    if (types.isEmpty()) {
      types = List.of(Q4_0, Q8_0, Q4_K, Q5_K, Q6_K, F16);
    }
    System.out.printf("%-8s %-6s", "type", "");
    for (int n : TOKENS) {
      System.out.printf(" %12d", n);
    }
    System.out.println();
    for (GgmlType type : types) {
      measure(type, k, ways(type, k, avx2));
    }
  }

  /** Both ways of multiplying tokens; null for no groups. */
  private record Ways(ProductCode few, ProductCode groups) {}

  private static Ways ways(GgmlType type, int k, boolean avx2) {
    if (avx2) {
      Avx2Products products = new Avx2Products(false);
      return type == F16
          ? new Ways(products.halves(k), null)
          : new Ways(products.singles(type, k), products.batches(type, k));
    }
    Products products = products(type);
    return new Ways(products.singles(type, k), products.batches(type, k));
  }

  private static Products products(GgmlType type) {
    return switch (type) {
      case F16, BF16 -> new WordProducts(new FloatProducts());
      case F32 -> new FloatProducts();
      default -> new VnniProducts();
    };
  }

  private static void prepare(ProductCode code, long x, int k, int n, long out) {
    for (int i = 0; i < code.groups(n); i++) {
      code.prepare(x, 4L * k, n, i, t -> false, out);
    }
  }

  private static void measure(GgmlType type, int k, Ways ways) {
    long stride = type.rowBytes(k);
    int rows = (int) (BYTES / stride) & -16;
    int most = TOKENS[TOKENS.length - 1];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(stride * rows, 4096);
      MemorySegment some = arena.allocate(stride * 256, 64);
      new RandomBlocks(type, 1.0 / 48, 1).fill(some, 0);
      for (int r = 0; r < rows; r += 256) {
        int count = Math.min(256, rows - r);
        MemorySegment.copy(some, 0, w, stride * r, stride * count);
      }
      MemorySegment x = arena.allocate(4L * k * most, 64);
      Random random = new Random(2);
      for (int i = 0; i < k * most; i++) {
        x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
      long y = arena.allocate(4L * rows * most, 64).address();
      ProductCode one = ways.few();
      ProductCode many = ways.groups();
      long prepared = arena.allocate(one.bytes(most) + 64, 64).address();
      long group = many == null ? 0 : arena.allocate(many.bytes(most) + 4096, 64).address();
      long scratch = many == null ? 0 : arena.allocate(many.scratchBytes(most), 64).address();
      Pass few =
          (n, from, count) ->
              one.run(w.address() + stride * from, count, prepared, n, y + 4L * from, 4L * rows, 0);
      Pass groups =
          (n, from, count) ->
              many.run(
                  w.address() + stride * from, count, group, n, y + 4L * from, 4L * rows, scratch);
      int slice = (int) (SLICE / stride) & -64;
      int slices = rows / slice;
      double[][] fewTimes = times(slices);
      double[][] groupTimes = times(slices);
      long start = System.nanoTime();
      for (int turn = 0; turn < 3 || (System.nanoTime() - start) * 1e-9 < SECONDS; turn++) {
        for (int i = 0; i < TOKENS.length; i++) {
          int n = TOKENS[i];
          prepare(one, x.address(), k, n, prepared);
          run(few, n, slice, fewTimes[i]);
          if (n > 4 && many != null) {
            prepare(many, x.address(), k, n, group);
            run(groups, n, slice, groupTimes[i]);
          }
        }
      }
      double single = Arrays.stream(fewTimes[0]).sum();
      print(type.name(), "few", fewTimes, single);
      print("", "groups", groupTimes, single);
      System.out.printf("%15s one token: %.1f GB/s%n", "", stride * slice * slices / single * 1e-6);
    }
  }

  /** Some rows times n tokens. */
  private interface Pass {
    void run(int n, int from, int count);
  }

  private static double[][] times(int slices) {
    double[][] times = new double[TOKENS.length][slices];
    for (double[] of : times) {
      Arrays.fill(of, Double.POSITIVE_INFINITY);
    }
    return times;
  }

  private static void run(Pass pass, int n, int slice, double[] best) {
    for (int i = 0; i < best.length; i++) {
      long before = System.nanoTime();
      pass.run(n, slice * i, slice);
      best[i] = Math.min(best[i], (System.nanoTime() - before) * 1e-6);
    }
  }

  private static void print(String type, String way, double[][] times, double one) {
    System.out.printf("%-8s %-6s", type, way);
    for (int i = 0; i < times.length; i++) {
      double ms = Arrays.stream(times[i]).sum();
      if (Double.isInfinite(ms)) {
        System.out.printf(" %12s", "");
      } else {
        System.out.printf(" %6.3f %5.2f", ms, TOKENS[i] * one / ms);
      }
    }
    System.out.println();
  }
}
