package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;

import dev.jora.kernel.x86.BatchProducts;
import dev.jora.kernel.x86.Form;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Several rows of activations by assembled products where there are some, else by others. */
final class AssembledBatches implements BatchKernels {
  /** The products of a type and row length, or null. */
  interface Choice {
    BatchProducts of(GgmlType type, int k);
  }

  private final Choice choice;
  private final Supplier<BatchKernels> others;

  /**
   * @param others asked when they are needed, which may load what they are made of
   */
  AssembledBatches(Choice choice, Supplier<BatchKernels> others) {
    this.choice = choice;
    this.others = others;
  }

  /** A number for a form, apart from the others', which are not negative. */
  static int number(Form form) {
    return -1 - form.ordinal();
  }

  @Override
  public int most(GgmlType type, int k) {
    BatchProducts products = choice.of(type, k);
    return products != null ? products.most(type, k) : others.get().most(type, k);
  }

  @Override
  public int form(GgmlType type, int k, int n) {
    BatchProducts products = choice.of(type, k);
    return products != null ? number(products.groupForm(type, k)) : others.get().form(type, k, n);
  }

  @Override
  public int batchParts(GgmlType type, int k, int n) {
    BatchProducts products = choice.of(type, k);
    return products != null ? products.groups(n) : others.get().batchParts(type, k, n);
  }

  @Override
  public long batchBytes(GgmlType type, int k, int n) {
    BatchProducts products = choice.of(type, k);
    return products != null ? products.groupBytes(type, k, n) : others.get().batchBytes(type, k, n);
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
    BatchProducts products = choice.of(type, k);
    if (products != null) {
      long xa = address(x, xOffset, 4 * ((n - 1L) * ldx + k));
      long to = address(out, 0, products.groupBytes(type, k, n));
      products.prepareGroup(type, xa, 4L * ldx, k, n, part, fine, to);
    } else {
      others.get().prepareBatch(type, x, xOffset, ldx, k, n, part, fine, out);
    }
  }

  @Override
  public long gemmScratchBytes(GgmlType type, int k, int n) {
    BatchProducts products = choice.of(type, k);
    return products != null
        ? products.scratchBytes(type, k, n)
        : others.get().gemmScratchBytes(type, k, n);
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
    BatchProducts products = choice.of(type, k);
    if (products == null) {
      others
          .get()
          .gemm(
              type, w, wOffset, k, row0, row1, x, xOffset, ldx, n, batch, y, yOffset, ldy, scratch);
      return;
    }
    if (n == 0) {
      return;
    }
    int rows = row1 - row0;
    long stride = type.rowBytes(k);
    long wa = address(w, Math.addExact(wOffset, stride * row0), stride * rows);
    long xa = address(batch, 0, products.groupBytes(type, k, n));
    long ya = address(y, yOffset + 4L * row0, 4 * ((n - 1L) * ldy + rows));
    long sa = address(scratch, 0, products.scratchBytes(type, k, n));
    products.products(type, k, wa, rows, xa, n, ya, 4L * ldy, sa);
  }
}
