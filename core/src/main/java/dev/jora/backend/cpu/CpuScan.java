package dev.jora.backend.cpu;

import dev.jora.backend.Scan;
import dev.jora.backend.Softplus;
import dev.jora.backend.Span;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Operations of recurrent layers: columns, or heads, are shared among threads. */
final class CpuScan {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final CpuThreads threads;

  CpuScan(CpuThreads threads) {
    this.threads = threads;
  }

  /** See {@link dev.jora.backend.Backend#convolve}. */
  void convolve(
      CpuPass pass, int layer, CpuWeight kernel, MemorySegment bias, CpuBuffer x, CpuBuffer out) {
    int taps = kernel.inputs();
    int channels = kernel.outputs();
    List<Span> spans = pass.input().spans();
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      MemorySegment before = pass.recurrent(s, layer).inputsBefore(span.count());
      threads
          .batch()
          .run(
              channels,
              16,
              (begin, end, worker) -> {
                float[] window = new float[taps];
                for (int c = begin; c < end; c++) {
                  column(span, c, channels, window, before, kernel.data(), bias, x, out);
                }
              });
    }
  }

  private static void column(
      Span span,
      int c,
      int channels,
      float[] window,
      MemorySegment before,
      MemorySegment kernel,
      MemorySegment bias,
      CpuBuffer x,
      CpuBuffer out) {
    int taps = window.length;
    for (int j = 0; j < taps - 1; j++) {
      window[j + 1] = before.getAtIndex(FLOAT, (long) j * channels + c);
    }
    float start = bias == null ? 0 : bias.getAtIndex(FLOAT, c);
    for (int i = 0; i < span.count(); i++) {
      System.arraycopy(window, 1, window, 0, taps - 1);
      window[taps - 1] = x.data().get(FLOAT, x.row(span.row() + i) + 4L * c);
      float sum = start;
      for (int j = 0; j < taps; j++) {
        sum += kernel.getAtIndex(FLOAT, (long) c * taps + j) * window[j];
      }
      out.data().set(FLOAT, out.row(span.row() + i) + 4L * c, sum);
    }
    for (int j = 0; j < taps - 1; j++) {
      before.setAtIndex(FLOAT, (long) j * channels + c, window[j + 1]);
    }
  }

  /** See {@link Scan}. */
  void scan(CpuPass pass, int layer, Scan scan, CpuBuffer out) {
    List<Span> spans = pass.input().spans();
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      MemorySegment cells = pass.recurrent(s, layer).cellsBefore(span.count());
      threads
          .batch()
          .run(
              scan.heads(),
              1,
              (begin, end, worker) -> {
                float[] state = new float[scan.states()];
                for (int h = begin; h < end; h++) {
                  for (int j = 0; j < scan.headDim(); j++) {
                    value(scan, span, h, j, state, cells, out);
                  }
                }
              });
    }
  }

  /** Value j of head h over all rows of a span. */
  private static void value(
      Scan scan, Span span, int h, int j, float[] s, MemorySegment cells, CpuBuffer out) {
    int n = scan.states();
    int column = h * scan.headDim() + j;
    CpuBuffer x = CpuBuffer.of(scan.x());
    CpuBuffer dt = CpuBuffer.of(scan.dt());
    CpuBuffer b = CpuBuffer.of(scan.b());
    CpuBuffer c = CpuBuffer.of(scan.c());
    CpuWeight a = CpuWeight.of(scan.a());
    float skip = CpuWeight.of(scan.d()).data().getAtIndex(FLOAT, h);
    long group = 4L * n * (h / (scan.heads() / scan.groups()));
    long at = 4L * n * column;
    MemorySegment.copy(cells, FLOAT, at, s, 0, n);
    for (int i = span.row(); i < span.row() + span.count(); i++) {
      float raw = Finite.orNaN(dt.data().get(FLOAT, dt.row(i) + 4L * h));
      float delta = (float) Softplus.of(raw);
      float value = x.data().get(FLOAT, x.row(i) + 4L * column);
      float sum = 0;
      for (int k = 0; k < n; k++) {
        long rate = (long) h * a.inputs() + (a.inputs() == 1 ? 0 : k);
        float keep = (float) Math.exp(delta * Finite.orNaN(a.data().getAtIndex(FLOAT, rate)));
        long bk = b.row(i) + group + 4L * k;
        s[k] = keep * s[k] + delta * value * b.data().get(FLOAT, bk);
        sum += s[k] * c.data().get(FLOAT, c.row(i) + group + 4L * k);
      }
      out.data().set(FLOAT, out.row(i) + 4L * column, sum + skip * value);
    }
    MemorySegment.copy(s, 0, cells, FLOAT, at, n);
  }
}
