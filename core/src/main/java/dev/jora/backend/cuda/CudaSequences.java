package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.Delta;
import dev.jora.backend.Scan;
import dev.jora.backend.Weight;

/** Operations that look at other tokens: caches, attention, convolutions, recurrences. */
final class CudaSequences {
  /** Taps that a convolution's thread holds. */
  static final int MOST_TAPS = 8;

  /** Numbers in the state of one value that a warp holds. */
  static final int MOST_STATES = 256;

  private final CudaDevice device;

  CudaSequences(CudaDevice device) {
    this.device = device;
  }

  void attend(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaBuffer out) {
    Params p = pass.cache(layer, device.params());
    p.align().pointer(q.address()).pointer(out.address());
    p.pointer(CudaWeight.floats(a.sinks()));
    p.pointer(pass.places()).pointer(pass.owners()).pointer(pass.lengths());
    p.integer(a.heads()).integer(q.stride()).integer(out.stride());
    p.integer(a.window()).integer(a.causal() ? 1 : 0);
    p.real(a.scale()).real(a.softcap()).real(a.maxBias());
    int shared = 4 * (a.keyDim() + a.valueDim());
    device.launch("attention", "attend", Grid.of(a.heads(), pass.rows()), 128, shared, p);
  }

  void convolve(
      CudaPass pass, int layer, CudaWeight kernel, Weight bias, CudaBuffer x, CudaBuffer out) {
    if (kernel.outputs() > MOST_TAPS) {
      throw new IllegalArgumentException(
          "a convolution of %d taps: the CUDA kernel has %d"
              .formatted(kernel.outputs(), MOST_TAPS));
    }
    Params p = pass.recurrent(layer, device.params());
    p.pointer(x.address()).pointer(CudaWeight.floats(kernel)).pointer(CudaWeight.floats(bias));
    p.pointer(out.address()).integer(kernel.inputs()).integer(kernel.outputs());
    p.integer(x.stride()).integer(out.stride());
    Grid grid = Grid.of(Math.ceilDiv(kernel.inputs(), 128), pass.texts().size());
    device.launch("recurrent", "convolve", grid, 128, 0, p);
  }

  void scan(CudaPass pass, int layer, Scan s, CudaBuffer out) {
    if (s.states() > MOST_STATES) {
      throw new IllegalArgumentException(
          "a scan of %d states: the CUDA kernel has %d".formatted(s.states(), MOST_STATES));
    }
    CudaBuffer x = CudaBuffer.of(s.x());
    CudaBuffer dt = CudaBuffer.of(s.dt());
    CudaBuffer b = CudaBuffer.of(s.b());
    CudaBuffer c = CudaBuffer.of(s.c());
    Params p = pass.recurrent(layer, device.params()).pointer(pass.state(layer).inputBytes());
    p.pointer(x.address()).pointer(dt.address()).pointer(b.address()).pointer(c.address());
    p.pointer(CudaWeight.floats(s.a())).pointer(CudaWeight.floats(s.d())).pointer(out.address());
    p.integer(s.heads()).integer(s.headDim()).integer(s.states()).integer(s.groups());
    p.integer(CudaWeight.of(s.a()).inputs());
    p.integer(x.stride()).integer(dt.stride()).integer(b.stride()).integer(c.stride());
    p.integer(out.stride());
    Grid grid = Grid.of(Math.ceilDiv(s.heads() * s.headDim(), 4), pass.texts().size());
    device.launch("recurrent", "scan", grid, 128, 0, p);
  }

  void deltaRule(CudaPass pass, int layer, Delta d, CudaBuffer out) {
    CudaBuffer q = CudaBuffer.of(d.q());
    CudaBuffer k = CudaBuffer.of(d.k());
    CudaBuffer v = CudaBuffer.of(d.v());
    CudaBuffer alpha = CudaBuffer.of(d.alpha());
    CudaBuffer b = CudaBuffer.of(d.b());
    Params p = pass.recurrent(layer, device.params()).pointer(pass.state(layer).inputBytes());
    p.pointer(q.address()).pointer(k.address()).pointer(v.address());
    p.pointer(alpha.address()).pointer(b.address());
    p.pointer(CudaWeight.floats(d.a())).pointer(CudaWeight.floats(d.bias()));
    p.pointer(out.address());
    p.integer(d.heads()).integer(d.keyHeads()).integer(d.tiled() ? 1 : 0);
    p.integer(d.keyDim()).integer(d.valueDim());
    p.integer(q.stride()).integer(k.stride()).integer(v.stride());
    p.integer(alpha.stride()).integer(b.stride()).integer(out.stride()).real(d.eps());
    Grid grid = Grid.of(d.heads(), pass.texts().size());
    device.launch("recurrent", "delta_rule", grid, 128, 8 * d.keyDim(), p);
  }
}
