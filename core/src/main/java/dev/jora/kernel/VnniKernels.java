package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;
import static dev.jora.kernel.Segments.vector;

import dev.jora.kernel.x86.AmxPeak;
import dev.jora.kernel.x86.AmxProducts;
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
 * Kernels on AVX-512 with VNNI; types and lengths that have no code are the Vector API's, and so
 * are some operations that few models need.
 */
public final class VnniKernels extends AssembledKernels {
  /** Values of the longest block of a type. */
  private static final int LONGEST_BLOCK = 256;

  private final List<Products> families; // the first that can is taken
  private final boolean precise;
  private final AmxProducts tiles;
  private final VnniAttention attention = new VnniAttention();
  private final VnniRows rows = new VnniRows();

  /** On AVX-512 VNNI. */
  public VnniKernels() {
    this(null);
  }

  /**
   * On AVX-512 VNNI and, for batches, on tiles.
   *
   * @param tiles null for none
   */
  public VnniKernels(AmxProducts tiles) {
    this(tiles, false);
  }

  private VnniKernels(AmxProducts tiles, boolean precise) {
    VnniProducts bytes = new VnniProducts();
    FloatProducts floats = new FloatProducts();
    this.families =
        precise
            ? List.of(new WordProducts(floats, bytes), floats)
            : List.of(bytes, new WordProducts(floats), floats);
    this.tiles = tiles;
    this.precise = precise;
  }

  @Override
  public Kernels precise() {
    return precise ? this : new VnniKernels(null, true);
  }

  @Override
  public String name() {
    return tiles != null ? "amx" : precise ? "vnni, precise" : "vnni";
  }

  @Override
  public boolean supports(GgmlType type) {
    return family(type, LONGEST_BLOCK) != null || super.supports(type);
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

  /** The family that multiplies rows of this type and length, or null. */
  private Products family(GgmlType type, int k) {
    for (Products family : families) {
      if (family.supports(type, k)) {
        return family;
      }
    }
    return null;
  }

  @Override
  MatrixKernel assembled(GgmlType type, int k) {
    Products family = family(type, k);
    if (family == null) {
      return null;
    }
    boolean tiled = tiles != null && tiles.supports(type, k);
    return new MatrixKernel(
        products(type, k, family.singles(type, k)),
        products(type, k, tiled ? tiles.batches(type, k) : family.batches(type, k)));
  }

  @Override
  public void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset) {
    Products family = family(type, n);
    if (family != null) {
      long wa = address(w, wOffset, type.rowBytes(n));
      family.dequantize(type, wa, n, address(out, outOffset, 4L * n));
    } else {
      super.dequantize(type, w, wOffset, n, out, outOffset);
    }
  }

  @Override
  public void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    if (type == GgmlType.F16 && n > 0 && n % 16 == 0) {
      attention.toHalves(address(x, xOffset, 4L * n), n, address(out, outOffset, 2L * n));
    } else {
      super.quantize(type, x, xOffset, n, out, outOffset);
    }
  }

  @Override
  public boolean hasPages(int keyDim, int valueDim) {
    return attention.supports(keyDim, valueDim);
  }

  @Override
  public void pageKeys(Stored k, Floats out, Floats scratch) {
    int d = k.cols();
    if (k.type() == GgmlType.F16 || k.type() == GgmlType.F32) {
      attention.keys(k.type() == GgmlType.F16, d, k.address(PAGE), out.address());
    } else {
      dequantize(k.type(), k.data(), k.offset(), PAGE * d, scratch.data(), scratch.offset());
      attention.keys(false, d, scratch.address(), out.address());
    }
  }

  @Override
  public void page(Floats q, Floats keys, Stored v, Floats out, MemorySegment records) {
    attention.page(
        q.cols(),
        v.cols(),
        v.type() == GgmlType.F16,
        q.address(),
        keys.address(),
        v.address(PAGE),
        out.address(),
        q.rows(),
        v.rows(),
        address(records, 0, (long) RECORD * q.rows()));
  }

  @Override
  public void softcap(MemorySegment x, long xOffset, int n, float cap) {
    if (!whole(n)) {
      super.softcap(x, xOffset, n, cap);
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
      super.rmsNorm(x, xOffset, n, weight, eps, out, outOffset);
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
      super.layerNorm(x, xOffset, n, weight, bias, eps, out, outOffset);
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
      super.rope(x, xOffset, pairs, neox, cosSin, csOffset);
      return;
    }
    rows.rope(address(x, xOffset, 8L * pairs), pairs, neox, address(cosSin, csOffset, 8L * pairs));
  }

  @Override
  public void activate(Activation f, MemorySegment x, long xOffset, int n) {
    if (!whole(n)) {
      super.activate(f, x, xOffset, n);
      return;
    }
    rows.activate(curve(f), address(x, xOffset, 4L * n), n);
  }

  @Override
  public void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n) {
    if (!whole(n)) {
      super.glu(f, gate, gateOffset, up, upOffset, n);
      return;
    }
    long ga = address(gate, gateOffset, 4L * n);
    rows.glu(curve(f), ga, address(up, upOffset, 4L * n), n);
  }

  private static VnniRows.Curve curve(Activation f) {
    return switch (f) {
      case SILU -> VnniRows.Curve.SILU;
      case GELU -> VnniRows.Curve.GELU;
      case SIGMOID -> VnniRows.Curve.SIGMOID;
      case QUICK_GELU -> VnniRows.Curve.QUICK_GELU;
      case RELU_SQUARED -> VnniRows.Curve.RELU_SQUARED;
    };
  }

  @Override
  public void scale(MemorySegment x, long xOffset, int n, float scale) {
    if (!whole(n)) {
      super.scale(x, xOffset, n, scale);
      return;
    }
    rows.scale(address(x, xOffset, 4L * n), n, scale);
  }

  @Override
  public void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset) {
    if (!whole(n)) {
      super.addScaled(x, xOffset, n, scale, out, outOffset);
      return;
    }
    rows.addScaled(address(x, xOffset, 4L * n), n, scale, address(out, outOffset, 4L * n));
  }

  /** True for lengths that are whole vectors. */
  private static boolean whole(int n) {
    return n > 0 && n % 16 == 0;
  }
}
