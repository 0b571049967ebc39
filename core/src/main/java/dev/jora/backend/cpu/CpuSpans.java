package dev.jora.backend.cpu;

import dev.jora.backend.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the spans of a pass for operations of recurrent layers. Columns or heads are shared among
 * threads; each thread takes the spans in order, as a sequence may have several in a pass.
 */
final class CpuSpans {
  /** What a layer keeps that an operation reads and writes. */
  interface State {
    CpuRecurrent.Piece of(CpuRecurrent layer, int tokens);
  }

  /** Work on columns or heads [from, to) of a span. */
  interface Work {
    void run(Span span, CpuRecurrent.Piece state, int from, int to, int worker);
  }

  private CpuSpans() {}

  /** Does the work of all spans, {@code step} of n columns or heads at a time. */
  static void run(
      CpuThreads threads, CpuPass pass, int layer, State state, int n, int step, Work work) {
    List<Span> spans = pass.input().spans();
    List<CpuRecurrent.Piece> states = new ArrayList<>();
    for (int s = 0; s < spans.size(); s++) {
      states.add(state.of(pass.recurrent(s, layer), spans.get(s).count()));
    }
    threads
        .batch()
        .run(
            (n + step - 1) / step,
            1,
            (begin, end, worker) -> {
              for (int from = begin * step; from < Math.min(n, end * step); from += step) {
                for (int s = 0; s < states.size(); s++) {
                  int to = Math.min(n, from + step);
                  work.run(spans.get(s), states.get(s), from, to, worker);
                }
              }
            });
  }
}
