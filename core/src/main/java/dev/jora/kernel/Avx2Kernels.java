package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;

import dev.jora.kernel.x86.Avx2Peak;
import dev.jora.kernel.x86.Avx2Products;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Products in machine code for processors with AVX2 and without AVX-512, assembled at run time; all
 * else, and types and lengths that have no such code, is the Vector API's.
 */
public final class Avx2Kernels extends VectorKernels {
  private final Avx2Products products;
  private final boolean precise;
  private final BatchKernels singles = new Singles();

  /** Those of the ladder. */
  public Avx2Kernels() {
    this(false);
  }

  private Avx2Kernels(boolean precise) {
    this.products = new Avx2Products();
    this.precise = precise;
  }

  @Override
  public String name() {
    return precise ? "avx2, precise" : "avx2";
  }

  @Override
  public Kernels precise() {
    return precise ? this : new Avx2Kernels(true);
  }

  @Override
  public int rowGrain() {
    return 16;
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(new Ceiling("AVX2", Avx2Peak.MACS, new Avx2Peak()::run));
  }

  @Override
  public long preparedBytes(GgmlType type, int k) {
    return products.supports(type, k) ? products.rowBytes(k) : super.preparedBytes(type, k);
  }

  @Override
  public void prepare(
      GgmlType type, MemorySegment x, long xOffset, int k, MemorySegment out, long outOffset) {
    if (products.supports(type, k)) {
      long to = address(out, outOffset, products.rowBytes(k));
      products.prepareRow(address(x, xOffset, 4L * k), k, to);
    } else {
      super.prepare(type, x, xOffset, k, out, outOffset);
    }
  }

  @Override
  public void gemv(
      GgmlType type,
      MemorySegment w,
      long wOffset,
      int k,
      int row0,
      int row1,
      MemorySegment x,
      long xOffset,
      MemorySegment y,
      long yOffset) {
    if (!hasRows(type, k)) {
      super.gemv(type, w, wOffset, k, row0, row1, x, xOffset, y, yOffset);
      return;
    }
    long xa = address(x, xOffset, preparedBytes(type, k));
    rows(type, w, wOffset, k, row0, row1, xa, 1, y, yOffset, 0);
  }

  /** True if there is code for one token and a few. */
  private boolean hasRows(GgmlType type, int k) {
    return products.supports(type, k) || isHalves(type, k);
  }

  private boolean isHalves(GgmlType type, int k) {
    return type == GgmlType.F16 && products.supportsHalves(k);
  }

  private void rows(
      GgmlType type,
      MemorySegment w,
      long wOffset,
      int k,
      int row0,
      int row1,
      long x,
      int n,
      MemorySegment y,
      long yOffset,
      int ldy) {
    int rows = row1 - row0;
    long stride = type.rowBytes(k);
    long wa = address(w, Math.addExact(wOffset, stride * row0), stride * rows);
    long ya = address(y, yOffset + 4L * row0, 4 * ((n - 1L) * ldy + rows));
    if (isHalves(type, k)) {
      products.halves(k, wa, rows, x, n, ya, 4L * ldy);
    } else {
      products.rows(type, k, wa, stride, rows, x, n, ya, 4L * ldy);
    }
  }

  @Override
  public int form(GgmlType type, int k) {
    return products.supports(type, k) ? -1 : super.form(type, k);
  }

  @Override
  public int form(GgmlType type, int k, int n) {
    return products.supports(type, k) ? -1 : super.form(type, k, n);
  }

  @Override
  public int batchParts(GgmlType type, int k, int n) {
    return products.supports(type, k) ? products.groups(n) : super.batchParts(type, k, n);
  }

  @Override
  public long batchBytes(GgmlType type, int k, int n) {
    return products.supports(type, k) ? products.groupBytes(k, n) : super.batchBytes(type, k, n);
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
    if (products.supports(type, k)) {
      long xa = address(x, xOffset, 4 * ((n - 1L) * ldx + k));
      IntPredicate kept = precise ? t -> true : fine;
      long to = address(out, 0, products.groupBytes(k, n));
      products.prepareGroup(xa, 4L * ldx, k, n, part, kept, to);
    } else {
      super.prepareBatch(type, x, xOffset, ldx, k, n, part, fine, out);
    }
  }

  @Override
  public long gemmScratchBytes(GgmlType type, int k, int n) {
    return products.supports(type, k)
        ? products.scratchBytes(type, k)
        : super.gemmScratchBytes(type, k, n);
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
    if (!products.supports(type, k)) {
      super.gemm(
          type, w, wOffset, k, row0, row1, x, xOffset, ldx, n, batch, y, yOffset, ldy, scratch);
      return;
    }
    int rows = row1 - row0;
    long stride = type.rowBytes(k);
    long wa = address(w, Math.addExact(wOffset, stride * row0), stride * rows);
    long xa = address(batch, 0, products.groupBytes(k, n));
    long ya = address(y, yOffset + 4L * row0, 4 * ((n - 1L) * ldy + rows));
    long sa = address(scratch, 0, products.scratchBytes(type, k));
    products.products(type, k, wa, stride, rows, xa, n, ya, 4L * ldy, sa);
  }

  @Override
  public BatchKernels singles() {
    return singles;
  }

  /** Several tokens at once by the code for one, where there is some. */
  private final class Singles extends RowByRow {
    Singles() {
      super(Avx2Kernels.this);
    }

    @Override
    public int most(GgmlType type, int k) {
      return hasRows(type, k) ? products.few(type) : super.most(type, k);
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
      if (!hasRows(type, k)) {
        super.gemm(
            type, w, wOffset, k, row0, row1, x, xOffset, ldx, n, batch, y, yOffset, ldy, scratch);
      } else if (n > 0) {
        long xa = address(batch, 0, batchBytes(type, k, n));
        rows(type, w, wOffset, k, row0, row1, xa, n, y, yOffset, ldy);
      }
    }
  }
}
