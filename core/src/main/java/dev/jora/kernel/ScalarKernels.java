package dev.jora.kernel;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntPredicate;

/**
 * The oracle: plain loops over plain memory accesses. Sums are taken in double and rounded once, so
 * every faster set is measured against results that are right to the last bit or so.
 */
public final class ScalarKernels implements Kernels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public boolean supports(GgmlType type) {
    return BlockFormats.find(type).isPresent();
  }

  @Override
  public int rowGrain() {
    return 1;
  }

  @Override
  public MatrixKernel matrix(GgmlType type, int k) {
    TokenProducts products = new Products(type, k);
    return new MatrixKernel(products, products);
  }

  private record Products(GgmlType type, int k) implements TokenProducts {
    @Override
    public Object form() {
      return type;
    }

    @Override
    public int parts(int n) {
      return 0;
    }

    @Override
    public long bytes(int n) {
      return 0;
    }

    @Override
    public void prepare(Floats x, int part, IntPredicate fine, MemorySegment out) {}

    @Override
    public long scratchBytes(int n) {
      return 0;
    }

    @Override
    public void multiply(
        MemorySegment w, int row0, int row1, Activations x, Floats y, MemorySegment scratch) {
      Floats floats = x.rows();
      float[] row = new float[k];
      for (int r = row0; r < row1; r++) {
        BlockFormats.of(type).dequantize(w, type.rowBytes(k) * r, row, 0, k);
        for (int t = 0; t < floats.rows(); t++) {
          double sum = 0;
          for (int i = 0; i < k; i++) {
            sum += (double) row[i] * get(floats.data(), floats.row(t), i);
          }
          set(y.data(), y.row(t), r, (float) sum);
        }
      }
    }
  }

  @Override
  public void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset) {
    float[] values = new float[n];
    BlockFormats.of(type).dequantize(w, wOffset, values, 0, n);
    MemorySegment.copy(values, 0, out, FLOAT, outOffset, n);
  }

  @Override
  public void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    CacheRows.quantize(type, x, xOffset, n, out, outOffset);
  }

  @Override
  public void scores(Floats q, Floats k, float scale, Floats s) {
    for (int i = 0; i < q.rows(); i++) {
      for (int j = 0; j < k.rows(); j++) {
        double sum = 0;
        for (int e = 0; e < q.cols(); e++) {
          sum += (double) get(q.data(), q.row(i), e) * get(k.data(), k.row(j), e);
        }
        set(s.data(), s.row(i), j, (float) (scale * sum));
      }
    }
  }

  @Override
  public void weightedSum(Floats p, Floats v, Floats keep, Floats out) {
    for (int i = 0; i < p.rows(); i++) {
      for (int e = 0; e < v.cols(); e++) {
        double sum = (double) get(keep.data(), keep.row(0), i) * get(out.data(), out.row(i), e);
        for (int j = 0; j < v.rows(); j++) {
          sum += (double) get(p.data(), p.row(i), j) * get(v.data(), v.row(j), e);
        }
        set(out.data(), out.row(i), e, (float) sum);
      }
    }
  }

  @Override
  public float expInPlace(MemorySegment x, long xOffset, int n, float max) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float e = (float) Math.exp((double) get(x, xOffset, i) - max);
      set(x, xOffset, i, e);
      sum += e;
    }
    return (float) sum;
  }

  @Override
  public float max(MemorySegment x, long xOffset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, get(x, xOffset, i));
    }
    return max;
  }

  @Override
  public void softcap(MemorySegment x, long xOffset, int n, float cap) {
    for (int i = 0; i < n; i++) {
      set(x, xOffset, i, (float) (cap * Math.tanh(get(x, xOffset, i) / cap)));
    }
  }

  @Override
  public void rmsNorm(
      MemorySegment x,
      long xOffset,
      int n,
      MemorySegment weight,
      float eps,
      MemorySegment out,
      long outOffset) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (double) get(x, xOffset, i) * get(x, xOffset, i);
    }
    double factor = 1 / Math.sqrt(squares / n + eps);
    for (int i = 0; i < n; i++) {
      float w = weight == null ? 1 : get(weight, 0, i);
      set(out, outOffset, i, (float) (get(x, xOffset, i) * factor * w));
    }
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      long xOffset,
      int n,
      MemorySegment weight,
      MemorySegment bias,
      float eps,
      MemorySegment out,
      long outOffset) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += get(x, xOffset, i);
    }
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double difference = get(x, xOffset, i) - mean;
      squares += difference * difference;
    }
    double factor = 1 / Math.sqrt(squares / n + eps);
    for (int i = 0; i < n; i++) {
      float w = weight == null ? 1 : get(weight, 0, i);
      float b = bias == null ? 0 : get(bias, 0, i);
      set(out, outOffset, i, (float) ((get(x, xOffset, i) - mean) * factor * w + b));
    }
  }

  @Override
  public void rope(
      MemorySegment x, long xOffset, int pairs, boolean neox, MemorySegment cosSin, long csOffset) {
    for (int i = 0; i < pairs; i++) {
      int first = neox ? i : 2 * i;
      int second = neox ? i + pairs : 2 * i + 1;
      double cos = get(cosSin, csOffset, i);
      double sin = get(cosSin, csOffset, pairs + i);
      double a = get(x, xOffset, first);
      double b = get(x, xOffset, second);
      set(x, xOffset, first, (float) (a * cos - b * sin));
      set(x, xOffset, second, (float) (a * sin + b * cos));
    }
  }

  @Override
  public void activate(Activation f, MemorySegment x, long xOffset, int n) {
    for (int i = 0; i < n; i++) {
      set(x, xOffset, i, (float) apply(f, get(x, xOffset, i)));
    }
  }

  @Override
  public void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n) {
    for (int i = 0; i < n; i++) {
      double value = apply(f, get(gate, gateOffset, i)) * get(up, upOffset, i);
      set(gate, gateOffset, i, (float) value);
    }
  }

  private static double apply(Activation f, double x) {
    return switch (f) {
      case SILU -> x / (1 + Math.exp(-x));
      // 0.5 (1 + tanh u) = 1 / (1 + e^−2u), without the cancellation
      case GELU -> x / (1 + Math.exp(-Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SIGMOID -> 1 / (1 + Math.exp(-x)) + 0 * x; // NaN of infinity, which it would hide
      case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
      case RELU_SQUARED -> (x < 0 ? 0 : x * x) + 0 * x; // likewise
    };
  }

  @Override
  public void scale(MemorySegment x, long xOffset, int n, float scale) {
    for (int i = 0; i < n; i++) {
      set(x, xOffset, i, scale * get(x, xOffset, i));
    }
  }

  @Override
  public void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset) {
    for (int i = 0; i < n; i++) {
      double sum = (double) scale * get(x, xOffset, i) + get(out, outOffset, i);
      set(out, outOffset, i, (float) sum);
    }
  }

  @Override
  public void times(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    for (int i = 0; i < n; i++) {
      set(out, outOffset, i, get(out, outOffset, i) * get(x, xOffset, i));
    }
  }

  @Override
  public void limit(
      MemorySegment gate,
      long gateOffset,
      MemorySegment up,
      long upOffset,
      int n,
      float limit,
      float bias) {
    for (int i = 0; i < n; i++) {
      float g = get(gate, gateOffset, i);
      float u = get(up, upOffset, i);
      set(gate, gateOffset, i, Math.min(g + 0 * g, limit)); // NaN of infinity, which it would hide
      set(up, upOffset, i, Math.clamp(u + 0 * u, -limit, limit) + bias);
    }
  }

  @Override
  public void activate(Xielu f, MemorySegment x, long xOffset, int n) {
    for (int i = 0; i < n; i++) {
      set(x, xOffset, i, f.of(get(x, xOffset, i)));
    }
  }

  @Override
  public boolean isFinite(MemorySegment x, long xOffset, int n) {
    boolean finite = true;
    for (int i = 0; i < n; i++) {
      finite &= Float.isFinite(get(x, xOffset, i));
    }
    return finite;
  }

  @Override
  public RecurrentKernels recurrent() {
    return new ScalarRecurrent();
  }

  private static float get(MemorySegment m, long offset, int i) {
    return m.get(FLOAT, offset + 4L * i);
  }

  private static void set(MemorySegment m, long offset, int i, float value) {
    m.set(FLOAT, offset + 4L * i, value);
  }
}
