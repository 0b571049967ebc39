package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;

import dev.jora.kernel.x86.ProductCode;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/** Assembled products: checks every segment once, over all that the code is going to touch. */
record AssembledProducts(GgmlType type, int k, ProductCode code) implements TokenProducts {
  @Override
  public int most() {
    return code.most();
  }

  @Override
  public Object form() {
    return code.form();
  }

  @Override
  public int parts(int n) {
    return code.groups(n);
  }

  @Override
  public long bytes(int n) {
    return code.bytes(n);
  }

  @Override
  public void prepare(Floats x, int part, IntPredicate fine, MemorySegment out) {
    int n = x.rows();
    long to = address(out, 0, code.bytes(n));
    code.prepare(x.columns(0, k), 4L * x.stride(), n, part, fine, to);
  }

  @Override
  public long scratchBytes(int n) {
    return code.scratchBytes(n);
  }

  @Override
  public void multiply(
      MemorySegment w, int row0, int row1, Activations x, Floats y, MemorySegment scratch) {
    int n = x.rows().rows();
    if (n == 0) {
      return;
    }
    int rows = row1 - row0;
    long rowBytes = type.rowBytes(k);
    long wa = address(w, rowBytes * row0, rowBytes * rows);
    long xa = address(x.prepared(), 0, code.bytes(n));
    long sa = address(scratch, 0, code.scratchBytes(n));
    code.run(wa, rows, xa, n, y.columns(row0, row1), 4L * y.stride(), sa);
  }
}
