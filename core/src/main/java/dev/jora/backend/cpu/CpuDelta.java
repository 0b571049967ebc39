package dev.jora.backend.cpu;

import dev.jora.backend.Buffer;
import dev.jora.backend.Delta;
import dev.jora.backend.Span;
import dev.jora.kernel.Floats;
import dev.jora.kernel.RecurrentKernels;
import dev.jora.kernel.Softplus;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The gated delta rule: heads are shared among threads. */
final class CpuDelta {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final RecurrentKernels kernels;
  private final Delta d;
  private final CpuBuffer out;

  private CpuDelta(RecurrentKernels kernels, Delta delta, CpuBuffer out) {
    this.kernels = kernels;
    this.d = delta;
    this.out = out;
  }

  /** See {@link Delta}. */
  static void run(
      RecurrentKernels kernels,
      CpuThreads threads,
      CpuPass pass,
      int layer,
      Delta delta,
      CpuBuffer out) {
    CpuDelta work = new CpuDelta(kernels, delta, out);
    CpuSpans.run(
        threads,
        pass,
        layer,
        CpuRecurrent::cellsBefore,
        delta.heads(),
        1,
        (span, cells, h, to, worker) -> {
          long head = 4L * delta.keyDim() * delta.valueDim();
          cells.begin(h * head, head);
          work.head(h, span, cells.data(), threads.scratch(worker));
        });
  }

  private void head(int h, Span span, MemorySegment cells, Scratch scratch) {
    int keys = d.keyDim();
    int values = d.valueDim();
    Floats q = CpuScan.part(d.q(), span, d.keyHead(h) * keys, keys);
    Floats k = CpuScan.part(d.k(), span, d.keyHead(h) * keys, keys);
    Floats v = CpuScan.part(d.v(), span, h * values, values);
    Floats y = CpuScan.part(out, span, h * values, values);
    Floats state = new Floats(cells, 4L * h * keys * values, keys, values);
    kernels.delta(state, q, k, v, factors(h, span, q, k, scratch), y);
  }

  /** By what the state fades, how much of the news is taken, and what makes lengths of q and k. */
  private Floats factors(int h, Span span, Floats q, Floats k, Scratch scratch) {
    int columns = RecurrentKernels.FACTORS;
    MemorySegment data = scratch.atLeast(4L * columns * span.count());
    float a = Finite.orNaN(CpuWeight.of(d.a()).data().getAtIndex(FLOAT, h));
    float bias = CpuWeight.of(d.bias()).data().getAtIndex(FLOAT, h);
    for (int i = 0; i < span.count(); i++) {
      int row = span.row() + i;
      double x = Finite.orNaN(value(d.alpha(), row, h) + bias);
      double keep = Math.exp(a * Softplus.of(x));
      double beta = 1 / (1 + Math.exp(-Finite.orNaN(value(d.b(), row, h))));
      double fq = 1 / (length(q, i) * Math.sqrt(q.cols()));
      double fk = 1 / length(k, i);
      data.setAtIndex(FLOAT, (long) columns * i, (float) keep);
      data.setAtIndex(FLOAT, (long) columns * i + 1, (float) beta);
      data.setAtIndex(FLOAT, (long) columns * i + 2, (float) fq);
      data.setAtIndex(FLOAT, (long) columns * i + 3, (float) fk);
    }
    return new Floats(data, 0, span.count(), columns);
  }

  private static float value(Buffer x, int row, int column) {
    CpuBuffer b = CpuBuffer.of(x);
    return b.data().get(FLOAT, b.row(row) + 4L * column);
  }

  private double length(Floats x, int row) {
    float squares = kernels.squares(x.data(), x.offset() + 4L * x.stride() * row, x.cols());
    return Math.max(Math.sqrt(squares), d.eps());
  }
}
