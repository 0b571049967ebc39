package dev.jora.kernel;

import dev.jora.exec.WorkPool;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Prints what the kernels reach per type: GB/s of weights for one token, GMAC/s for many. {@code
 * scripts/bench-kernels} runs it.
 *
 * <pre>
 * KernelBench [TYPE …]     all types, or these
 *   -Dbench.k=2048         length of a row
 *   -Dbench.mb=64          size of the matrix in MB; above the last cache for honest figures
 *   -Dbench.threads=1,2    thread counts
 *   -Dbench.tokens=128     tokens of a prompt
 *   -Dbench.kernels=vector
 * </pre>
 *
 * <p>A figure is the upper quartile of 1.5 seconds of passes after 1.5 seconds of warm-up: on a
 * shared machine the median tells more about the neighbours.
 */
final class KernelBench {
  private static final int K = Integer.getInteger("bench.k", 2048);
  private static final long BYTES = 1_000_000L * Integer.getInteger("bench.mb", 64);
  private static final int TOKENS = Integer.getInteger("bench.tokens", 128);
  private static final int GEMM_ROWS = 384;
  private static final double SECONDS = 1.5;

  private KernelBench() {}

  public static void main(String[] args) {
    Kernels kernels =
        KernelSelector.atMost(System.getProperty("bench.kernels", "vector")).kernels();
    int[] threads =
        Arrays.stream(System.getProperty("bench.threads", "1,2").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    System.out.printf("k %d, %d MB, %d tokens, %s%n", K, BYTES / 1_000_000, TOKENS, kernels.name());
    System.out.printf("%-8s %8s %8s %8s%n", "type", "threads", "GB/s", "GMAC/s");
    for (BlockFormat format : BlockFormats.all()) {
      GgmlType type = format.type();
      boolean wanted = args.length == 0 || List.of(args).contains(type.name());
      if (wanted && kernels.supports(type) && K % type.blockSize() == 0) {
        for (int t : threads) {
          try (WorkPool pool = new WorkPool(t)) {
            System.out.printf(
                Locale.ROOT,
                "%-8s %8d %8.2f %8.1f%n",
                type,
                t,
                gemv(kernels, type, pool),
                gemm(kernels, type, pool));
          }
        }
      }
    }
  }

  private static double gemv(Kernels kernels, GgmlType type, WorkPool pool) {
    long rowBytes = type.rowBytes(K);
    int rows = (int) (BYTES / rowBytes);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment w = weights(arena, type, rows);
      MemorySegment x = Samples.floats(arena, K, 1, new Random(2));
      MemorySegment prepared = arena.allocate(kernels.preparedBytes(type, K), 64);
      kernels.prepare(type, x, 0, K, prepared, 0);
      MemorySegment y = arena.allocate(4L * rows, 64);
      WorkPool.Range body =
          (begin, end, worker) -> kernels.gemv(type, w, 0, K, begin, end, prepared, 0, y, 0);
      return rate(pool, () -> pool.run(rows, kernels.rowGrain(), body)) * rows * rowBytes / 1e9;
    }
  }

  private static double gemm(Kernels kernels, GgmlType type, WorkPool pool) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment w = weights(arena, type, GEMM_ROWS);
      MemorySegment x = Samples.floats(arena, K * TOKENS, 1, new Random(2));
      MemorySegment y = arena.allocate(4L * TOKENS * GEMM_ROWS, 64);
      MemorySegment batch = arena.allocate(kernels.batchBytes(type, K, TOKENS), 64);
      for (int part = 0; part < kernels.batchParts(type, K, TOKENS); part++) {
        kernels.prepareBatch(type, x, 0, K, K, TOKENS, part, batch);
      }
      MemorySegment[] scratch = new MemorySegment[pool.threads()];
      for (int i = 0; i < scratch.length; i++) {
        scratch[i] = arena.allocate(kernels.gemmScratchBytes(type, K, TOKENS), 64);
      }
      WorkPool.Range body =
          (begin, end, worker) ->
              kernels.gemm(
                  type,
                  w,
                  0,
                  K,
                  begin,
                  end,
                  x,
                  0,
                  K,
                  TOKENS,
                  batch,
                  y,
                  0,
                  GEMM_ROWS,
                  scratch[worker]);
      double passes = rate(pool, () -> pool.run(GEMM_ROWS, kernels.rowGrain(), body));
      return passes * GEMM_ROWS * K * TOKENS / 1e9;
    }
  }

  /** Up to 64 different rows, repeated. */
  private static MemorySegment weights(Arena arena, GgmlType type, int rows) {
    long rowBytes = type.rowBytes(K);
    MemorySegment some = Samples.weights(arena, type, Math.min(rows, 64) * K, 0, new Random(1));
    MemorySegment w = arena.allocate(rowBytes * rows, 64);
    for (long at = 0; at < w.byteSize(); at += some.byteSize()) {
      long n = Math.min(some.byteSize(), w.byteSize() - at);
      MemorySegment.copy(some, 0, w, at, n);
    }
    return w;
  }

  /**
   * Passes per second: of processor time on one thread, which a busy machine hardly disturbs, of
   * the clock on several.
   */
  private static double rate(WorkPool pool, Runnable pass) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    LongSupplier clock = pool.threads() == 1 ? threads::getCurrentThreadCpuTime : System::nanoTime;
    double[] rates = new double[100_000];
    int n = 0;
    long start = clock.getAsLong();
    double elapsed = 0;
    while (elapsed < 2 * SECONDS || n < 3) {
      long before = clock.getAsLong();
      pass.run();
      long now = clock.getAsLong();
      elapsed = (now - start) * 1e-9;
      if (elapsed > SECONDS && n < rates.length) {
        rates[n++] = 1e9 / (now - before);
      }
    }
    Arrays.sort(rates, 0, n);
    return rates[n * 3 / 4];
  }
}
