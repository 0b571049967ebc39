package dev.jora.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Kernels of recurrent layers: each takes all rows of a text's stretch in order, for some columns
 * or heads, which do not depend on one another. What is said of {@link Kernels} holds here too.
 */
public interface RecurrentKernels {
  /**
   * out[i,c] = bias[c] + Σ_j kernel[j,c] · x[i − taps + 1 + j, c].
   *
   * @param kernel floats[taps, n]
   * @param bias floats[1, n], or null
   * @param before floats[taps − 1, n]: the rows before row 0 of x
   * @param x floats[rows, n]
   * @param out floats[rows, n], apart from x
   */
  void convolve(Floats kernel, Floats bias, Floats before, Floats x, Floats out);

  /** out[i] = ln(1 + e^x[i]); of an infinite value a NaN. x and out are apart. */
  void softplus(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset);

  /**
   * A selective scan. For row i and value j, of head h: s[j,:] = e^(delta[i,h] · a[h,:]) ⊙ s[j,:] +
   * delta[i,h] x[i,j] · b[i,:]; y[i,j] = s[j,:] · c[i,:] + d[h] x[i,j]. An infinite a makes a NaN.
   *
   * @param s floats[heads · headDim, states], dense
   * @param a floats[heads, states], or floats[heads, 1] for one number a head
   * @param d floats[1, heads]
   * @param delta floats[rows, heads]
   * @param x floats[rows, heads · headDim]
   * @param b floats[rows, states]
   * @param c floats[rows, states]
   * @param y floats[rows, heads · headDim]
   */
  void scan(Floats s, Floats a, Floats d, Floats delta, Floats x, Floats b, Floats c, Floats y);

  /** Numbers of a row in the factors of {@link #delta}. */
  int FACTORS = 4;

  /**
   * The gated delta rule of a head. For row i with q' = fq · q[i,:], k' = fk · k[i,:]: s = keep ·
   * s; s = s + k' ⊗ β (v[i,:] − k'ᵀ s); y[i,:] = q'ᵀ s.
   *
   * @param s floats[keys, values], dense
   * @param q floats[rows, keys]
   * @param k floats[rows, keys]
   * @param v floats[rows, values]
   * @param factors floats[rows, {@link #FACTORS}]: keep, β, fq, fk
   * @param y floats[rows, values], apart from v
   */
  void delta(Floats s, Floats q, Floats k, Floats v, Floats factors, Floats y);

  /** Σ x[i]². */
  float squares(MemorySegment x, long xOffset, int n);
}
