package dev.jora.backend.cuda;

import dev.jora.backend.Runs;

/** Rows rounded to 8 bits, 32 values to a scale; those that were rounded last are still there. */
final class CudaRounding implements AutoCloseable {
  private final CudaDevice device;
  private final CudaValues values;
  private final CudaScratch aligned;
  private final CudaScratch codes;
  private final CudaScratch scales;
  private CudaBuffer known; // whose codes these are, or null
  private int knownRows;

  CudaRounding(CudaDevice device, CudaValues values) {
    this.device = device;
    this.values = values;
    this.aligned = new CudaScratch(device);
    this.codes = new CudaScratch(device);
    this.scales = new CudaScratch(device);
  }

  /** True for rows that kernels read and round four values at once. */
  static boolean isPlain(CudaBuffer x) {
    return x.address() % 16 == 0 && x.stride() % 4 == 0 && x.cols() % 32 == 0;
  }

  /** The first n rows of x, rounded now if they are not yet. */
  CudaInput of(CudaBuffer x, int n) {
    if (known != null && known.isSameRows(x) && n <= knownRows) {
      return new CudaInput(x, codes.address(), scales.address());
    }
    CudaBuffer rows = x;
    int k = x.cols();
    if (!isPlain(x)) { // a part of each row that begins anywhere
      rows = new CudaBuffer(aligned.atLeast(4L * n * k), n, k, k);
      values.copyRuns(Runs.of(x, k), n, Runs.of(rows, k));
    }
    CudaInput input = room(x, n);
    Params p = device.params().pointer(rows.address()).pointer(input.codes());
    p.pointer(input.scales()).integer(k).integer(rows.stride());
    device.launch("quantize", "quantize_q8", Grid.of(Math.ceilDiv(k, 1024), n), 256, 0, p);
    return input;
  }

  /** Where a kernel that makes n rows of x puts what they are rounded. */
  CudaInput room(CudaBuffer x, int n) {
    long q = codes.atLeast((long) n * x.cols());
    long d = scales.atLeast(8L * n * (x.cols() / 32));
    known = x;
    knownRows = n;
    return new CudaInput(x, q, d);
  }

  /** Something else will be in these rows. */
  void written(CudaBuffer out) {
    if (known != null && known.overlaps(out)) {
      known = null;
    }
  }

  /** Something else may be in any rows from now on. */
  void forget() {
    known = null;
  }

  @Override
  public void close() {
    aligned.close();
    codes.close();
    scales.close();
  }
}
