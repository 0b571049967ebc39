package dev.jora.backend.cpu;

import dev.jora.backend.Buffer;
import dev.jora.backend.Scan;
import dev.jora.backend.Span;
import dev.jora.kernel.Floats;
import dev.jora.kernel.RecurrentKernels;
import java.lang.foreign.MemorySegment;

/** Convolutions and scans of recurrent layers: columns, or heads, are shared among threads. */
final class CpuScan {
  /** Columns of a convolution at a time. */
  private static final int COLUMNS = 256;

  /** Numbers of state that a scan walks over rows with: they and their rates stay in the cache. */
  private static final int STATES = 2048;

  private final RecurrentKernels kernels;
  private final CpuThreads threads;

  CpuScan(RecurrentKernels kernels, CpuThreads threads) {
    this.kernels = kernels;
    this.threads = threads;
  }

  /** See {@link dev.jora.backend.Backend#convolve}. */
  void convolve(
      CpuPass pass, int layer, CpuWeight kernel, MemorySegment bias, CpuBuffer x, CpuBuffer out) {
    int taps = kernel.outputs();
    int channels = kernel.inputs();
    CpuSpans.run(
        threads,
        pass,
        layer,
        CpuRecurrent::inputsBefore,
        channels,
        COLUMNS,
        (span, state, from, to, worker) -> {
          int n = to - from;
          for (int j = 0; j < taps - 1; j++) {
            state.begin(4L * ((long) j * channels + from), 4L * n);
          }
          Floats before = new Floats(state.data(), 4L * from, taps - 1, n, channels);
          kernels.convolve(
              new Floats(kernel.data(), 4L * from, taps, n, channels),
              bias == null ? null : new Floats(bias, 4L * from, 1, n),
              before,
              part(x, span, from, n),
              part(out, span, from, n));
          keep(span, x, from, before);
        });
  }

  /** The last rows of a span become those before the next. */
  private static void keep(Span span, CpuBuffer x, int from, Floats before) {
    int rows = before.rows();
    long bytes = 4L * before.cols();
    for (int j = 0; j < rows; j++) {
      int row = span.count() - rows + j;
      long to = before.offset() + 4L * before.stride() * j;
      if (row < 0) {
        long old = before.offset() + 4L * before.stride() * (j + span.count());
        MemorySegment.copy(before.data(), old, before.data(), to, bytes);
      } else {
        long at = x.row(span.row() + row) + 4L * from;
        MemorySegment.copy(x.data(), at, before.data(), to, bytes);
      }
    }
  }

  /** See {@link Scan}. */
  void scan(CpuPass pass, int layer, Scan scan, CpuBuffer out) {
    int perGroup = scan.heads() / scan.groups();
    int step = Math.max(1, STATES / (scan.headDim() * scan.states()));
    CpuSpans.run(
        threads,
        pass,
        layer,
        CpuRecurrent::cellsBefore,
        scan.heads(),
        step,
        (span, cells, begin, end, worker) -> {
          long values = 4L * scan.states() * scan.headDim();
          cells.begin(begin * values, (end - begin) * values);
          for (int from = begin, to; from < end; from = to) {
            to = Math.min(end, (from / perGroup + 1) * perGroup);
            heads(scan, span, from, to, cells.data(), threads.scratch(worker), out);
          }
        });
  }

  /** Heads [from, to), of one group, over all rows of a span. */
  private void heads(
      Scan scan, Span span, int from, int to, MemorySegment cells, Scratch scratch, CpuBuffer out) {
    int heads = to - from;
    int n = scan.states();
    int column = from * scan.headDim();
    int values = heads * scan.headDim();
    int group = n * (from / (scan.heads() / scan.groups()));
    CpuWeight a = CpuWeight.of(scan.a());
    kernels.scan(
        new Floats(cells, 4L * n * column, values, n),
        new Floats(a.data(), 4L * from * a.inputs(), heads, a.inputs()),
        new Floats(CpuWeight.of(scan.d()).data(), 4L * from, 1, heads),
        steps(CpuBuffer.of(scan.dt()), span, from, heads, scratch),
        part(scan.x(), span, column, values),
        part(scan.b(), span, group, n),
        part(scan.c(), span, group, n),
        part(out, span, column, values));
  }

  /** Δ = softplus(dt). */
  private Floats steps(CpuBuffer dt, Span span, int from, int heads, Scratch scratch) {
    MemorySegment data = scratch.atLeast(4L * span.count() * heads);
    for (int i = 0; i < span.count(); i++) {
      long row = dt.row(span.row() + i) + 4L * from;
      kernels.softplus(dt.data(), row, heads, data, 4L * heads * i);
    }
    return new Floats(data, 0, span.count(), heads);
  }

  /** The rows of a span, and n of their columns. */
  static Floats part(Buffer x, Span span, int from, int n) {
    CpuBuffer b = CpuBuffer.of(x);
    return new Floats(b.data(), b.row(span.row()) + 4L * from, span.count(), n, b.stride());
  }
}
