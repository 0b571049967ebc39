package dev.jora.backend.cpu;

import dev.jora.backend.Span;
import dev.jora.exec.WorkPool;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Attention of a pass, shared among threads: a task is a group of heads, a run of tokens of a span,
 * and a stretch of the positions it sees. What stretches leave is joined in a second step.
 */
final class CpuAttending implements AutoCloseable {
  private final CpuThreads threads;
  private final Scratch partials = new Scratch();

  CpuAttending(CpuThreads threads) {
    this.threads = threads;
  }

  /**
   * What a pass's tasks are.
   *
   * @param start the first task of each span, and behind the last all of them
   * @param bytes that a task of several stretches leaves in {@code partials}
   */
  private record Plan(
      CpuAttention kernel,
      List<Span> spans,
      int groups,
      int[] start,
      MemorySegment partials,
      long bytes) {
    Span span(int s) {
      return spans.get(s);
    }

    /** Stretches of group {@code i % groups} of span {@code i / groups} become one. */
    void join(int i, CpuBuffer out) {
      Span span = span(i / groups);
      if (kernel.stretches(span) > 1) {
        long first = bytes * (start[i / groups] + i % groups);
        kernel.join(span, i % groups, partials, first, bytes * groups, out);
      }
    }
  }

  /** out = attention of q over what layer {@code layer} keeps of each span's sequence. */
  void run(CpuAttention kernel, CpuPass pass, int layer, CpuBuffer q, CpuBuffer out) {
    List<Span> spans = pass.input().spans();
    int groups = kernel.groups();
    int[] start = new int[spans.size() + 1];
    boolean cut = false;
    for (int s = 0; s < spans.size(); s++) {
      int stretches = kernel.stretches(spans.get(s));
      start[s + 1] = start[s] + CpuAttention.runs(spans.get(s)) * stretches * groups;
      cut |= stretches > 1;
    }
    int tasks = start[spans.size()];
    long bytes = kernel.partialBytes();
    MemorySegment memory = cut ? partials.atLeast(bytes * tasks) : MemorySegment.NULL;
    Plan plan = new Plan(kernel, spans, groups, start, memory, bytes);
    boolean one = spans.size() == 1 && spans.getFirst().single();
    WorkPool pool = one ? threads.single() : threads.batch();
    pool.run(
        tasks,
        1,
        (begin, end, worker) ->
            work(plan, pass, layer, q, out, begin, end, threads.scratch(worker)));
    if (cut) {
      pool.run(
          spans.size() * groups,
          1,
          (begin, end, worker) -> {
            for (int i = begin; i < end; i++) {
              plan.join(i, out);
            }
          });
    }
  }

  /** Tasks [begin, end). */
  private static void work(
      Plan plan,
      CpuPass pass,
      int layer,
      CpuBuffer q,
      CpuBuffer out,
      int begin,
      int end,
      Scratch scratch) {
    int s = 0;
    for (int task = begin; task < end; task++) {
      while (task >= plan.start[s + 1]) {
        s++;
      }
      int unit = (task - plan.start[s]) / plan.groups;
      int stretches = plan.kernel.stretches(plan.span(s));
      plan.kernel.run(
          q,
          plan.span(s),
          pass.cache(s, layer),
          (task - plan.start[s]) % plan.groups,
          unit / stretches,
          unit % stretches,
          out,
          plan.partials,
          plan.bytes * task,
          scratch);
    }
  }

  @Override
  public void close() {
    partials.close();
  }
}
