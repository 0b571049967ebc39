package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
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

  private static final Frame[] NONE = {};
  private static final Comparator<Frame> BY_ID = Comparator.comparingLong(frame -> frame.id);

  private final Program program;
  private final byte[] classes;
  private final Frames frames = new Frames();
  private final Map<Stacks, Stacks> known = new HashMap<>();
  private final Deque<Frame> todo = new ArrayDeque<>();
  private Frame[] found = new Frame[16];
  private final Stacks dead = new Stacks(NONE, false, false);
  private long searches;
  private int work;

  Automaton(Program program) {
    this.program = program;
    this.classes = program.classes();
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
    return stacks(NONE, true);
  }

  /** The stacks of a position with nothing below it. */
  Stacks at(int position) {
    return ahead(frames.of(position, null));
  }

  /** The stacks one comes to from this one without reading a byte. */
  Stacks ahead(Frame frame) {
    if (frame.ahead == null) {
      todo.push(frame);
      frame.ahead = close();
    }
    return frame.ahead;
  }

  /** True if no stacks can tell a byte from the one before it. */
  boolean isLikePrevious(int unit) {
    return classes[unit] == classes[unit - 1];
  }

  /** The stacks behind a byte. */
  Stacks step(Stacks stacks, int unit) {
    if (stacks.next == null) {
      stacks.next = new Stacks[1 + (classes[255] & 0xff)];
    }
    Stacks next = stacks.next[classes[unit] & 0xff];
    if (next == null) {
      for (Frame top : stacks.tops) {
        if (program.kinds()[top.position] != Program.TOKEN) {
          follow(top, unit);
        }
      }
      // what one stack alone comes to is remembered with it
      next = todo.size() == 1 ? ahead(todo.pop()) : close();
      stacks.next[classes[unit] & 0xff] = next;
    }
    return next;
  }

  private void follow(Frame top, int unit) {
    int from = program.first()[top.position];
    int to = from + program.second()[top.position];
    for (int edge = from; edge < to; edge++) {
      int range = program.edges()[2 * edge];
      if (unit >= range >> 8 && unit <= (range & 0xff)) {
        todo.push(frames.of(program.edges()[2 * edge + 1], top.parent));
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
        todo.push(frames.of(program.second()[top.position], top.parent));
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
    return stacks(all.tops, read.finished || all.finished);
  }

  /** All stacks that wait for something, from those to do without reading. */
  private Stacks close() {
    long search = ++searches;
    int count = 0;
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
            todo.push(frames.of(program.targets()[first + i], frame.parent));
          }
        }
        case Program.CALL -> {
          // behind a call at the end of a rule nothing is left to do: so lists need no stack
          boolean last = program.kinds()[second] == Program.END;
          Frame parent = last ? frame.parent : frames.of(second, frame.parent);
          todo.push(frames.of(program.starts()[first], parent));
        }
        case Program.END -> {
          if (frame.parent == null) {
            finished = true;
          } else {
            todo.push(frame.parent);
          }
        }
        default -> {
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = frame;
        }
      }
    }
    Frame[] tops = Arrays.copyOf(found, count);
    if (count > 1) {
      Arrays.sort(tops, BY_ID);
    }
    return stacks(tops, finished);
  }

  private Stacks stacks(Frame[] tops, boolean finished) {
    if (tops.length == 0 && !finished) {
      return dead;
    }
    boolean stop = finished;
    for (Frame top : tops) {
      stop |= program.kinds()[top.position] != Program.INNER;
    }
    Stacks stacks = new Stacks(tops, finished, stop);
    Stacks same = known.putIfAbsent(stacks, stacks);
    return same == null ? stacks : same;
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
