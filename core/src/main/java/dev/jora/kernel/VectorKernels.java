package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;
import static dev.jora.kernel.Segments.vector;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Kernels on the Vector API. This class checks every segment once, over all that the operation is
 * going to touch; below it there are only addresses ({@link Vectors#MEMORY}). Segments must be
 * native, and their arenas stay open until the call returns.
 *
 * <p>Weights are multiplied with float activations: decoding a block costs C2 about as many
 * instructions as fixed-point products of it would, and nothing is lost by rounding.
 */
public final class VectorKernels implements Kernels {
  /** Room for the unsummed lanes of a tile of scores. */
  private final ThreadLocal<MemorySegment> scratch =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(VectorFormat.SCRATCH, 64));

  private final RecurrentKernels recurrent = new VectorRecurrent();

  /** Kernels of the width {@link Vectors#BITS}. */
  public VectorKernels() {}

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public boolean supports(GgmlType type) {
    return VectorFormats.contains(type);
  }

  @Override
  public int rowGrain() {
    return 4;
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(FmaLoop.ceiling());
  }

  @Override
  public MatrixKernel matrix(GgmlType type, int k) {
    type.rowBytes(k);
    return VectorProducts.of(VectorFormats.of(type), k);
  }

  @Override
  public void dequantize(
      GgmlType type, MemorySegment w, long wOffset, int n, MemorySegment out, long outOffset) {
    VectorFormat format = VectorFormats.of(type);
    long wa = address(w, wOffset, type.rowBytes(n));
    format.dequantize(wa, n, address(out, outOffset, 4L * n));
  }

  @Override
  public void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    CacheRows.quantize(type, x, xOffset, n, out, outOffset);
  }

  @Override
  public void scores(Floats q, Floats k, float scale, Floats s) {
    int nq = q.rows();
    int nk = k.rows();
    long qa = q.columns(0, k.cols());
    long sa = s.columns(0, nk);
    long sums = scratch.get().address();
    VectorGemm.sweep(
        k.address(),
        4L * k.stride(),
        nk,
        k.cols(),
        qa,
        q.stride(),
        nq,
        sa,
        s.stride(),
        false,
        sums);
    for (int i = 0; i < nq; i++) {
      VectorRows.scale(sa + 4L * s.stride() * i, nk, scale);
    }
  }

  @Override
  public void weightedSum(Floats p, Floats v, Floats keep, Floats out) {
    int nq = p.rows();
    long pa = p.columns(0, v.rows());
    long ka = keep.columns(0, nq);
    long oa = out.columns(0, v.cols());
    VectorAttention.weightedSum(
        pa,
        4L * p.stride(),
        nq,
        v.address(),
        4L * v.stride(),
        v.rows(),
        v.cols(),
        ka,
        oa,
        4L * out.stride());
  }

  @Override
  public float expInPlace(MemorySegment x, long xOffset, int n, float max) {
    return VectorRows.exponentials(address(x, xOffset, 4L * n), n, max);
  }

  @Override
  public float max(MemorySegment x, long xOffset, int n) {
    return VectorRows.max(address(x, xOffset, 4L * n), n);
  }

  @Override
  public void softcap(MemorySegment x, long xOffset, int n, float cap) {
    VectorRows.softcap(address(x, xOffset, 4L * n), n, cap);
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
    long xa = address(x, xOffset, 4L * n);
    VectorRows.rmsNorm(xa, n, vector(weight, n), eps, address(out, outOffset, 4L * n));
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
    long xa = address(x, xOffset, 4L * n);
    long oa = address(out, outOffset, 4L * n);
    VectorRows.layerNorm(xa, n, vector(weight, n), vector(bias, n), eps, oa);
  }

  @Override
  public void rope(
      MemorySegment x, long xOffset, int pairs, boolean neox, MemorySegment cosSin, long csOffset) {
    long xa = address(x, xOffset, 8L * pairs);
    long ca = address(cosSin, csOffset, 8L * pairs);
    if (neox) {
      VectorRows.ropeNeox(xa, pairs, ca);
    } else {
      VectorRows.ropeNormal(xa, pairs, ca);
    }
  }

  @Override
  public void activate(Activation f, MemorySegment x, long xOffset, int n) {
    VectorRows.activate(f, address(x, xOffset, 4L * n), n);
  }

  @Override
  public void glu(
      Activation f, MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int n) {
    VectorRows.glu(f, address(gate, gateOffset, 4L * n), address(up, upOffset, 4L * n), n);
  }

  @Override
  public void scale(MemorySegment x, long xOffset, int n, float scale) {
    VectorRows.scale(address(x, xOffset, 4L * n), n, scale);
  }

  @Override
  public void addScaled(
      MemorySegment x, long xOffset, int n, float scale, MemorySegment out, long outOffset) {
    VectorRows.addScaled(address(x, xOffset, 4L * n), n, scale, address(out, outOffset, 4L * n));
  }

  @Override
  public void times(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    VectorRows.times(address(x, xOffset, 4L * n), n, address(out, outOffset, 4L * n));
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
    long ua = address(up, upOffset, 4L * n);
    VectorRows.limit(address(gate, gateOffset, 4L * n), ua, n, limit, bias);
  }

  @Override
  public void activate(Xielu f, MemorySegment x, long xOffset, int n) {
    VectorRows.activate(f, address(x, xOffset, 4L * n), n);
  }

  @Override
  public boolean isFinite(MemorySegment x, long xOffset, int n) {
    return VectorRows.isFinite(address(x, xOffset, 4L * n), n);
  }

  @Override
  public RecurrentKernels recurrent() {
    return recurrent;
  }
}
