package dev.jora.kernel;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * Products of matrices of one type and row length k with the activations of some tokens, which are
 * brought into a form of their own first.
 */
public interface TokenProducts {
  /** The most tokens at once. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** What activations are brought into: products of equal forms share what was prepared. */
  Object form();

  /** Parts that n tokens are prepared in; 0 if they are multiplied as they are. */
  int parts(int n);

  /** Bytes that {@link #prepare} writes for n tokens. */
  long bytes(int n);

  /**
   * Brings a part of the tokens into the form, once for all rows of weights.
   *
   * @param x floats[n, k]
   * @param fine tokens whose activations keep 16 bits at least, where this form can; others may
   *     keep 8 of most. What a token keeps depends on nothing but this and its own values
   * @param out {@link #bytes} for all parts, 64-byte aligned
   */
  void prepare(Floats x, int part, IntPredicate fine, MemorySegment out);

  /** Bytes of scratch that {@link #multiply} wants for n tokens. */
  long scratchBytes(int n);

  /**
   * y[t, r] = w[r,:] · x[t,:] for all tokens t and rows r in [row0, row1).
   *
   * @param w weights, row-major blocks
   * @param y floats[n, rows]
   * @param scratch at least {@link #scratchBytes} bytes, 64-byte aligned, owned by the thread
   */
  void multiply(
      MemorySegment w, int row0, int row1, Activations x, Floats y, MemorySegment scratch);
}
