package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/** Products on the Vector API. */
final class VectorProducts {
  private VectorProducts() {}

  /** The products of rows of k values. */
  static MatrixKernel of(VectorFormat format, int k) {
    return new MatrixKernel(new Singles(format, k), new Batches(format, k));
  }

  /** Each token is multiplied by itself, several while the weights are near. */
  private record Singles(VectorFormat format, int k) implements TokenProducts {
    /** Rows that all tokens pass together. */
    private static final int NEAR = 4;

    @Override
    public Object form() {
      return format.type();
    }

    @Override
    public int parts(int n) {
      return n;
    }

    @Override
    public long bytes(int n) {
      return n * format.preparedBytes(k);
    }

    @Override
    public void prepare(Floats x, int part, IntPredicate fine, MemorySegment out) {
      long bytes = format.preparedBytes(k);
      long to = address(out, bytes * part, bytes);
      format.prepare(address(x.data(), x.row(part), 4L * k), k, to);
    }

    @Override
    public long scratchBytes(int n) {
      return VectorFormat.SCRATCH;
    }

    @Override
    public void multiply(
        MemorySegment w, int row0, int row1, Activations x, Floats y, MemorySegment scratch) {
      int n = x.rows().rows();
      long rowBytes = format.type().rowBytes(k);
      long wa = address(w, rowBytes * row0, rowBytes * (row1 - row0));
      long xa = address(x.prepared(), 0, bytes(n));
      long ya = y.columns(row0, row1);
      long sa = address(scratch, 0, VectorFormat.SCRATCH);
      int near = n == 1 ? row1 - row0 : NEAR;
      for (int from = 0; from < row1 - row0; from += near) {
        int rows = Math.min(near, row1 - row0 - from);
        for (int t = 0; t < n; t++) {
          long yt = ya + 4L * y.stride() * t + 4L * from;
          multiply(wa + rowBytes * from, rowBytes, rows, xa + format.preparedBytes(k) * t, yt, sa);
        }
      }
    }

    /** Two streams far apart keep more of the memory's prefetchers busy than neighbours do. */
    private void multiply(long w, long rowBytes, int rows, long x, long y, long scratch) {
      int half = (rows + 1) / 2;
      for (int r = 0; r < half; r++) {
        int other = r + half < rows ? r + half : r;
        long w0 = w + rowBytes * r;
        long w1 = w + rowBytes * other;
        format.dots(w0, w1, k, x, y + 4L * r, y + 4L * other, scratch);
      }
    }
  }

  /** Activations are multiplied as they are. */
  private record Batches(VectorFormat format, int k) implements TokenProducts {
    @Override
    public Object form() {
      return format.type();
    }

    @Override
    public int parts(int n) {
      return 0;
    }

    @Override
    public long bytes(int n) {
      return 0;
    }

    @Override
    public void prepare(Floats x, int part, IntPredicate fine, MemorySegment out) {}

    @Override
    public long scratchBytes(int n) {
      return VectorGemm.scratchBytes(k);
    }

    @Override
    public void multiply(
        MemorySegment w, int row0, int row1, Activations x, Floats y, MemorySegment scratch) {
      Floats floats = x.rows();
      int rows = row1 - row0;
      long rowBytes = format.type().rowBytes(k);
      long wa = address(w, rowBytes * row0, rowBytes * rows);
      long xa = floats.columns(0, k);
      long ya = y.columns(row0, row1);
      long sa = address(scratch, 0, VectorGemm.scratchBytes(k));
      VectorGemm.run(format, wa, k, rows, xa, floats.stride(), floats.rows(), ya, y.stride(), sa);
    }
  }
}
