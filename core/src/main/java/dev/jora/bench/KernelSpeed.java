package dev.jora.bench;

import dev.jora.exec.WorkPool;
import dev.jora.kernel.Activations;
import dev.jora.kernel.Ceiling;
import dev.jora.kernel.Floats;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.TokenProducts;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * Times single kernels on all threads of a pool, and the limits of the machine beside them.
 *
 * <p>A figure of a kernel is the upper quartile of the passes of {@link #SECONDS} after as long a
 * warm-up: on a shared machine the median tells more about the neighbours. A limit is the fastest
 * pass.
 */
public final class KernelSpeed {
  /** Tokens of a prompt. */
  public static final int TOKENS = 512;

  /** Bytes of a matrix, and of the memory that is streamed: more than the caches hold. */
  public static final long BYTES = 256L << 20;

  /** The longest row: a prompt of them is still addressed with ints. */
  public static final int MOST_VALUES = 1 << 20;

  /** Time of a measurement; as long again before it. */
  public static final double SECONDS = 0.7;

  private static final int PROMPT_ROWS = 512;
  private static final double MAGNITUDE = 1.0 / 48;

  private final WorkPool pool;
  private final int rowLength;

  /** Kernels on {@code pool}, on rows of {@code rowLength} values. */
  public KernelSpeed(WorkPool pool, int rowLength) {
    this.pool = pool;
    this.rowLength = rowLength;
  }

  /** True if the set has kernels for the type, and rows of this length can be of it. */
  public boolean canMeasure(Kernels kernels, GgmlType type) {
    return kernels.supports(type) && rowLength % type.blockSize() == 0;
  }

  /** Bytes per second that all threads together can read from memory. */
  public double stream() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = NativeMemory.allocate(arena, BYTES);
      int pages = (int) (BYTES >> 12);
      pool.run(
          pages,
          1,
          (begin, end, worker) ->
              memory.asSlice((long) begin << 12, (long) (end - begin) << 12).fill((byte) 1));
      // Comparing equal halves is the JDK's own vectorised loop that only reads.
      WorkPool.Range body =
          (begin, end, worker) -> {
            long from = (long) begin << 12;
            long bytes = (long) (end - begin) << 11;
            long middle = from + bytes;
            if (MemorySegment.mismatch(memory, from, middle, memory, middle, middle + bytes) >= 0) {
              throw new IllegalStateException("memory does not hold what was written");
            }
          };
      return rate(() -> pool.run(pages, 1, body), 1) * BYTES;
    }
  }

  /** Multiply-adds per second of a limit, all threads together. */
  public double ceiling(Ceiling ceiling) {
    int loops = 4 * pool.threads();
    WorkPool.Range body =
        (begin, end, worker) -> {
          for (int i = begin; i < end; i++) {
            ceiling.loop().run();
          }
        };
    return rate(() -> pool.run(loops, 1, body), 1) * loops * ceiling.macs();
  }

  /** Bytes of weights per second of the product for one token. */
  public double decode(Kernels kernels, GgmlType type) {
    long rowBytes = type.rowBytes(rowLength);
    int rows = (int) (BYTES / rowBytes);
    TokenProducts products = kernels.matrix(type, rowLength).singles();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment w = weights(arena, type, rows);
      Activations x = activations(arena, products, 1);
      products.prepare(x.rows(), 0, t -> true, x.prepared());
      Floats y = new Floats(arena.allocate(4L * rows, 64), 0, 1, rows);
      MemorySegment[] scratch = scratch(arena, products.scratchBytes(1));
      WorkPool.Range body =
          (begin, end, worker) -> products.multiply(w, begin, end, x, y, scratch[worker]);
      return rate(() -> pool.run(rows, kernels.rowGrain(), body), 0.75) * rows * rowBytes;
    }
  }

  /** Multiply-adds per second of the product for {@link #TOKENS} tokens. */
  public double prompt(Kernels kernels, GgmlType type) {
    TokenProducts products = kernels.matrix(type, rowLength).batches();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment w = weights(arena, type, PROMPT_ROWS);
      Activations x = activations(arena, products, TOKENS);
      MemorySegment memory = arena.allocate(4L * TOKENS * PROMPT_ROWS, 64);
      Floats y = new Floats(memory, 0, TOKENS, PROMPT_ROWS);
      MemorySegment[] scratch = scratch(arena, products.scratchBytes(TOKENS));
      WorkPool.Range prepare =
          (begin, end, worker) -> {
            for (int part = begin; part < end; part++) {
              products.prepare(x.rows(), part, t -> false, x.prepared());
            }
          };
      WorkPool.Range multiply =
          (begin, end, worker) -> products.multiply(w, begin, end, x, y, scratch[worker]);
      Runnable pass =
          () -> {
            pool.run(products.parts(TOKENS), 1, prepare);
            pool.run(PROMPT_ROWS, kernels.rowGrain(), multiply);
          };
      double passes = rate(pass, 0.75);
      return passes * PROMPT_ROWS * rowLength * TOKENS;
    }
  }

  /** Memory for each thread. */
  private MemorySegment[] scratch(Arena arena, long bytes) {
    MemorySegment[] scratch = new MemorySegment[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = arena.allocate(bytes, 64);
    }
    return scratch;
  }

  private MemorySegment weights(Arena arena, GgmlType type, int rows) {
    long rowBytes = type.rowBytes(rowLength);
    RandomBlocks stock = new RandomBlocks(type, MAGNITUDE, 1);
    MemorySegment w = NativeMemory.allocate(arena, rowBytes * rows);
    pool.run(
        rows,
        1,
        (begin, end, worker) ->
            stock.fill(w.asSlice(begin * rowBytes, (end - begin) * rowBytes), begin));
    return w;
  }

  /** Random rows, and memory for what is prepared of them. */
  private Activations activations(Arena arena, TokenProducts products, int rows) {
    Random random = new Random(2);
    int n = rows * rowLength;
    MemorySegment x = arena.allocate(4L * n, 64);
    for (int i = 0; i < n; i++) {
      x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    MemorySegment prepared = arena.allocate(products.bytes(rows), 64);
    return new Activations(new Floats(x, 0, rows, rowLength), prepared);
  }

  /** Passes per second: the {@code quantile} of all passes, 1 for the fastest. */
  private static double rate(Runnable pass, double quantile) {
    double[] rates = new double[1 << 16];
    int n = 0;
    long start = System.nanoTime();
    double elapsed = 0;
    while (elapsed < 2 * SECONDS || n < 3) {
      long before = System.nanoTime();
      pass.run();
      long now = System.nanoTime();
      elapsed = (now - start) * 1e-9;
      if (elapsed > SECONDS && n < rates.length) {
        rates[n++] = 1e9 / (now - before);
      }
    }
    Arrays.sort(rates, 0, n);
    return rates[(int) ((n - 1) * quantile)];
  }
}
