package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;
import static dev.jora.kernel.Segments.vector;

import dev.jora.kernel.x86.AmxPeak;
import dev.jora.kernel.x86.AmxProducts;
import dev.jora.kernel.x86.BatchProducts;
import dev.jora.kernel.x86.FewProducts;
import dev.jora.kernel.x86.FloatProducts;
import dev.jora.kernel.x86.Products;
import dev.jora.kernel.x86.VnniAttention;
import dev.jora.kernel.x86.VnniPeak;
import dev.jora.kernel.x86.VnniProducts;
import dev.jora.kernel.x86.VnniRows;
import dev.jora.kernel.x86.WordProducts;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Products in machine code that is assembled at run time ({@link dev.jora.kernel.x86}); all else,
 * and types and lengths that have no such code, is the Vector API's.
 */
public final class AssembledKernels implements Kernels {
  /** Values of the longest block of a type. */
  private static final int LONGEST_BLOCK = 256;

  /** The Vector API's kernels; its module and classes are loaded when they are first needed. */
  private static final class Base {
    static final Kernels KERNELS = load();

    private static Kernels load() {
      if (!IncubatorModule.load()) {
        throw new IllegalStateException("the Vector API was there and cannot be loaded");
      }
      return new VectorKernels();
    }
  }

  private static Kernels base() {
    return Base.KERNELS;
  }

  private final List<Products> families; // the first that can is taken
  private final List<FewProducts> few; // of each
  private final boolean precise;
  private final AmxProducts tiles;
  private final BatchKernels batches = new AssembledBatches(this::tiled, () -> base().batches());
  private final BatchKernels singles = new AssembledBatches(this::alone, () -> base().singles());
  private final VnniAttention attention = new VnniAttention();
  private final VnniRows rows = new VnniRows();

  /** On AVX-512 VNNI. */
  public AssembledKernels() {
    this(null);
  }

  /**
   * On AVX-512 VNNI and, for batches, on tiles.
   *
   * @param tiles null for none
   */
  public AssembledKernels(AmxProducts tiles) {
    this(tiles, false);
  }

  private AssembledKernels(AmxProducts tiles, boolean precise) {
    VnniProducts bytes = new VnniProducts();
    FloatProducts floats = new FloatProducts();
    this.families =
        precise
            ? List.of(new WordProducts(floats, bytes), floats)
            : List.of(bytes, new WordProducts(floats), floats);
    this.few = families.stream().map(FewProducts::new).toList();
    this.tiles = tiles;
    this.precise = precise;
  }

  @Override
  public Kernels precise() {
    return precise ? this : new AssembledKernels(null, true);
  }

  @Override
  public String name() {
    return tiles != null ? "amx" : precise ? "vnni, precise" : "vnni";
  }

  @Override
  public boolean supports(GgmlType type) {
    return products(type, LONGEST_BLOCK) != null || base().supports(type);
  }

  @Override
  public int rowGrain() {
    return tiles == null ? 16 : 32;
  }

  @Override
  public List<Ceiling> ceilings() {
    return tiles == null
        ? List.of(new Ceiling("VNNI", VnniPeak.MACS, new VnniPeak()::run))
        : List.of(new Ceiling("AMX", AmxPeak.MACS, new AmxPeak()::run));
  }

  /** What multiplies rows of this type and length, or null: the base does. */
  private Products products(GgmlType type, int k) {
    return first(families, type, k);
  }

  private static <T extends BatchProducts> T first(List<T> families, GgmlType type, int k) {
    for (T products : families) {
      if (products.supports(type, k)) {
        return products;
      }
    }
    return null;
  }

  private BatchProducts tiled(GgmlType type, int k) {
    return tiles != null && tiles.supports(type, k) ? tiles : products(type, k);
  }

  private BatchProducts alone(GgmlType type, int k) {
    return first(few, type, k);
  }

  @Override
  public BatchKernels batches() {
    return batches;
  }

  @Override
  public BatchKernels singles() {
    return singles;
  }

  @Override
  public long preparedBytes(GgmlType type, int k) {
    Products products = products(type, k);
    return products != null ? products.rowBytes(type, k) : base().preparedBytes(type, k);
  }

  @Override
  public void prepare(
      GgmlType type, MemorySegment x, long xOffset, int k, MemorySegment out, long outOffset) {
    Products products = products(type, k);
    if (products != null) {
      long to = address(out, outOffset, products.rowBytes(type, k));
      products.prepareRow(type, address(x, xOffset, 4L * k), k, to);
    } else {
      base().prepare(type, x, xOffset, k, out, outOffset);
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
    Products products = products(type, k);
    if (products == null) {
      base().gemv(type, w, wOffset, k, row0, row1, x, xOffset, y, yOffset);
      return;
    }
    int rows = row1 - row0;
    long stride = type.rowBytes(k);
    long wa = address(w, Math.addExact(wOffset, stride * row0), stride * rows);
    long xa = address(x, xOffset, products.rowBytes(type, k));
    long ya = address(y, yOffset + 4L * row0, 4L * rows);
    products.rows(type, k, wa, rows, xa, ya);
  }

  @Override
  public int form(GgmlType type, int k) {
    Products products = products(type, k);
    return products != null
        ? AssembledBatches.number(products.rowForm(type, k))
        : base().form(type, k);
  }

  @Override
  public void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset) {
    Products products = products(type, n);
    if (products != null) {
      long wa = address(w, wOffset, type.rowBytes(n));
      products.dequantize(type, wa, n, address(out, outOffset, 4L * n));
    } else {
      base().dequantize(type, w, wOffset, n, out, outOffset);
    }
  }

  @Override
  public void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    if (type == GgmlType.F16 && n > 0 && n % 16 == 0) {
      attention.toHalves(address(x, xOffset, 4L * n), n, address(out, outOffset, 2L * n));
    } else {
      CacheRows.quantize(type, x, xOffset, n, out, outOffset);
    }
  }

  @Override
  public boolean hasPages(int keyDim, int valueDim) {
    return attention.supports(keyDim, valueDim);
  }

  @Override
  public void pageKeys(
      GgmlType type,
      MemorySegment k,
      long kOffset,
      int d,
      MemorySegment out,
      long outOffset,
      MemorySegment scratch,
      long scratchOffset) {
    long to = address(out, outOffset, 4L * PAGE * d);
    if (type == GgmlType.F16 || type == GgmlType.F32) {
      long from = address(k, kOffset, PAGE * type.rowBytes(d));
      attention.keys(type == GgmlType.F16, d, from, to);
    } else {
      dequantize(type, k, kOffset, PAGE * d, scratch, scratchOffset);
      attention.keys(false, d, address(scratch, scratchOffset, 4L * PAGE * d), to);
    }
  }

  @Override
  public void page(
      MemorySegment q,
      long qOffset,
      int rows,
      int d,
      MemorySegment keys,
      long keysOffset,
      GgmlType vType,
      MemorySegment v,
      long vOffset,
      int dv,
      int n,
      MemorySegment out,
      long outOffset,
      MemorySegment records,
      long recordsOffset) {
    attention.page(
        d,
        dv,
        vType == GgmlType.F16,
        address(q, qOffset, 4L * rows * d),
        address(keys, keysOffset, 4L * PAGE * d),
        address(v, vOffset, PAGE * vType.rowBytes(dv)),
        address(out, outOffset, 4L * rows * dv),
        rows,
        n,
        address(records, recordsOffset, (long) RECORD * rows));
  }

  @Override
  public void scores(
      MemorySegment q,
      long qOffset,
      int ldq,
      int nq,
      MemorySegment k,
      long kOffset,
      int nk,
      int d,
      float scale,
      MemorySegment s,
      long sOffset,
      int lds) {
    base().scores(q, qOffset, ldq, nq, k, kOffset, nk, d, scale, s, sOffset, lds);
  }

  @Override
  public void weightedSum(
      MemorySegment p,
      long pOffset,
      int ldp,
      int nq,
      MemorySegment v,
      long vOffset,
      int nk,
      int d,
      MemorySegment keep,
      long keepOffset,
      MemorySegment out,
      long outOffset,
      int ldo) {
    base()
        .weightedSum(p, pOffset, ldp, nq, v, vOffset, nk, d, keep, keepOffset, out, outOffset, ldo);
  }

  @Override
  public float expInPlace(MemorySegment x, long xOffset, int n, float max) {
    return base().expInPlace(x, xOffset, n, max);
  }

  @Override
  public float max(MemorySegment x, long xOffset, int n) {
    return base().max(x, xOffset, n);
  }

  @Override
  public void softcap(MemorySegment x, long xOffset, int n, float cap) {
    if (!whole(n)) {
      base().softcap(x, xOffset, n, cap);
      return;
    }
    rows.softcap(address(x, xOffset, 4L * n), n, cap);
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
    if (!whole(n)) {
      base().rmsNorm(x, xOffset, n, weight, eps, out, outOffset);
      return;
    }
    long xa = address(x, xOffset, 4L * n);
    rows.rmsNorm(xa, n, vector(weight, n), eps, address(out, outOffset, 4L * n));
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
    if (!whole(n)) {
      base().layerNorm(x, xOffset, n, weight, bias, eps, out, outOffset);
      return;
    }
    long xa = address(x, xOffset, 4L * n);
    long oa = address(out, outOffset, 4L * n);
    rows.layerNorm(xa, n, vector(weight, n), vector(bias, n), eps, oa);
  }

  @Override
  public void rope(
      MemorySegment x, long xOffset, int pairs, boolean neox, MemorySegment cosSin, long csOffset) {
    if (!whole(pairs)) {
      base().rope(x, xOffset, pairs, neox, cosSin, csOffset);
      return;
    }
    rows.rope(address(x, xOffset, 8L * pairs), pairs, neox, address(cosSin, csOffset, 8L * pairs));
  }

  @Override
  public void activate(Activation f, MemorySegment x, long xOffset, int n) {
    if (!whole(n)) {
      base().activate(f, x, xOffset, n);
      return;
    }
    rows.activate(curve(f), address(x, xOffset, 4L * n), n);
  }

  @Override
  public void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n) {
    if (!whole(n)) {
      base().glu(f, gate, gateOffset, up, upOffset, n);
      return;
    }
    long ga = address(gate, gateOffset, 4L * n);
    rows.glu(curve(f), ga, address(up, upOffset, 4L * n), n);
  }

  private static VnniRows.Curve curve(Activation f) {
    return switch (f) {
      case SILU -> VnniRows.Curve.SILU;
      case GELU -> VnniRows.Curve.GELU;
      case RELU_SQUARED -> VnniRows.Curve.RELU_SQUARED;
    };
  }

  @Override
  public void scale(MemorySegment x, long xOffset, int n, float scale) {
    if (!whole(n)) {
      base().scale(x, xOffset, n, scale);
      return;
    }
    rows.scale(address(x, xOffset, 4L * n), n, scale);
  }

  @Override
  public void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset) {
    if (!whole(n)) {
      base().addScaled(x, xOffset, n, scale, out, outOffset);
      return;
    }
    rows.addScaled(address(x, xOffset, 4L * n), n, scale, address(out, outOffset, 4L * n));
  }

  /** True for lengths that are whole vectors. */
  private static boolean whole(int n) {
    return n > 0 && n % 16 == 0;
  }
}
