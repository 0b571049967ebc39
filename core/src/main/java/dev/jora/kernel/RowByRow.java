package dev.jora.kernel;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/** Several rows of activations, each multiplied as a single one while the weights are near. */
class RowByRow implements BatchKernels {
  private final Kernels kernels;

  RowByRow(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public int form(GgmlType type, int k, int n) {
    return kernels.form(type, k);
  }

  @Override
  public int batchParts(GgmlType type, int k, int n) {
    return n;
  }

  @Override
  public long batchBytes(GgmlType type, int k, int n) {
    return n * kernels.preparedBytes(type, k);
  }

  @Override
  public void prepareBatch(
      GgmlType type,
      MemorySegment x,
      long xOffset,
      int ldx,
      int k,
      int n,
      int part,
      IntPredicate fine,
      MemorySegment out) {
    kernels.prepare(
        type, x, xOffset + 4L * ldx * part, k, out, kernels.preparedBytes(type, k) * part);
  }

  @Override
  public long gemmScratchBytes(GgmlType type, int k, int n) {
    return 0;
  }

  @Override
  public void gemm(
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
      MemorySegment scratch) {
    int grain = kernels.rowGrain();
    for (int r = row0; r < row1; r += grain) {
      int end = Math.min(row1, r + grain);
      for (int t = 0; t < n; t++) {
        long at = kernels.preparedBytes(type, k) * t;
        kernels.gemv(type, w, wOffset, k, r, end, batch, at, y, yOffset + 4L * ldy * t);
      }
    }
  }
}
