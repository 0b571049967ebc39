package dev.jora.backend.cuda;

import dev.jora.backend.Gate;
import dev.jora.backend.Runs;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import java.lang.foreign.MemorySegment;

/** Operations on rows of floats, value by value, and copies. */
final class CudaValues implements AutoCloseable {
  private static final int THREADS = 256;

  private final CudaDevice device;
  private final CudaScratch flag;

  CudaValues(CudaDevice device) {
    this.device = device;
    this.flag = new CudaScratch(device);
  }

  private static Grid rows(int cols, int n) {
    return Grid.of(Math.ceilDiv(cols, THREADS), n);
  }

  private void launch(String name, Grid grid, Params p) {
    device.launch("elementwise", name, grid, THREADS, 0, p);
  }

  private Params values(CudaBuffer x) {
    return device.params().pointer(x.address()).integer(x.cols()).integer(x.stride());
  }

  private Params pair(CudaBuffer x, long other, int otherStride) {
    Params p = device.params().pointer(x.address()).pointer(other);
    return p.integer(x.cols()).integer(x.stride()).integer(otherStride);
  }

  void activate(Activation f, CudaBuffer x, int n) {
    launch("activate_rows", rows(x.cols(), n), end(values(x)).integer(f.ordinal()));
  }

  void activate(Xielu f, CudaBuffer x, int n) {
    Params p = values(x).real(f.positive()).real(f.negative()).real(f.beta()).real(f.eps());
    launch("xielu_rows", rows(x.cols(), n), p);
  }

  void glu(Gate f, CudaBuffer gate, CudaBuffer up, int n) {
    Params p = end(pair(gate, up.address(), up.stride()));
    p.integer(f.activation().ordinal()).real(f.limit()).real(f.bias());
    launch("glu_rows", rows(gate.cols(), n), p);
  }

  void add(CudaBuffer x, int n, float scale, CudaBuffer out) {
    launch("add_rows", rows(x.cols(), n), end(pair(out, x.address(), x.stride())).real(scale));
  }

  void addVector(long vector, int n, CudaBuffer out) {
    launch("add_rows", rows(out.cols(), n), end(pair(out, vector, 0)).real(1));
  }

  void times(CudaBuffer x, int n, CudaBuffer out) {
    launch("times_rows", rows(x.cols(), n), pair(out, x.address(), x.stride()));
  }

  void scaleBySigmoid(CudaBuffer gate, CudaBuffer x, int n) {
    launch("scale_by_sigmoid", rows(x.cols(), n), pair(x, gate.address(), gate.stride()));
  }

  void scale(CudaBuffer x, int n, float scale) {
    launch("scale_rows", rows(x.cols(), n), values(x).real(scale));
  }

  void softcap(CudaBuffer x, int n, float cap) {
    launch("softcap_rows", rows(x.cols(), n), values(x).real(cap));
  }

  void temper(long positions, int n, float scale, int period, CudaBuffer x) {
    Params p = device.params().pointer(x.address()).pointer(positions);
    p.integer(x.cols()).integer(x.stride()).integer(period).real(scale);
    launch("temper_rows", rows(x.cols(), n), p);
  }

  /** A struct within another ends as one of its own does: at a multiple of its alignment. */
  private static Params end(Params p) {
    return p.align();
  }

  boolean isFinite(CudaBuffer x, int n) {
    long at = flag.atLeast(4);
    device.fill(at, (byte) 0, 4);
    Params p = device.params().pointer(x.address()).pointer(at);
    launch("find_not_finite", rows(x.cols(), n), p.integer(x.cols()).integer(x.stride()));
    int[] found = new int[1];
    device.download(at, MemorySegment.ofArray(found), 0, 4);
    return found[0] == 0;
  }

  /** Rows of x that an array of the device names, to out in order. */
  void gather(CudaBuffer x, long rows, int n, CudaBuffer out) {
    copy(Runs.of(x, x.cols()), rows, n, Runs.of(out, out.cols()));
  }

  void copyRuns(Runs x, int n, Runs out) {
    copy(x, 0, n, out);
  }

  private void copy(Runs x, long rows, int n, Runs out) {
    CudaBuffer source = CudaBuffer.of(x.buffer());
    CudaBuffer target = CudaBuffer.of(out.buffer());
    Params p = device.params().pointer(source.address()).pointer(rows).pointer(target.address());
    p.integer(x.count()).integer(x.from()).integer(x.step()).integer(source.stride());
    p.integer(out.count()).integer(out.from()).integer(out.step()).integer(target.stride());
    p.integer(x.width());
    launch("copy_runs", rows(x.width() * out.count(), n), p);
  }

  @Override
  public void close() {
    flag.close();
  }
}
