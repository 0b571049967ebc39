package dev.jora.cli.terminal;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Shows the text of paragraphs as it comes. A marker that may open something is held back with what
 * follows until it is closed, so that one that is never closed is shown as it is and styles
 * nothing: text on the screen cannot be taken back, and a lost {@code *} of {@code *args} would be
 * an error in the answer. So that a stray marker does not stop the stream, it is taken as text when
 * it is still open some words later; closing markers that come then are text, too.
 */
final class InlineParser implements CharSink {
  /** Characters (UTF-16 units) that open emphasis is held back for. */
  static final int EMPHASIS_WINDOW = 100;

  /** Code and links can be longer, and are seldom left open. */
  static final int WINDOW = 300;

  private final Wrapper wrapper;
  private final StringBuilder pending = new StringBuilder();
  private char before = '\n';
  private int base;
  private boolean lineBegins; // blanks that come now indent the line

  InlineParser(Wrapper wrapper) {
    this.wrapper = wrapper;
  }

  /** Begins a paragraph whose text has these marks. */
  void begin(int marks) {
    base = marks;
    before = '\n';
    lineBegins = true;
  }

  @Override
  public void accept(char c) {
    if (pending.isEmpty() && !Spans.isSpecial(c)) {
      emit(c, base);
      before = c;
      return;
    }
    pending.append(c);
    if (mayDecide(c)) {
      resolve(false);
    }
  }

  /** Shows the rest of the paragraph. */
  void end() {
    resolve(true);
  }

  /** Shows a text that is there as a whole. */
  void whole(CharSequence text, int marks) {
    range(text, 0, text.length(), marks);
  }

  private static int window(char head) {
    return EmphasisFinder.isMark(head) ? EMPHASIS_WINDOW : WINDOW;
  }

  /** False if the newest character surely does not end what the first one began. */
  private boolean mayDecide(char c) {
    char head = pending.charAt(0);
    int n = pending.length();
    if (n <= 2 || n >= window(head)) {
      return true;
    }
    char last = pending.charAt(n - 2);
    return switch (head) {
      case '`', '*', '_', '~' -> last == head && c != head;
      case '[', '!' -> c == ')' || last == ']';
      case '<' -> !Character.isLetterOrDigit(c);
      case '$' -> c == '$' || last == '$' || c == '`' || Character.isWhitespace(c);
      default -> last == '\\';
    };
  }

  private void resolve(boolean complete) {
    int at = 0;
    while (at < pending.length()) {
      boolean last = complete || pending.length() - at >= window(pending.charAt(at));
      Span span = span(pending, at, pending.length(), before, last);
      if (span == null) {
        break;
      }
      show(span, pending, base);
      at = span.end();
      before = pending.charAt(at - 1);
    }
    pending.delete(0, at);
  }

  private static Span span(CharSequence text, int at, int end, int before, boolean complete) {
    return EmphasisFinder.isMark(text.charAt(at))
        ? new EmphasisFinder(text, end, complete).at(at, before)
        : Spans.at(text, at, end, before, complete);
  }

  private void range(CharSequence text, int from, int to, int marks) {
    char previous = '\n';
    int at = from;
    while (at < to) {
      int end = Math.min(to, at + window(text.charAt(at)));
      Span span = span(text, at, end, previous, true);
      show(span, text, marks);
      at = span.end();
      previous = text.charAt(at - 1);
    }
  }

  private void show(Span span, CharSequence text, int marks) {
    lineBegins &= span instanceof Span.Literal;
    switch (span) {
      case Span.Literal literal -> emit(text, literal.from(), literal.end(), marks);
      case Span.Code code -> {
        for (int i = code.from(); i < code.to(); i++) {
          char c = text.charAt(i);
          if (Character.isWhitespace(c)) {
            wrapper.spaces(1, marks | Mark.CODE.bit());
          } else {
            wrapper.text(c, marks | Mark.CODE.bit());
          }
        }
      }
      case Span.Link link -> link(link, text, marks);
      case Span.Address address ->
          emit(text, address.from(), address.to(), marks | Mark.LINK.bit());
      case Span.Break end -> {
        if (end.isShown()) {
          wrapper.breakLine();
        }
      }
      case Span.Emphasis emphasis -> emphasis(emphasis, text, marks);
    }
  }

  private void link(Span.Link link, CharSequence text, int marks) {
    int label = marks | Mark.LINK.bit();
    CharSequence url = text.subSequence(link.url(), link.urlEnd());
    if (link.image()) {
      wrapper.text('[', marks);
    }
    range(text, link.from(), link.to(), label);
    if (link.image()) {
      wrapper.text(']', marks);
    }
    if (!url.isEmpty() && !url.toString().contentEquals(text.subSequence(link.from(), link.to()))) {
      emit(' ', marks);
      emit("(" + url + ")", 0, url.length() + 2, marks | Mark.FAINT.bit());
    }
  }

  private void emphasis(Span.Emphasis emphasis, CharSequence text, int marks) {
    Deque<Integer> outer = new ArrayDeque<>();
    int now = marks;
    int at = emphasis.markers().getFirst().at();
    for (Span.Marker marker : emphasis.markers()) {
      between(text, at, marker.at(), now);
      if (marker.opens()) {
        outer.push(now);
        now |= marker.mark().bit();
      }
      if (marker.mark() == Mark.STRUCK) {
        // No code of the basic ones strikes out, and without it the text would say the opposite.
        wrapper.text("~~", now);
      }
      if (!marker.opens()) {
        now = outer.pop();
      }
      at = marker.end();
    }
  }

  /** Shows the characters [from, to), whose emphasis is known. */
  private void between(CharSequence text, int from, int to, int marks) {
    int at = from;
    while (at < to) {
      Span span = Spans.at(text, at, to, text.charAt(at - 1), true);
      show(span, text, marks);
      at = span.end();
    }
  }

  private void emit(CharSequence text, int from, int to, int marks) {
    for (int i = from; i < to; i++) {
      emit(text.charAt(i), marks);
    }
  }

  private void emit(char c, int marks) {
    switch (c) {
      case ' ', '\t' -> {
        if (lineBegins) {
          wrapper.spaces(1, 0);
        } else {
          wrapper.space(marks);
        }
      }
      case '\n' -> {
        wrapper.breakLine();
        lineBegins = true;
      }
      default -> {
        wrapper.text(c, marks);
        lineBegins = false;
      }
    }
  }
}
