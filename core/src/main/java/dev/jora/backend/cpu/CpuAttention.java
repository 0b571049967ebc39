package dev.jora.backend.cpu;

import dev.jora.backend.Attention;
import dev.jora.backend.Span;
import dev.jora.kernel.Floats;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.Stored;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Attention of some heads over one cache for a run of tokens, page by page with the online softmax
 * of flash attention: every page is decoded once and serves all query heads of the group and all
 * tokens of the run. A single token's positions are cut into stretches, so that threads share them
 * where there are fewer key heads. The order of sums depends on positions only, so not on threads.
 */
final class CpuAttention {
  /** Tokens that share a decoded page: 32 × 4 heads fill the L2 cache beside it. */
  static final int TOKENS = 32;

  /** Positions of a token's attention that one thread does: a few pages, more than their join. */
  static final int STRETCH = 16 * CpuKvLayer.PAGE;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** Rows up to which decoding halves on the way is less work than once beforehand. */
  private static final int FEW_ROWS = 8;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /** Query heads of one task: latent attention has a hundred of them for one key head. */
  private static final int MOST_HEADS = 16;

  /** Fewer do not pay for decoding a page once more. */
  private static final int LEAST_HEADS = 4;

  private final Kernels kernels;
  private final Attention a;
  private final int group;
  private final int parts;
  private final MemorySegment sinks;

  CpuAttention(Kernels kernels, Attention attention) {
    this.kernels = kernels;
    this.a = attention;
    int all = attention.heads() / attention.kvHeads();
    int some = Math.min(all, MOST_HEADS);
    while (all % some != 0) {
      some--;
    }
    this.group = some < LEAST_HEADS ? all : some;
    this.parts = all / group;
    this.sinks = CpuWeight.vector(attention.sinks());
  }

  /** Groups of query heads that share a key head and a task. */
  int groups() {
    return a.kvHeads() * parts;
  }

  /** Runs of tokens in a span: a unit of work besides groups of heads. */
  static int runs(Span span) {
    return (span.count() + TOKENS - 1) / TOKENS;
  }

  /**
   * Pieces that the positions of a span are cut into. Only those of a drawn token are: several
   * tokens give threads enough to do. Where a piece begins depends on positions alone.
   */
  int stretches(Span span) {
    return !span.single()
        ? 1
        : span.position() / STRETCH - a.seesFrom(span.position()) / STRETCH + 1;
  }

  /** Bytes that {@link #run} leaves for {@link #join} of a stretch of one token. */
  long partialBytes() {
    return 4L * group * (a.valueDim() + 2) + 63 & -64;
  }

  /**
   * Attention of group {@code head} for run {@code run} of a span, to {@code out}; or, where there
   * are several stretches, of one of them, to {@code partials} at {@code partial}.
   */
  void run(
      CpuBuffer q,
      Span span,
      CpuKvLayer kv,
      int head,
      int run,
      int stretch,
      CpuBuffer out,
      MemorySegment partials,
      long partial,
      Scratch scratch) {
    int from = run * TOKENS;
    int tokens = Math.min(TOKENS, span.count() - from);
    int rows = tokens * group;
    Layout at = new Layout(rows, a.keyDim(), a.valueDim());
    MemorySegment m = scratch.atLeast(at.bytes());
    for (int t = 0; t < tokens; t++) {
      long source = q.row(span.row() + from + t) + 4L * head * group * a.keyDim();
      MemorySegment.copy(
          q.data(), source, m, at.q() + 4L * t * group * a.keyDim(), 4L * group * a.keyDim());
    }
    m.asSlice(at.out(), 4L * rows * a.valueDim()).fill((byte) 0);
    int position = span.position() + from;
    int length = span.position() + span.count();
    int begin = a.seesFrom(position);
    int end = a.seesTo(position + tokens - 1, length);
    boolean whole = stretches(span) == 1;
    if (!whole) {
      int first = (begin / STRETCH + stretch) * STRETCH;
      begin = Math.max(begin, first);
      end = Math.min(end, first + STRETCH);
    }
    State state;
    Sinks sink = sinks == null || stretch > 0 ? null : i -> sink(head, i);
    if (a.softcap() == 0 && a.maxBias() == 0 && kernels.hasPages(a.keyDim(), a.valueDim())) {
      wholePages(kv, head / parts, m, at, rows, sink, position, length, begin, end);
      state = new State(at.records() + 8, at.records() + 12, Kernels.RECORD);
    } else {
      inSteps(kv, head, m, at, rows, sink, position, length, begin, end);
      state = new State(at.max(), at.sum(), 4);
    }
    if (!whole) {
      MemorySegment.copy(m, at.out(), partials, partial, 4L * rows * a.valueDim());
      for (int i = 0; i < rows; i++) {
        long pair = partial + 4L * rows * a.valueDim() + 8L * i;
        partials.set(FLOAT, pair, m.get(FLOAT, state.max(i)));
        partials.set(FLOAT, pair + 4, m.get(FLOAT, state.sum(i)));
      }
      return;
    }
    for (int i = 0; i < rows; i++) {
      long sums = at.out() + 4L * i * a.valueDim();
      kernels.scale(m, sums, a.valueDim(), 1 / m.get(FLOAT, state.sum(i)));
      long target = target(out, span.row() + from + i / group, head, i % group);
      MemorySegment.copy(m, sums, out.data(), target, 4L * a.valueDim());
    }
  }

  /** The score that a row's softmax has beside those of keys; the first stretch counts it. */
  private interface Sinks {
    float of(int row);
  }

  private float sink(int head, int row) {
    return sinks.getAtIndex(FLOAT, head * group + row % group);
  }

  private long target(CpuBuffer out, int row, int head, int g) {
    return out.row(row) + 4L * (head * group + g) * a.valueDim();
  }

  /**
   * Joins what the stretches of a token have left, {@code step} bytes apart: sums of each count by
   * e^(its largest score − the largest of all).
   */
  void join(Span span, int head, MemorySegment partials, long first, long step, CpuBuffer out) {
    int dv = a.valueDim();
    int stretches = stretches(span);
    for (int g = 0; g < group; g++) {
      long pair = first + 4L * group * dv + 8L * g;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < stretches; i++) {
        max = Math.max(max, partials.get(FLOAT, pair + step * i));
      }
      float sum = 0;
      long target = target(out, span.row(), head, g);
      out.data().asSlice(target, 4L * dv).fill((byte) 0);
      for (int i = 0; i < stretches; i++) {
        float share = (float) Math.exp(partials.get(FLOAT, pair + step * i) - max);
        sum += share * partials.get(FLOAT, pair + step * i + 4);
        long sums = first + step * i + 4L * g * dv;
        for (int j = 0; j < dv; j++) {
          long at = target + 4L * j;
          float value = out.data().get(FLOAT, at) + share * partials.get(FLOAT, sums + 4L * j);
          out.data().set(FLOAT, at, value);
        }
      }
      kernels.scale(out.data(), target, dv, 1 / sum);
    }
  }

  /** Where each row's largest score and sum of weights are. */
  private record State(long max, long sum, int step) {
    long max(int row) {
      return max + (long) step * row;
    }

    long sum(int row) {
      return sum + (long) step * row;
    }
  }

  /** Positions [begin, end) by kernels that do a page at once. */
  private void wholePages(
      CpuKvLayer kv,
      int head,
      MemorySegment m,
      Layout at,
      int rows,
      Sinks sink,
      int position,
      int length,
      int begin,
      int end) {
    int d = a.keyDim();
    int dv = a.valueDim();
    boolean direct =
        kv.valueType() == GgmlType.F32 || kv.valueType() == GgmlType.F16 && rows <= FEW_ROWS;
    kernels.scale(m, at.q(), rows * d, a.scale());
    for (int i = 0; i < rows; i++) {
      long record = at.records() + (long) Kernels.RECORD * i;
      m.set(FLOAT, record + 8, sink == null ? Float.NEGATIVE_INFINITY : sink.of(i));
      m.set(FLOAT, record + 12, sink == null ? 0f : 1f);
    }
    Floats q = new Floats(m, at.q(), rows, d);
    Floats keys = new Floats(m, at.keys(), d, CpuKvLayer.PAGE);
    Floats scratch = new Floats(m, at.scores(), CpuKvLayer.PAGE, d);
    Floats out = new Floats(m, at.out(), rows, dv);
    MemorySegment records = m.asSlice(at.records(), (long) Kernels.RECORD * rows);
    for (int p = begin / CpuKvLayer.PAGE * CpuKvLayer.PAGE; p < end; p += CpuKvLayer.PAGE) {
      int n = Math.min(CpuKvLayer.PAGE, end - p);
      kv.turnKeys(head, p, keys, scratch);
      if (!direct) {
        kv.readValues(head, p, n, m.asSlice(at.values()));
      }
      for (int i = 0; i < rows; i++) {
        long record = at.records() + (long) Kernels.RECORD * i;
        m.set(LONG, record, seen(position + i / group, length, p));
      }
      Stored values =
          direct ? kv.values(head, p, n) : new Stored(GgmlType.F32, m, at.values(), n, dv);
      kernels.page(q, keys, values, out, records);
    }
  }

  /** A bit for each position of the page from p on that a token at {@code position} sees. */
  private long seen(int position, int length, int p) {
    int from = Math.clamp((long) a.seesFrom(position) - p, 0, CpuKvLayer.PAGE);
    int to = Math.clamp((long) a.seesTo(position, length) - p, 0, CpuKvLayer.PAGE);
    return below(to) & ~below(from);
  }

  private static long below(int bit) {
    return bit == 64 ? -1L : (1L << bit) - 1;
  }

  /** Positions [begin, end) by separate kernels for scores, softmax and sums. */
  private void inSteps(
      CpuKvLayer kv,
      int head,
      MemorySegment m,
      Layout at,
      int rows,
      Sinks sink,
      int position,
      int length,
      int begin,
      int end) {
    for (int i = 0; i < rows; i++) {
      m.set(FLOAT, at.max() + 4L * i, sink == null ? Float.NEGATIVE_INFINITY : sink.of(i));
      m.set(FLOAT, at.sum() + 4L * i, sink == null ? 0f : 1f);
    }
    MemorySegment keys = m.asSlice(at.keys(), 4L * CpuKvLayer.PAGE * a.keyDim());
    MemorySegment values = m.asSlice(at.values(), 4L * CpuKvLayer.PAGE * a.valueDim());
    for (int p = begin; p < end; ) {
      int n = Math.min(CpuKvLayer.PAGE - p % CpuKvLayer.PAGE, end - p);
      kv.readKeys(head / parts, p, n, keys);
      kv.readValues(head / parts, p, n, values);
      page(m, at, rows, head, position, length, p, n);
      p += n;
    }
  }

  /** Takes n decoded positions from p into the running maxima, sums and outputs of all rows. */
  private void page(
      MemorySegment m, Layout at, int rows, int head, int position, int length, int p, int n) {
    int d = a.keyDim();
    Floats q = new Floats(m, at.q(), rows, d);
    Floats scores = new Floats(m, at.scores(), rows, n);
    kernels.scores(q, new Floats(m, at.keys(), n, d), a.scale(), scores);
    for (int i = 0; i < rows; i++) {
      long row = at.scores() + 4L * i * n;
      int own = position + i / group;
      int seenFrom = Math.max(0, a.seesFrom(own) - p);
      int seenTo = Math.min(n, a.seesTo(own, length) - p);
      for (int j = 0; j < Math.min(seenFrom, n); j++) {
        m.set(FLOAT, row + 4L * j, Float.NEGATIVE_INFINITY);
      }
      for (int j = Math.max(0, seenTo); j < n; j++) {
        m.set(FLOAT, row + 4L * j, Float.NEGATIVE_INFINITY);
      }
      if (seenFrom >= seenTo) {
        m.asSlice(row, 4L * n).fill((byte) 0);
        m.set(FLOAT, at.keep() + 4L * i, 1f);
        continue;
      }
      if (a.softcap() != 0) {
        kernels.softcap(m, row + 4L * seenFrom, seenTo - seenFrom, a.softcap());
      }
      if (a.maxBias() != 0) {
        float slope = a.slope(head * group + i % group);
        for (int j = seenFrom; j < seenTo; j++) {
          long score = row + 4L * j;
          m.set(FLOAT, score, m.get(FLOAT, score) - slope * Math.abs(own - p - j));
        }
      }
      float oldMax = m.get(FLOAT, at.max() + 4L * i);
      float max = Math.max(oldMax, kernels.max(m, row, n));
      float keep = (float) Math.exp(oldMax - max);
      float sum = m.get(FLOAT, at.sum() + 4L * i) * keep + kernels.expInPlace(m, row, n, max);
      m.set(FLOAT, at.max() + 4L * i, max);
      m.set(FLOAT, at.keep() + 4L * i, keep);
      m.set(FLOAT, at.sum() + 4L * i, sum);
    }
    int dv = a.valueDim();
    Floats values = new Floats(m, at.values(), n, dv);
    Floats keep = new Floats(m, at.keep(), 1, rows);
    kernels.weightedSum(scores, values, keep, new Floats(m, at.out(), rows, dv));
  }

  /** Byte offsets of what one run keeps in its scratch. */
  private record Layout(int rows, int keyDim, int valueDim) {
    long q() {
      return 0;
    }

    long keys() {
      return align(q() + 4L * rows * keyDim);
    }

    long values() {
      return align(keys() + 4L * CpuKvLayer.PAGE * keyDim);
    }

    long scores() {
      return align(values() + 4L * CpuKvLayer.PAGE * valueDim);
    }

    long out() {
      return align(scores() + 4L * Math.max(rows, keyDim) * CpuKvLayer.PAGE);
    }

    long max() {
      return align(out() + 4L * rows * valueDim);
    }

    long keep() {
      return align(max() + 4L * rows);
    }

    long sum() {
      return align(keep() + 4L * rows);
    }

    long records() {
      return align(sum() + 4L * rows);
    }

    long bytes() {
      return records() + (long) Kernels.RECORD * rows;
    }

    private static long align(long offset) {
      return (offset + 63) & -64;
    }
  }
}
