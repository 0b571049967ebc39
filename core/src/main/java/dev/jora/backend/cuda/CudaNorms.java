package dev.jora.backend.cuda;

import dev.jora.backend.Norm;
import dev.jora.backend.Runs;

/** Norms of rows, and of runs of values in them. */
final class CudaNorms {
  private final CudaDevice device;

  CudaNorms(CudaDevice device) {
    this.device = device;
  }

  /** True if {@link #normalise} can round what it makes, and add it. */
  static boolean isPlain(CudaBuffer x, CudaBuffer out) {
    return CudaRounding.isPlain(x) && CudaRounding.isPlain(out);
  }

  /** out = norm(x) row by row. */
  void normalise(Norm norm, CudaBuffer x, int n, CudaBuffer out) {
    if (isPlain(x, out)) {
      normalise(norm, x, n, out, CudaInput.plain(out), CudaAddition.NONE);
    } else {
      normalise(norm, Runs.of(x, x.cols()), n, Runs.of(out, out.cols()));
    }
  }

  /** Likewise for plain rows, which are rounded where {@code rounded} has room, and added. */
  void normalise(
      Norm norm, CudaBuffer x, int n, CudaBuffer out, CudaInput rounded, CudaAddition addition) {
    Params p = device.params().pointer(x.address()).pointer(out.address());
    p.pointer(CudaWeight.floats(norm.weight())).pointer(CudaWeight.floats(norm.bias()));
    p.pointer(addition.address()).pointer(rounded.codes()).pointer(rounded.scales());
    p.integer(x.cols()).integer(x.stride()).integer(out.stride()).integer(addition.stride());
    p.integer(norm.kind() == Norm.Kind.LAYER ? 1 : 0).real(norm.eps()).real(addition.scale());
    device.launch("norm", "normalise_rows", Grid.of(1, n), 256, 0, p);
  }

  /** Norms of runs where they are. */
  void normaliseRuns(Norm norm, Runs x, int n) {
    normalise(norm, x, n, x);
  }

  private void normalise(Norm norm, Runs x, int n, Runs out) {
    CudaBuffer source = CudaBuffer.of(x.buffer());
    CudaBuffer target = CudaBuffer.of(out.buffer());
    Params p = device.params().pointer(source.address()).pointer(target.address());
    p.pointer(CudaWeight.floats(norm.weight())).pointer(CudaWeight.floats(norm.bias()));
    p.integer(x.width()).integer(x.from()).integer(x.step()).integer(source.stride());
    p.integer(out.from()).integer(out.step()).integer(target.stride());
    p.integer(weightStep(norm, x.width()));
    p.integer(norm.kind() == Norm.Kind.LAYER ? 1 : 0).real(norm.eps());
    device.launch("norm", "normalise", Grid.of(x.count(), n), 128, 0, p);
  }

  /** Between the weights of two runs: 0 where all have the same. */
  static int weightStep(Norm norm, int width) {
    return norm.weight() != null && norm.weight().shape().elements() > width ? width : 0;
  }
}
