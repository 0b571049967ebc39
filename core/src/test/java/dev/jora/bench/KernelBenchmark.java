package dev.jora.bench;

import dev.jora.kernel.Activations;
import dev.jora.kernel.Floats;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.MatrixKernel;
import dev.jora.kernel.TokenProducts;
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
    MatrixKernel kernel;
    MemorySegment weights;

    /** Fails where the machine has no such kernels, rather than measuring others. */
    @Setup
    public void open() {
      KernelSelector.Choice choice = KernelSelector.atMost(kernels);
      if (!choice.kernels().name().equals(kernels)) {
        throw new IllegalStateException(choice.reason());
      }
      kernel = choice.kernels().matrix(type, k);
      weights = arena.allocate(type.rowBytes(k) * rows, 64);
      new RandomBlocks(type, 1.0 / 48, 1).fill(weights, 0);
    }

    /** Frees all. */
    @TearDown
    public void close() {
      arena.close();
    }

    Activations activations(TokenProducts products, int n) {
      Floats rows = new Floats(floats((long) n * k), 0, n, k);
      return new Activations(rows, arena.allocate(products.bytes(n), 64));
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
    Activations x;
    Floats y;
    MemorySegment scratch;

    /** Prepares it. */
    @Setup
    public void open(Matrix m) {
      TokenProducts products = m.kernel.singles();
      x = m.activations(products, 1);
      products.prepare(x.rows(), 0, t -> true, x.prepared());
      y = new Floats(m.floats(m.rows), 0, 1, m.rows);
      scratch = m.arena.allocate(products.scratchBytes(1), 64);
    }
  }

  /** A prompt; its preparation is part of the product. */
  @State(Scope.Thread)
  public static class Prompt {
    /** Tokens of the prompt. */
    @Param("128")
    public int tokens;

    Activations x;
    Floats y;
    MemorySegment scratch;

    /** Makes its memory. */
    @Setup
    public void open(Matrix m) {
      TokenProducts products = m.kernel.batches();
      x = m.activations(products, tokens);
      y = new Floats(m.floats((long) tokens * m.rows), 0, tokens, m.rows);
      scratch = m.arena.allocate(products.scratchBytes(tokens), 64);
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
    m.kernel.singles().multiply(m.weights, 0, m.rows, t.x, t.y, t.scratch);
    amount.add(m, 1);
    return t.y.data();
  }

  /** Weights times the tokens of a prompt. */
  @Benchmark
  public MemorySegment prompt(Matrix m, Prompt p, Amount amount) {
    TokenProducts products = m.kernel.batches();
    for (int part = 0; part < products.parts(p.tokens); part++) {
      products.prepare(p.x.rows(), part, t -> false, p.x.prepared());
    }
    products.multiply(m.weights, 0, m.rows, p.x, p.y, p.scratch);
    amount.add(m, p.tokens);
    return p.y.data();
  }
}
