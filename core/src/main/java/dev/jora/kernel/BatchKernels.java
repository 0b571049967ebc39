package dev.jora.kernel;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * Products of weights and several rows of activations, which are brought into a form of their own
 * first. Offsets are in bytes, counts and strides in values.
 */
public interface BatchKernels {
  /** The most tokens of one batch. */
  default int most(GgmlType type, int k) {
    return Integer.MAX_VALUE;
  }

  /** A number for the form of activations: types of equal numbers share what was prepared. */
  default int form(GgmlType type, int k, int n) {
    return type.ordinal();
  }

  /** Parts that {@link #prepareBatch} is done in; 0 if {@link #gemm} takes floats as they are. */
  default int batchParts(GgmlType type, int k, int n) {
    return 0;
  }

  /** Bytes that {@link #prepareBatch} writes for n rows of k values. */
  default long batchBytes(GgmlType type, int k, int n) {
    return 0;
  }

  /**
   * Brings part {@code part} of x[n, k] into the form that {@link #gemm} wants, once for all rows
   * of weights.
   *
   * @param x floats, row t at {@code xOffset + 4 t ldx}
   * @param fine tokens whose activations keep 16 bits at least, where this form can; others may
   *     keep 8 of most. What a token keeps depends on nothing but this and its own values
   */
  default void prepareBatch(
      GgmlType type,
      MemorySegment x,
      long xOffset,
      int ldx,
      int k,
      int n,
      int part,
      IntPredicate fine,
      MemorySegment out) {}

  /** Bytes of scratch that {@link #gemm} wants for rows of {@code k} values and n tokens. */
  long gemmScratchBytes(GgmlType type, int k, int n);

  /**
   * y[t, r] = w[r,:] · x[t,:] for n tokens t and rows r in [row0, row1).
   *
   * @param w weights, row-major blocks of {@code type}, row 0 at {@code wOffset}
   * @param x floats[n, k], row t at {@code xOffset + 4 t ldx}
   * @param batch what all parts of {@link #prepareBatch} wrote for x; unused if there are none
   * @param y floats; y[t, r] at {@code yOffset + 4 (t ldy + r)}
   * @param scratch at least {@link #gemmScratchBytes} bytes, 64-byte aligned, owned by the thread
   */
  void gemm(
      GgmlType type,
      MemorySegment w,
      long wOffset,
      int k,
      int row0,
      int row1,
      MemorySegment x,
      long xOffset,
      int ldx,
      int n,
      MemorySegment batch,
      MemorySegment y,
      long yOffset,
      int ldy,
      MemorySegment scratch);
}
