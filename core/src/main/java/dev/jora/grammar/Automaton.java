package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A pushdown automaton over bytes: what a byte makes of the stacks that are possible, which is
 * remembered. Not for two threads at a time.
 */
final class Automaton {
  /** Stacks that one call may look at: an ambiguous grammar can have any number. */
  private static final int MAX_WORK = 4_000_000;

  /** Stacks that are remembered: some 30 MB. */
  private static final int MAX_REMEMBERED = 1 << 18;

  private record Key(int position, Frame parent) {
    @Override
    public int hashCode() {
      return position * 0x9e3779b1 ^ (parent == null ? 0 : Long.hashCode(parent.id) * 0x85ebca6b);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && position == key.position && parent == key.parent;
    }
  }

  private final Program program;
  private final Map<Key, Frame> frames = new HashMap<>();
  private final Map<Stacks, Stacks> known = new HashMap<>();
  private final Deque<Frame> todo = new ArrayDeque<>();
  private final Stacks dead = new Stacks(new Frame[0], false, false, false);
  private long frameCount;
  private long searches;
  private int work;

  Automaton(Program program) {
    this.program = program;
  }

  /** Begins a call: it has its own bound of work. */
  void begin() {
    work = 0;
    if (frames.size() + known.size() > MAX_REMEMBERED) {
      frames.clear();
      known.clear();
    }
  }

  /** The stacks with which a text begins. */
  Stacks start() {
    return at(program.starts()[program.root()]);
  }

  /** The stacks behind the end of the text. */
  Stacks end() {
    return stacks(List.of(), true);
  }

  /** The stacks of a position with nothing below it. */
  Stacks at(int position) {
    return ahead(frame(position, null));
  }

  /** The stacks one comes to from this one without reading a byte. */
  Stacks ahead(Frame frame) {
    if (frame.ahead == null) {
      todo.push(frame);
      frame.ahead = close();
    }
    return frame.ahead;
  }

  /** The stacks behind a byte. */
  Stacks step(Stacks stacks, int unit) {
    if (stacks.next == null) {
      stacks.next = new Stacks[256];
    }
    Stacks next = stacks.next[unit];
    if (next == null) {
      for (Frame top : stacks.tops) {
        if (program.kinds()[top.position] != Program.TOKEN) {
          follow(top, unit);
        }
      }
      next = close();
      stacks.next[unit] = next;
    }
    return next;
  }

  private void follow(Frame top, int unit) {
    int from = program.first()[top.position];
    int to = from + program.second()[top.position];
    for (int edge = from; edge < to; edge++) {
      int range = program.edges()[2 * edge];
      if (unit >= range >> 8 && unit <= (range & 0xff)) {
        todo.push(frame(program.edges()[2 * edge + 1], top.parent));
      }
    }
  }

  /** The stacks behind bytes, and behind a token that one of the TOKEN positions asks for. */
  Stacks step(Stacks stacks, byte[] bytes, IntPredicate asked) {
    Stacks read = bytes.length == 0 ? dead : stacks;
    for (int i = 0; i < bytes.length && !read.isDead(); i++) {
      read = step(read, bytes[i] & 0xff);
    }
    if (!read.mayStop) {
      read = dead;
    }
    boolean byToken = false;
    for (Frame top : stacks.tops) {
      if (program.kinds()[top.position] == Program.TOKEN
          && asked.test(program.first()[top.position])) {
        todo.push(frame(program.second()[top.position], top.parent));
        byToken = true;
      }
    }
    if (!byToken) {
      return read;
    }
    for (Frame top : read.tops) {
      todo.push(top);
    }
    Stacks all = close();
    return stacks(List.of(all.tops), read.finished || all.finished);
  }

  /** All stacks that wait for something, from those to do without reading. */
  private Stacks close() {
    long search = ++searches;
    List<Frame> tops = new ArrayList<>();
    boolean finished = false;
    while (!todo.isEmpty()) {
      Frame frame = todo.pop();
      if (frame.mark == search) {
        continue;
      }
      frame.mark = search;
      count();
      int first = program.first()[frame.position];
      int second = program.second()[frame.position];
      switch (program.kinds()[frame.position]) {
        case Program.SPLIT -> {
          for (int i = 0; i < second; i++) {
            todo.push(frame(program.targets()[first + i], frame.parent));
          }
        }
        case Program.CALL -> {
          // behind a call at the end of a rule nothing is left to do: so lists need no stack
          boolean last = program.kinds()[second] == Program.END;
          Frame parent = last ? frame.parent : frame(second, frame.parent);
          todo.push(frame(program.starts()[first], parent));
        }
        case Program.END -> {
          if (frame.parent == null) {
            finished = true;
          } else {
            todo.push(frame.parent);
          }
        }
        default -> tops.add(frame);
      }
    }
    tops.sort(Comparator.comparingLong(top -> top.id));
    return stacks(tops, finished);
  }

  private boolean isInner(Frame top) {
    return program.kinds()[top.position] == Program.INNER;
  }

  private Stacks stacks(List<Frame> tops, boolean finished) {
    if (tops.isEmpty() && !finished) {
      return dead;
    }
    boolean inner = tops.stream().anyMatch(this::isInner);
    boolean stop = finished || !inner || !tops.stream().allMatch(this::isInner);
    Stacks stacks = new Stacks(tops.toArray(Frame[]::new), finished, inner, stop);
    Stacks same = known.putIfAbsent(stacks, stacks);
    return same == null ? stacks : same;
  }

  private Frame frame(int position, Frame parent) {
    return frames.computeIfAbsent(
        new Key(position, parent), key -> new Frame(frameCount++, position, parent));
  }

  private void count() {
    if (++work > MAX_WORK) {
      todo.clear();
      throw new GrammarException(
          Place.START,
          "the text can be read in too many ways by this grammar; make it less ambiguous");
    }
  }
}
