package dev.jora.backend.cuda;

import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Rope;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Span;
import dev.jora.backend.state.LayerState;
import dev.jora.backend.state.LayeredState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass on a device. What kernels read of it (ids, positions, page tables, states) goes up as one
 * block when it begins; the angles of a rope when they are first asked for. One object for all
 * passes, so that memory is kept.
 */
final class CudaPass implements Pass, AutoCloseable {
  /**
   * What one text has of the pass: its rows [row, row + count), which follow each other.
   *
   * @param position of the first
   */
  record Text(int row, int count, int position, LayeredState state) {}

  /** See {@link #shape}. */
  record Shape(int rows, int outputs, int texts, List<Integer> pages, int ropes, int stretches) {}

  /** Where a layer's tables are. */
  private record Table(long pages, long first, int mostPages) {}

  private static final int FEW_PAGES = 4;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final CudaDevice device;
  private final StepBlock block;
  private final List<StepBlock> turns = new ArrayList<>(); // of ropes that a pass met first
  private final List<Text> texts = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final List<Rope> ropes = new ArrayList<>(); // that passes have asked for
  private final Map<Rope, Long> angles = new IdentityHashMap<>();
  private PassInput input;
  private long ids;
  private long positions;
  private long places;
  private long owners;
  private long outputs;
  private long rows;
  private long counts;
  private long lengths;

  CudaPass(CudaDevice device) {
    this.device = device;
    this.block = new StepBlock(device);
  }

  /** Begins: caches have room for what the pass adds, and the device knows where. */
  void begin(PassInput next) {
    input = next;
    texts.clear();
    tables.clear();
    angles.clear();
    findTexts();
    int n = next.rows().count();
    int layers = texts.isEmpty() ? 0 : texts.getFirst().state().layers().size();
    for (Text text : texts) {
      for (LayerState layer : text.state().layers()) {
        if (layer instanceof CudaPages pages) {
          pages.extend(text.count());
        }
      }
    }
    block.begin(bytes(n, layers));
    ids = block.ints(next.ids());
    positions = block.ints(next.positions());
    outputs = block.ints(next.outputs());
    int[] place = new int[n];
    int[] owner = new int[n];
    for (int t = 0; t < texts.size(); t++) {
      for (int i = 0; i < texts.get(t).count(); i++) {
        place[texts.get(t).row() + i] = texts.get(t).position() + i;
        owner[texts.get(t).row() + i] = t;
      }
    }
    places = block.ints(place);
    owners = block.ints(owner);
    rows = block.ints(texts.stream().mapToInt(Text::row).toArray());
    counts = block.ints(texts.stream().mapToInt(Text::count).toArray());
    lengths = block.ints(texts.stream().mapToInt(t -> t.position() + t.count()).toArray());
    for (int il = 0; il < layers; il++) {
      tables.add(table(il));
    }
    for (Rope rope : ropes) {
      angles.put(rope, angles(rope, block));
    }
    block.send();
  }

  /**
   * What all that kernels are told of a pass depends on, but for what they read in the block: two
   * passes of the same shape differ in nothing else.
   */
  Shape shape() {
    List<Integer> pages = tables.stream().map(Table::mostPages).toList();
    int longest = texts.stream().mapToInt(t -> t.position() + t.count()).reduce(1, Math::max);
    int stretches = CudaAttention.stretches(longest, 0);
    return new Shape(rows(), input.outputs().length, texts.size(), pages, ropes.size(), stretches);
  }

  /** True if all its rows are drawn. */
  boolean isDrawn() {
    return input.rows().single() == rows();
  }

  /** Spans of one text follow each other: tokens that are drawn have one each. */
  private void findTexts() {
    List<Span> spans = input.spans();
    List<SequenceState> states = input.states();
    for (int s = 0; s < states.size(); s++) {
      LayeredState state = LayeredState.of(states.get(s));
      Span span = spans.get(s);
      Text last = texts.isEmpty() ? null : texts.getLast();
      if (last != null && last.state() == state) {
        Text longer =
            new Text(last.row(), last.count() + span.count(), last.position(), last.state());
        texts.set(texts.size() - 1, longer);
      } else {
        if (state.length() != span.position()) {
          throw new IllegalStateException(
              "a state after %d tokens, a pass from %d on"
                  .formatted(state.length(), span.position()));
        }
        texts.add(new Text(span.row(), span.count(), span.position(), state));
      }
    }
  }

  private long bytes(int n, int layers) {
    long all = bytes(n, input.outputs().length, texts.size());
    for (int il = 0; il < layers; il++) {
      all += tableBytes(texts.size(), mostPages(il));
    }
    for (Rope rope : ropes) {
      all += angleBytes(rope, n);
    }
    return all;
  }

  /** Bytes that the device is told of a pass, but for its tables. */
  static long bytes(int rows, int outputs, int texts) {
    return 64L * 16 + 4L * (4L * rows + outputs + 4L * texts);
  }

  /** Bytes of the angles of a rope. */
  static long angleBytes(Rope rope, int rows) {
    return 64 + 8L * rope.frequencies().length * rows;
  }

  /** Bytes of a layer's tables. */
  static long tableBytes(int texts, int pages) {
    return 128 + 12L * texts + 8L * texts * pages;
  }

  /** Pages of the longest text, or a power of two above: so passes seldom change their shape. */
  private int mostPages(int il) {
    if (!(texts.getFirst().state().layer(il) instanceof CudaPages)) {
      return 1; // a state
    }
    int most = 1;
    for (Text text : texts) {
      if (text.state().layer(il) instanceof CudaPages pages) {
        int held = pages.length() - pages.pagesFrom();
        most = Math.max(most, Math.ceilDiv(held, CudaPages.PAGE));
      }
    }
    return roomy(most);
  }

  /** Of so many pages at least. */
  static int roomy(int pages) {
    return Integer.highestOneBit(2 * Math.max(FEW_PAGES, pages) - 1);
  }

  /** A row of addresses for each text: its pages, or its state. */
  private Table table(int il) {
    int most = mostPages(il);
    long[] addresses = new long[most * texts.size()];
    int[] first = new int[texts.size()];
    for (int t = 0; t < texts.size(); t++) {
      switch (texts.get(t).state().layer(il)) {
        case CudaPages pages -> {
          first[t] = pages.pagesFrom();
          for (int at = first[t], i = 0; at < pages.length(); at += CudaPages.PAGE, i++) {
            addresses[t * most + i] = pages.page(at);
          }
        }
        case CudaRecurrent state -> addresses[t * most] = state.before(texts.get(t).count());
        default -> throw new IllegalArgumentException("a state of another backend");
      }
    }
    return new Table(block.longs(addresses), block.ints(first), most);
  }

  @Override
  public PassInput input() {
    return input;
  }

  List<Text> texts() {
    return texts;
  }

  int rows() {
    return input.rows().count();
  }

  /** Address of the ids of all rows; likewise the others. */
  long ids() {
    return ids;
  }

  long positions() {
    return positions;
  }

  long outputs() {
    return outputs;
  }

  /** Positions as spans tell them. */
  long places() {
    return places;
  }

  /** The text of each row. */
  long owners() {
    return owners;
  }

  long lengths() {
    return lengths;
  }

  CudaPages cache(int layer) {
    return (CudaPages) texts.getFirst().state().layer(layer);
  }

  /** A kernel's struct begins with {@code Cache}. */
  Params cache(int layer, Params p) {
    Table table = tables.get(layer);
    p.pointer(table.pages()).pointer(table.first());
    cache(layer).put(p, table.mostPages());
    return p;
  }

  /** A kernel's struct begins with {@code Texts}. */
  Params recurrent(int layer, Params p) {
    return p.pointer(tables.get(layer).pages()).pointer(rows).pointer(counts);
  }

  CudaRecurrent state(int layer) {
    return (CudaRecurrent) texts.getFirst().state().layer(layer);
  }

  /** Cos of every pair, then sin of every pair, row by row. */
  long angles(Rope rope) {
    Long known = angles.get(rope);
    if (known == null) { // the first pass with it: later ones have it in their block
      if (turns.size() == ropes.size()) {
        turns.add(new StepBlock(device));
      }
      StepBlock own = turns.get(ropes.size());
      own.begin(8L * rope.frequencies().length * rows());
      known = angles(rope, own);
      own.send();
      ropes.add(rope);
      angles.put(rope, known);
    }
    return known;
  }

  private long angles(Rope rope, StepBlock in) {
    return in.floats(at -> fill(rope, at), 2 * rope.frequencies().length * rows());
  }

  private void fill(Rope rope, MemorySegment out) {
    double[] frequencies = rope.frequencies();
    int pairs = frequencies.length;
    for (int i = 0; i < rows(); i++) {
      for (int p = 0; p < pairs; p++) {
        double angle = input.positions()[i] * frequencies[p];
        long at = 2L * pairs * i + p;
        out.setAtIndex(FLOAT, at, (float) (Math.cos(angle) * rope.magnitude()));
        out.setAtIndex(FLOAT, at + pairs, (float) (Math.sin(angle) * rope.magnitude()));
      }
    }
  }

  /** Forgets ropes: those of a model that goes would be turned for ever. */
  void forget() {
    turns.forEach(StepBlock::close);
    turns.clear();
    ropes.clear();
    angles.clear();
  }

  @Override
  public void close() {
    block.close();
    forget();
  }
}
