package dev.jora.bench;

import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Products of weights[rows, k] on one thread, the same for every kernel set: {@code
 * scripts/bench-jmh} runs it. Scores are products per second, {@code weightBytes} bytes of weights
 * per second, {@code macs} multiply-adds per second.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
  /** What both products have: a kernel set and weights. */
  @State(Scope.Thread)
  public static class Matrix {
    /** A rung of {@link KernelSelector}. */
    @Param({"scalar", "vector", "vnni"})
    public String kernels;

    /** A tensor type. */
    @Param({"Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K", "F16"})
    public GgmlType type;

    /** Rows of weights. */
    @Param("512")
    public int rows;

    /** Values of a row. */
    @Param("2048")
    public int k;

    final Arena arena = Arena.ofConfined();
    Kernels set;
    MemorySegment weights;

    /** Fails where the machine has no such kernels, rather than measuring others. */
    @Setup
    public void open() {
      KernelSelector.Choice choice = KernelSelector.atMost(kernels);
      set = choice.kernels();
      if (!set.name().equals(kernels)) {
        throw new IllegalStateException(choice.reason());
      }
      weights = arena.allocate(type.rowBytes(k) * rows, 64);
      new RandomBlocks(type, 1.0 / 48, 1).fill(weights, 0);
    }

    /** Frees all. */
    @TearDown
    public void close() {
      arena.close();
    }

    MemorySegment floats(long n) {
      Random random = new Random(2);
      MemorySegment x = arena.allocate(4 * n, 64);
      for (long i = 0; i < n; i++) {
        x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
      return x;
    }
  }

  /** One token, prepared. */
  @State(Scope.Thread)
  public static class Token {
    MemorySegment prepared;
    MemorySegment y;

    /** Prepares it. */
    @Setup
    public void open(Matrix m) {
      prepared = m.arena.allocate(m.set.preparedBytes(m.type, m.k), 64);
      m.set.prepare(m.type, m.floats(m.k), 0, m.k, prepared, 0);
      y = m.floats(m.rows);
    }
  }

  /** A prompt; its preparation is part of the product. */
  @State(Scope.Thread)
  public static class Prompt {
    /** Tokens of the prompt. */
    @Param("128")
    public int tokens;

    MemorySegment x;
    MemorySegment batch;
    MemorySegment y;
    MemorySegment scratch;

    /** Makes its memory. */
    @Setup
    public void open(Matrix m) {
      x = m.floats((long) tokens * m.k);
      batch = m.arena.allocate(Math.max(1, m.set.batches().batchBytes(m.type, m.k, tokens)), 64);
      y = m.floats((long) tokens * m.rows);
      scratch =
          m.arena.allocate(Math.max(1, m.set.batches().gemmScratchBytes(m.type, m.k, tokens)), 64);
    }
  }

  /** What a second of it amounts to. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Amount {
    /** Bytes of weights read. */
    public long weightBytes;

    /** Multiply-adds. */
    public long macs;

    void add(Matrix m, int tokens) {
      weightBytes += m.weights.byteSize();
      macs += (long) m.rows * m.k * tokens;
    }
  }

  /** Weights times one token. */
  @Benchmark
  public MemorySegment decode(Matrix m, Token t, Amount amount) {
    m.set.gemv(m.type, m.weights, 0, m.k, 0, m.rows, t.prepared, 0, t.y, 0);
    amount.add(m, 1);
    return t.y;
  }

  /** Weights times the tokens of a prompt. */
  @Benchmark
  public MemorySegment prompt(Matrix m, Prompt p, Amount amount) {
    int n = p.tokens;
    for (int part = 0; part < m.set.batches().batchParts(m.type, m.k, n); part++) {
      m.set.batches().prepareBatch(m.type, p.x, 0, m.k, m.k, n, part, t -> false, p.batch);
    }
    m.set
        .batches()
        .gemm(
            m.type, m.weights, 0, m.k, 0, m.rows, p.x, 0, m.k, n, p.batch, p.y, 0, m.rows,
            p.scratch);
    amount.add(m, n);
    return p.y;
  }
}
