package dev.jora.quantize.row;

import dev.jora.kernel.IncubatorModule;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Quantizing rows of normal weights on one thread: {@code scripts/bench-jmh RowBenchmark} runs it.
 * Scores are nanoseconds per weight.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class RowBenchmark {
  private static final int ROWS = 16;
  private static final int N = 4096;

  /** A row of {@link RowQuantizers}. */
  @Param({
    "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
    "IQ4_XS", "IQ3_S", "IQ3_XXS", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S", "MXFP4", "TQ1_0",
    "TQ2_0", "Q1_0", "Q2_0"
  })
  public GgmlType type;

  /** Plain loops or vectors. */
  @Param({"scalar", "vector"})
  public String arithmetic;

  /** Whether there is an importance matrix; types that cannot do without have one anyway. */
  @Param({"false", "true"})
  public boolean importance;

  private RowQuantizer quantizer;
  private float[] x;
  private float[] q;
  private MemorySegment out;

  /** Makes weights. */
  @Setup
  public void open() {
    boolean vector = arithmetic.equals("vector");
    if (vector && !IncubatorModule.load()) {
      throw new IllegalStateException("no Vector API");
    }
    quantizer =
        RowQuantizers.table(vector ? Arithmetic::vector : Arithmetic::scalar).stream()
            .filter(row -> row.type() == type)
            .findFirst()
            .orElseThrow();
    Random random = new Random(1);
    x = new float[ROWS * N];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian() / 50));
    }
    boolean weighted = importance || quantizer.importance() == Importance.REQUIRED;
    q = weighted ? new float[N] : null;
    for (int i = 0; weighted && i < N; i++) {
      q[i] = (float) Math.exp(random.nextGaussian());
    }
    out = MemorySegment.ofArray(new byte[(int) (ROWS * type.rowBytes(N))]);
  }

  /** All rows in one call. */
  @Benchmark
  @OperationsPerInvocation(ROWS * N)
  public MemorySegment quantize() {
    quantizer.quantize(x, 0, ROWS, N, q, out, 0);
    return out;
  }
}
