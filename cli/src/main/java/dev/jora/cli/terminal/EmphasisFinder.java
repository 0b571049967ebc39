package dev.jora.cli.terminal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the end of emphasis: where all markers that opened since its beginning are closed. A run of
 * one marker closes only emphasis, two only strong emphasis, three either; so the {@code *} in
 * {@code **2 * 3*4**} closes nothing. What is opened inside of closed emphasis and not closed is
 * text.
 */
final class EmphasisFinder {
  private final CharSequence text;
  private final int end;
  private final boolean complete;
  private final List<Opener> openers = new ArrayList<>();
  private final List<Span.Marker> markers = new ArrayList<>();

  /** A run that may still be closed; its first {@code length} characters are not used up. */
  private record Opener(char mark, int at, int length) {}

  /**
   * @param complete whether no text follows {@code end}
   */
  EmphasisFinder(CharSequence text, int end, boolean complete) {
    this.text = text;
    this.end = end;
    this.complete = complete;
  }

  /** The span at {@code from}, a literal where there is no emphasis, null if that is not sure. */
  Span at(int from, int before) {
    int run = Spans.run(text, from, end);
    Span literal = new Span.Literal(from, from + run);
    if (from + run == end) {
      return complete ? literal : null;
    }
    char mark = text.charAt(from);
    int name = nameEnd(from);
    if (name == end && !complete) {
      return null;
    }
    if (name > 0 && isName(from, name)) {
      return new Span.Literal(from, name);
    }
    if (!isMarker(mark, run) || !Flanking.opens(mark, before, text.charAt(from + run))) {
      return literal;
    }
    openers.add(new Opener(mark, from, run));
    int at = from + run;
    while (at < end) {
      char c = text.charAt(at);
      int to = nameEnd(at);
      int next = isName(at, to) ? to : isMark(c) ? marker(at) : over(at, c);
      if (next < 0) {
        return null;
      }
      if (openers.isEmpty()) {
        markers.sort(Comparator.comparingInt(Span.Marker::at));
        return new Span.Emphasis(List.copyOf(markers), next);
      }
      at = next;
    }
    return complete ? literal : null;
  }

  /** End of the small letters, digits and underlines at {@code from}; 0 if not two underlines. */
  private int nameEnd(int from) {
    if (text.charAt(from) != '_' || Spans.run(text, from, end) != 2) {
      return 0;
    }
    int to = from;
    while (to < end && isNamePart(text.charAt(to))) {
      to++;
    }
    return to;
  }

  private static boolean isNamePart(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
  }

  /** True for {@code __init__} and such names, which are seldom meant to be bold. */
  private boolean isName(int from, int to) {
    return to > from + 4 && text.charAt(to - 1) == '_' && text.charAt(to - 2) == '_';
  }

  static boolean isMark(char c) {
    return c == '*' || c == '_' || c == '~';
  }

  private static boolean isMarker(char mark, int run) {
    return mark == '~' ? run == 2 : run <= 3;
  }

  /** Where text after something that binds tighter begins; negative if its end is not known. */
  private int over(int at, char c) {
    switch (c) {
      case '\\', '`', '[', '<', '$' -> {
        Span span = Spans.at(text, at, end, text.charAt(at - 1), complete);
        if (span != null) {
          return span.end();
        }
        // Where a bracket stays open, the emphasis need not wait for it.
        return c == '[' || c == '$' ? at + 1 : -1;
      }
      default -> {
        return at + 1;
      }
    }
  }

  private int marker(int from) {
    int run = Spans.run(text, from, end);
    int next = from + run;
    if (next == end && !complete) {
      return -1;
    }
    char mark = text.charAt(from);
    int before = text.charAt(from - 1);
    int after = next == end ? '\n' : text.charAt(next);
    if (!isMarker(mark, run)) {
      return next;
    }
    int left = run;
    if (Flanking.closes(mark, run, before, after)) {
      left = close(mark, from, run);
    }
    if (left > 0 && !openers.isEmpty() && Flanking.opens(mark, before, after)) {
      openers.add(new Opener(mark, next - left, left));
    }
    return openers.isEmpty() ? next - left : next;
  }

  /** Closes what the run closes; returns how many of its characters are left. */
  private int close(char mark, int from, int run) {
    int left = run;
    for (int i = openers.size() - 1; i >= 0 && left > 0; i--) {
      Opener opener = openers.get(i);
      if (opener.mark != mark || opener.length != left && opener.length != 3 && left != 3) {
        continue;
      }
      int used = Math.min(2, Math.min(opener.length, left));
      Mark meaning = mark == '~' ? Mark.STRUCK : used == 2 ? Mark.STRONG : Mark.EMPHASIS;
      int rest = opener.length - used;
      markers.add(new Span.Marker(opener.at + rest, used, meaning, true));
      markers.add(new Span.Marker(from + run - left, used, meaning, false));
      left -= used;
      openers.subList(i, openers.size()).clear();
      if (rest > 0) {
        openers.add(new Opener(mark, opener.at, rest));
        i++; // the rest may be closed by the same run
      }
    }
    return left;
  }
}
