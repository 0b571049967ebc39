package dev.jora.backend.cpu;

import dev.jora.backend.Buffer;
import dev.jora.backend.Delta;
import dev.jora.backend.Softplus;
import dev.jora.backend.Span;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * The gated delta rule, head by head: a head's state stays in its thread for all rows of a span.
 */
final class CpuDelta {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Delta d;
  private final CpuBuffer out;
  private final int keyDim;
  private final int valueDim;

  private CpuDelta(Delta delta, CpuBuffer out) {
    this.d = delta;
    this.out = out;
    this.keyDim = delta.keyDim();
    this.valueDim = delta.valueDim();
  }

  /** See {@link Delta}. */
  static void run(CpuThreads threads, CpuPass pass, int layer, Delta delta, CpuBuffer out) {
    CpuDelta work = new CpuDelta(delta, out);
    List<Span> spans = pass.input().spans();
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      MemorySegment cells = pass.recurrent(s, layer).cellsBefore(span.count());
      threads
          .batch()
          .run(
              delta.heads(),
              1,
              (begin, end, worker) -> {
                float[] state = threads.floats(worker, work.keyDim * work.valueDim);
                for (int h = begin; h < end; h++) {
                  work.head(h, span, cells, state);
                }
              });
    }
  }

  /** A head's rows of a span; {@code state} is for its cells, by key, then value. */
  private void head(int h, Span span, MemorySegment cells, float[] state) {
    int n = keyDim * valueDim;
    float[] q = new float[keyDim];
    float[] k = new float[keyDim];
    float[] v = new float[valueDim];
    float[] seen = new float[valueDim];
    float[] y = new float[valueDim];
    long at = 4L * n * h;
    int keyHead = d.keyHead(h);
    float a = Finite.orNaN(CpuWeight.of(d.a()).data().getAtIndex(FLOAT, h));
    float bias = CpuWeight.of(d.bias()).data().getAtIndex(FLOAT, h);
    MemorySegment.copy(cells, FLOAT, at, state, 0, n);
    for (int row = span.row(); row < span.row() + span.count(); row++) {
      read(d.q(), row, keyHead, q);
      read(d.k(), row, keyHead, k);
      read(d.v(), row, h, v);
      scale(q, (float) (1 / (length(q) * Math.sqrt(keyDim))));
      scale(k, (float) (1 / length(k)));
      double x = Finite.orNaN(value(d.alpha(), row, h) + bias);
      float keep = (float) Math.exp(a * Softplus.of(x));
      float beta = (float) (1 / (1 + Math.exp(-Finite.orNaN(value(d.b(), row, h)))));
      Arrays.fill(seen, 0);
      for (int i = 0; i < keyDim; i++) {
        look(state, i * valueDim, keep, k[i], seen);
      }
      for (int j = 0; j < valueDim; j++) {
        seen[j] = (v[j] - seen[j]) * beta;
      }
      Arrays.fill(y, 0);
      for (int i = 0; i < keyDim; i++) {
        write(state, i * valueDim, k[i], seen, q[i], y);
      }
      MemorySegment.copy(y, 0, out.data(), FLOAT, out.row(row) + 4L * h * valueDim, valueDim);
    }
    MemorySegment.copy(state, 0, cells, FLOAT, at, n);
  }

  /** A row of the state fades, and is looked at. */
  private static void look(float[] state, int from, float keep, float k, float[] seen) {
    for (int j = 0; j < seen.length; j++) {
      float s = state[from + j] * keep;
      state[from + j] = s;
      seen[j] += s * k;
    }
  }

  /** A row of the state takes what is new, and is asked. */
  private static void write(float[] state, int from, float k, float[] delta, float q, float[] y) {
    for (int j = 0; j < delta.length; j++) {
      float s = state[from + j] + k * delta[j];
      state[from + j] = s;
      y[j] += s * q;
    }
  }

  private static void read(Buffer x, int row, int head, float[] to) {
    CpuBuffer b = CpuBuffer.of(x);
    MemorySegment.copy(b.data(), FLOAT, b.row(row) + 4L * head * to.length, to, 0, to.length);
  }

  private static float value(Buffer x, int row, int column) {
    CpuBuffer b = CpuBuffer.of(x);
    return b.data().get(FLOAT, b.row(row) + 4L * column);
  }

  private double length(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += (double) value * value;
    }
    return Math.max(Math.sqrt(sum), d.eps());
  }

  private static void scale(float[] x, float factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }
}
