package dev.jora.kernel;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One set of CPU kernels. All floats are float32 in native memory; offsets are in bytes, counts and
 * strides in values. Kernels are stateless, allocate nothing large, and run on the calling thread.
 *
 * <p>Determinism: the value of an output element depends on its inputs only, never on the range it
 * was asked for in, provided that ranges of rows start at multiples of {@link #rowGrain()}. So a
 * text is the same at any number of threads. Nor does it depend on the other tokens of a batch or
 * their number.
 */
public interface Kernels {
  /** The name that {@code --kernels} takes: {@code scalar}, {@code vector}, … */
  String name();

  /** True if this set has products for weights of this type. */
  boolean supports(GgmlType type);

  /** Ranges of weight rows start at multiples of this. */
  int rowGrain();

  /**
   * A set whose products of batches round activations to 16 bits at least, for those who measure
   * what weights cost; this one, where it does that or there is none. Single tokens are as here.
   */
  default Kernels precise() {
    return this;
  }

  /** The limits of the machine that its products run against, the highest last. */
  default List<Ceiling> ceilings() {
    return List.of();
  }

  // ---- weights -----------------------------------------------------------------------------

  /**
   * What multiplies matrices of this type and of rows of k values: to be asked once for a matrix.
   * Ranges of its rows start at multiples of {@link #rowGrain()}.
   */
  MatrixKernel matrix(GgmlType type, int k);

  /** out[n] = the float values of n weights of {@code type}, starting at a block. */
  void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset);

  /** Stores n floats as F32, F16, BF16 or Q8_0: rows of the KV cache. */
  void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset);

  // ---- attention ---------------------------------------------------------------------------

  /**
   * s[i, j] = scale · (q[i,:] · k[j,:]).
   *
   * @param q floats[nq, d]
   * @param k floats[nk, d]
   * @param s floats[nq, nk]
   */
  void scores(Floats q, Floats k, float scale, Floats s);

  /**
   * out[i,:] = keep[i] · out[i,:] + Σ_j p[i, j] · v[j,:].
   *
   * @param p floats[nq, nk]
   * @param v floats[nk, d]
   * @param keep floats[1, nq]: by how much the sums so far shrink (online softmax)
   * @param out floats[nq, d]
   */
  void weightedSum(Floats p, Floats v, Floats keep, Floats out);

  /** Positions of a page, for {@link #page}. */
  int PAGE = 64;

  /**
   * Bytes of a query's record for {@link #page}: a bit for each position it sees (8 bytes), its
   * largest score so far (float), the sum of e^(score − largest) so far (float).
   */
  int RECORD = 16;

  /** True if this set has {@link #pageKeys} and {@link #page}, which do all of a page at once. */
  default boolean hasPages(int keyDim, int valueDim) {
    return false;
  }

  /**
   * The 64 keys k[64, d] of a page, turned so that positions lie side by side.
   *
   * @param out floats[d, 64], dense
   * @param scratch floats[64, d], dense
   */
  default void pageKeys(Stored k, Floats out, Floats scratch) {
    throw new UnsupportedOperationException(name());
  }

  /**
   * Takes n positions of a page into the online softmax of some queries: their records, and
   * out[i,:] = keep · out[i,:] + Σ_j e^(score − largest) · v[j,:].
   *
   * @param q floats[rows, d], dense, with the scale of attention in them
   * @param keys what {@link #pageKeys} wrote
   * @param v values[n, dv], F32 or F16, with all of the page behind them
   * @param out floats[rows, dv], dense
   * @param records {@link #RECORD} bytes a row
   */
  default void page(Floats q, Floats keys, Stored v, Floats out, MemorySegment records) {
    throw new UnsupportedOperationException(name());
  }

  /** x[i] = e^(x[i] − max) for i in [0, n); returns their sum. e^−∞ is 0. */
  float expInPlace(MemorySegment x, long xOffset, int n, float max);

  /** The largest of x[0..n); −∞ for n = 0. */
  float max(MemorySegment x, long xOffset, int n);

  /** x[i] = cap · tanh(x[i] / cap). */
  void softcap(MemorySegment x, long xOffset, int n, float cap);

  // ---- rows --------------------------------------------------------------------------------

  /**
   * out = x / √(mean(x²) + eps) · weight, over n values. {@code out} may be {@code x}.
   *
   * @param weight floats[n] at offset 0, or null for no weight
   */
  void rmsNorm(
      MemorySegment x,
      long xOffset,
      int n,
      MemorySegment weight,
      float eps,
      MemorySegment out,
      long outOffset);

  /**
   * out = (x − mean(x)) / √(var(x) + eps) · weight + bias, over n values. {@code out} may be {@code
   * x}.
   *
   * @param weight floats[n] at offset 0, or null
   * @param bias floats[n] at offset 0, or null
   */
  void layerNorm(
      MemorySegment x,
      long xOffset,
      int n,
      MemorySegment weight,
      MemorySegment bias,
      float eps,
      MemorySegment out,
      long outOffset);

  /**
   * Turns pairs of x by angles: (a, b) → (a cos − b sin, a sin + b cos).
   *
   * @param pairs number of pairs, n_rot / 2
   * @param neox true: pair i is (x[i], x[i + pairs]); false: (x[2i], x[2i + 1])
   * @param cosSin floats: cos of every pair, then sin of every pair
   */
  void rope(
      MemorySegment x, long xOffset, int pairs, boolean neox, MemorySegment cosSin, long csOffset);

  /** x[i] = f(x[i]). */
  void activate(Activation f, MemorySegment x, long xOffset, int n);

  /** gate[i] = f(gate[i]) · up[i]. */
  void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n);

  /** x[i] = scale · x[i]. */
  void scale(MemorySegment x, long xOffset, int n, float scale);

  /** out[i] += scale · x[i]. */
  void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset);

  /** out[i] = out[i] · x[i]. */
  void times(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset);

  /**
   * gate[i] = min(gate[i], limit), up[i] = clamp(up[i], ±limit) + bias; of an infinite value a NaN.
   */
  void limit(
      MemorySegment gate,
      long gateOffset,
      MemorySegment up,
      long upOffset,
      int n,
      float limit,
      float bias);

  /** x[i] = xIELU(x[i]). */
  void activate(Xielu f, MemorySegment x, long xOffset, int n);

  /** True if no value is infinite or NaN. */
  boolean isFinite(MemorySegment x, long xOffset, int n);

  // ---- recurrent layers --------------------------------------------------------------------

  /** The kernels of recurrent layers. */
  RecurrentKernels recurrent();
}
