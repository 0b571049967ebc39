package dev.jora.kernel;

import dev.jora.kernel.x86.ProductCode;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kernels in machine code that is assembled at run time; what a set has no code for is the Vector
 * API's.
 */
public abstract sealed class AssembledKernels implements Kernels permits Avx2Kernels, VnniKernels {
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

  private record Shape(GgmlType type, int k) {}

  private final Map<Shape, MatrixKernel> matrices = new ConcurrentHashMap<>();

  AssembledKernels() {}

  /** The Vector API's kernels. */
  static Kernels base() {
    return Base.KERNELS;
  }

  /** Products of rows of k values, or null where there is no code for them. */
  abstract MatrixKernel assembled(GgmlType type, int k);

  /** Products by assembled code. */
  static TokenProducts products(GgmlType type, int k, ProductCode code) {
    return new AssembledProducts(type, k, code);
  }

  @Override
  public final MatrixKernel matrix(GgmlType type, int k) {
    return matrices.computeIfAbsent(
        new Shape(type, k),
        key -> {
          MatrixKernel own = assembled(type, k);
          return own != null ? own : base().matrix(type, k);
        });
  }

  @Override
  public boolean supports(GgmlType type) {
    return base().supports(type);
  }

  @Override
  public void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset) {
    base().dequantize(type, w, wOffset, n, out, outOffset);
  }

  @Override
  public void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    CacheRows.quantize(type, x, xOffset, n, out, outOffset);
  }

  @Override
  public void scores(Floats q, Floats k, float scale, Floats s) {
    base().scores(q, k, scale, s);
  }

  @Override
  public void weightedSum(Floats p, Floats v, Floats keep, Floats out) {
    base().weightedSum(p, v, keep, out);
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
    base().softcap(x, xOffset, n, cap);
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
    base().rmsNorm(x, xOffset, n, weight, eps, out, outOffset);
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
    base().layerNorm(x, xOffset, n, weight, bias, eps, out, outOffset);
  }

  @Override
  public void rope(
      MemorySegment x, long xOffset, int pairs, boolean neox, MemorySegment cosSin, long csOffset) {
    base().rope(x, xOffset, pairs, neox, cosSin, csOffset);
  }

  @Override
  public void activate(Activation f, MemorySegment x, long xOffset, int n) {
    base().activate(f, x, xOffset, n);
  }

  @Override
  public void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n) {
    base().glu(f, gate, gateOffset, up, upOffset, n);
  }

  @Override
  public void scale(MemorySegment x, long xOffset, int n, float scale) {
    base().scale(x, xOffset, n, scale);
  }

  @Override
  public void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset) {
    base().addScaled(x, xOffset, n, scale, out, outOffset);
  }

  @Override
  public void times(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    base().times(x, xOffset, n, out, outOffset);
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
    base().limit(gate, gateOffset, up, upOffset, n, limit, bias);
  }

  @Override
  public void activate(Xielu f, MemorySegment x, long xOffset, int n) {
    base().activate(f, x, xOffset, n);
  }

  @Override
  public boolean isFinite(MemorySegment x, long xOffset, int n) {
    return base().isFinite(x, xOffset, n);
  }

  @Override
  public RecurrentKernels recurrent() {
    return base().recurrent();
  }
}
