package dev.jora.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The oracle of recurrent layers; see {@link ScalarKernels}. */
final class ScalarRecurrent implements RecurrentKernels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void convolve(Floats kernel, Floats bias, Floats before, Floats x, Floats out) {
    int taps = kernel.rows();
    for (int i = 0; i < x.rows(); i++) {
      for (int c = 0; c < x.cols(); c++) {
        double sum = bias == null ? 0 : get(bias, 0, c);
        for (int j = 0; j < taps; j++) {
          int row = i - taps + 1 + j;
          float value = row < 0 ? get(before, row + taps - 1, c) : get(x, row, c);
          sum += (double) get(kernel, j, c) * value;
        }
        set(out, i, c, sum);
      }
    }
  }

  @Override
  public void softplus(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    for (int i = 0; i < n; i++) {
      float value = x.get(FLOAT, xOffset + 4L * i);
      out.set(FLOAT, outOffset + 4L * i, (float) Softplus.of(value + 0 * value));
    }
  }

  @Override
  public void scan(
      Floats s, Floats a, Floats d, Floats delta, Floats x, Floats b, Floats c, Floats y) {
    int headDim = s.rows() / a.rows();
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < s.rows(); j++) {
        int h = j / headDim;
        double step = get(delta, i, h);
        double value = get(x, i, j);
        double sum = 0;
        for (int k = 0; k < s.cols(); k++) {
          float rate = get(a, h, a.cols() == 1 ? 0 : k);
          double keep = Math.exp(step * rate) + 0 * rate; // NaN of infinity, which it would hide
          set(s, j, k, keep * get(s, j, k) + step * value * get(b, i, k));
          sum += (double) get(s, j, k) * get(c, i, k);
        }
        set(y, i, j, sum + get(d, 0, h) * value);
      }
    }
  }

  @Override
  public void delta(Floats s, Floats q, Floats k, Floats v, Floats factors, Floats y) {
    for (int i = 0; i < v.rows(); i++) {
      double keep = get(factors, i, 0);
      double beta = get(factors, i, 1);
      double fq = get(factors, i, 2);
      double fk = get(factors, i, 3);
      for (int j = 0; j < s.cols(); j++) {
        double seen = 0;
        for (int e = 0; e < s.rows(); e++) {
          seen += fk * get(k, i, e) * keep * get(s, e, j);
        }
        double news = beta * (get(v, i, j) - seen);
        double sum = 0;
        for (int e = 0; e < s.rows(); e++) {
          set(s, e, j, keep * get(s, e, j) + fk * get(k, i, e) * news);
          sum += fq * get(q, i, e) * get(s, e, j);
        }
        set(y, i, j, sum);
      }
    }
  }

  @Override
  public float squares(MemorySegment x, long xOffset, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double value = x.get(FLOAT, xOffset + 4L * i);
      sum += value * value;
    }
    return (float) sum;
  }

  private static float get(Floats m, int row, int column) {
    return m.data().get(FLOAT, m.row(row) + 4L * column);
  }

  private static void set(Floats m, int row, int column, double value) {
    m.data().set(FLOAT, m.row(row) + 4L * column, (float) value);
  }
}
