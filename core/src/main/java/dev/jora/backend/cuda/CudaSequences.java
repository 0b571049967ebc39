package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.Delta;
import dev.jora.backend.Scan;
import dev.jora.backend.Weight;

/** Operations that look at other tokens: caches, attention, convolutions, recurrences. */
final class CudaSequences implements AutoCloseable {
  /** Taps that a convolution's thread holds; with more it reads them again for each token. */
  static final int MOST_TAPS = 8;

  /** Numbers in the state of one value that a warp holds; with more they stay in memory. */
  static final int MOST_STATES = 256;

  private final CudaDevice device;
  private final CudaAttention attention;

  CudaSequences(CudaDevice device) {
    this.device = device;
    this.attention = new CudaAttention(device);
  }

  /** See {@link CudaAttention#attend}. */
  void attend(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaInput out) {
    attention.attend(pass, layer, a, q, out);
  }

  void convolve(
      CudaPass pass, int layer, CudaWeight kernel, Weight bias, CudaBuffer x, CudaBuffer out) {
    Params p = pass.recurrent(layer, device.params());
    p.pointer(x.address()).pointer(CudaWeight.floats(kernel)).pointer(CudaWeight.floats(bias));
    p.pointer(out.address()).integer(kernel.inputs()).integer(kernel.outputs());
    p.integer(x.stride()).integer(out.stride());
    Grid grid = Grid.of(Math.ceilDiv(kernel.inputs(), 128), pass.texts().size());
    String name = kernel.outputs() > MOST_TAPS ? "convolve_long" : "convolve";
    device.launch("recurrent", name, grid, 128, 0, p);
  }

  void scan(CudaPass pass, int layer, Scan s, CudaBuffer out) {
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
    String name = s.states() > MOST_STATES ? "scan_long" : "scan";
    device.launch("recurrent", name, grid, 128, 0, p);
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

  @Override
  public void close() {
    attention.close();
  }
}
