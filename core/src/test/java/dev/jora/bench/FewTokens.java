package dev.jora.bench;

import dev.jora.kernel.asm.FloatProducts;
import dev.jora.kernel.asm.Products;
import dev.jora.kernel.asm.VnniProducts;
import dev.jora.kernel.asm.WordProducts;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * Products of a few tokens on one thread, by the code for one token and by that for groups, from a
 * matrix that no cache holds: {@code scripts/bench-few [-k VALUES] [TYPE ...]}. All of them take
 * turns, and of each slice of rows the fastest time counts, so that other work on the machine does
 * not matter much. Printed: milliseconds of a pass, and tokens per second as multiples of those of
 * one token.
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
    String[] types = args;
    if (args.length > 1 && args[0].equals("-k")) {
      k = Integer.parseInt(args[1]);
      types = Arrays.copyOfRange(args, 2, args.length);
    }
    if (types.length == 0) {
      types = new String[] {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "F16"};
    }
    System.out.printf("%-8s %-6s", "type", "");
    for (int n : TOKENS) {
      System.out.printf(" %12d", n);
    }
    System.out.println();
    for (String type : types) {
      measure(GgmlType.valueOf(type), k);
    }
  }

  private static Products products(GgmlType type) {
    return switch (type) {
      case F16, BF16 -> new WordProducts(new FloatProducts());
      case F32 -> new FloatProducts();
      default -> new VnniProducts();
    };
  }

  private static void measure(GgmlType type, int k) {
    Products products = products(type);
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
      MemorySegment y = arena.allocate(4L * rows * most, 64);
      MemorySegment prepared = arena.allocate(products.rowBytes(type, k) * most, 64);
      MemorySegment group = arena.allocate(products.groupBytes(type, k, most) + 4096, 64);
      MemorySegment scratch = arena.allocate(products.scratchBytes(type, k, most), 64);
      Pass few =
          (n, from, count) ->
              products.rows(
                  type,
                  k,
                  w.address() + stride * from,
                  count,
                  prepared.address(),
                  n,
                  y.address() + 4L * from,
                  4L * rows);
      Pass groups =
          (n, from, count) ->
              products.products(
                  type,
                  k,
                  w.address() + stride * from,
                  count,
                  group.address(),
                  n,
                  y.address() + 4L * from,
                  4L * rows,
                  scratch.address());
      int slice = (int) (SLICE / stride) & -64;
      int slices = rows / slice;
      double[][] fewTimes = times(slices);
      double[][] groupTimes = times(slices);
      long start = System.nanoTime();
      for (int turn = 0; turn < 3 || (System.nanoTime() - start) * 1e-9 < SECONDS; turn++) {
        for (int i = 0; i < TOKENS.length; i++) {
          int n = TOKENS[i];
          for (int t = 0; t < n; t++) {
            products.prepareRow(type, x.address() + 4L * k * t, k, n, t, prepared.address());
          }
          run(few, n, slice, fewTimes[i]);
          if (n == most) {
            products.prepareGroup(type, x.address(), 4L * k, k, n, 0, t -> false, group.address());
            run(groups, n, slice, groupTimes[i]);
          }
        }
      }
      double one = Arrays.stream(fewTimes[0]).sum();
      print(type.name(), "few", fewTimes, one);
      print("", "groups", groupTimes, one);
      System.out.printf("%15s one token: %.1f GB/s%n", "", stride * slice * slices / one * 1e-6);
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
