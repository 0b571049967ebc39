package dev.jora.cli.terminal;

/**
 * Finds what a character of a paragraph begins, emphasis aside: code, links, addresses, line
 * breaks, escapes, and formulas, which are shown as they are.
 */
final class Spans {
  private Spans() {}

  /** True for the characters that may begin a span or emphasis. */
  static boolean isSpecial(char c) {
    return switch (c) {
      case '\\', '`', '!', '[', '<', '$', '*', '_', '~' -> true;
      default -> false;
    };
  }

  /** Length of the run of equal characters at {@code at}. */
  static int run(CharSequence text, int at, int end) {
    int to = at + 1;
    while (to < end && text.charAt(to) == text.charAt(at)) {
      to++;
    }
    return to - at;
  }

  /**
   * The span at {@code at}, a literal where there is none; null if what follows {@code end}
   * decides.
   *
   * @param before the character before
   * @param complete whether nothing follows
   */
  static Span at(CharSequence text, int at, int end, int before, boolean complete) {
    Span found =
        switch (text.charAt(at)) {
          case '\\' -> escape(text, at, end);
          case '`' -> code(text, at, end, complete);
          case '!' -> at + 1 == end ? null : image(text, at, end);
          case '[' -> link(text, at, at, end);
          case '<' -> angle(text, at, end);
          case '$' -> dollar(text, at, end, before, complete);
          default -> literal(at);
        };
    if (found != null || !complete) {
      return found;
    }
    // What is never closed is text.
    char c = text.charAt(at);
    if (c == '`') {
      return new Span.Literal(at, at + run(text, at, end));
    }
    return c == '\\' && at + 1 < end ? new Span.Literal(at + 1, at + 2) : literal(at);
  }

  private static Span literal(int at) {
    return new Span.Literal(at, at + 1);
  }

  private static Span escape(CharSequence text, int at, int end) {
    if (at + 1 == end) {
      return null;
    }
    char c = text.charAt(at + 1);
    if (c == '(' || c == '[') {
      // A formula of TeX, far more often than an escaped bracket.
      int close = find(text, at + 2, end, '\\', c == '(' ? ')' : ']');
      return close < 0 ? null : new Span.Literal(at, close + 2);
    }
    if (c == '\n') {
      return new Span.Break(at + 1, false);
    }
    boolean punctuation = c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    return punctuation ? new Span.Literal(at + 1, at + 2) : literal(at);
  }

  private static int find(CharSequence text, int from, int end, char first, char second) {
    for (int i = from; i + 1 < end; i++) {
      if (text.charAt(i) == first && text.charAt(i + 1) == second) {
        return i;
      }
    }
    return -1;
  }

  private static Span code(CharSequence text, int at, int end, boolean complete) {
    int ticks = run(text, at, end);
    int i = at + ticks;
    while (i < end) {
      int run = text.charAt(i) == '`' ? run(text, i, end) : 0;
      if (run == ticks && (i + run < end || complete)) {
        return code(text, at + ticks, i, run);
      }
      i += Math.max(1, run);
    }
    return null;
  }

  /** One space next to each marker is not part of the code, which allows code like {@code ``}. */
  private static Span code(CharSequence text, int from, int to, int ticks) {
    boolean spaced = to - from > 2 && text.charAt(from) == ' ' && text.charAt(to - 1) == ' ';
    int trim = spaced ? 1 : 0;
    return new Span.Code(from + trim, to - trim, to + ticks);
  }

  private static Span image(CharSequence text, int at, int end) {
    return text.charAt(at + 1) == '[' ? link(text, at, at + 1, end) : literal(at);
  }

  private static Span link(CharSequence text, int at, int bracket, int end) {
    int close = closing(text, bracket, end);
    if (close < 0 || close + 1 == end) {
      return null;
    }
    if (text.charAt(close + 1) != '(') {
      return literal(at);
    }
    int urlEnd = urlEnd(text, close + 2, end);
    if (urlEnd == end) {
      return null;
    }
    return urlEnd < 0
        ? literal(at)
        : new Span.Link(bracket + 1, close, close + 2, urlEnd, urlEnd + 1, bracket > at);
  }

  /** The bracket that closes the one at {@code bracket}, or -1. */
  private static int closing(CharSequence text, int bracket, int end) {
    int depth = 0;
    for (int i = bracket; i < end; i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '[' -> depth++;
        case ']' -> {
          depth--;
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  /** The parenthesis that closes a URL and its title, {@code end} if not there, -1 if no URL. */
  private static int urlEnd(CharSequence text, int from, int end) {
    int depth = 0;
    char quote = 0;
    boolean url = true;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == ')' && depth == 0) {
        return i;
      } else if (Character.isWhitespace(c)) {
        url = false;
      } else if (!url) {
        if (c != '"' && c != '\'') {
          return -1;
        }
        quote = c;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    }
    return end;
  }

  private static Span angle(CharSequence text, int at, int end) {
    boolean colon = false;
    for (int i = at + 1; i < end; i++) {
      char c = text.charAt(i);
      if (c == '>') {
        return angle(text.subSequence(at + 1, i).toString(), at, i + 1);
      }
      colon |= c == ':';
      boolean allowed =
          Character.isLetterOrDigit(c) || "+-.@/:_".indexOf(c) >= 0 || c == ' ' && i == at + 3;
      if (c == '<' || c == '\n' || !colon && !allowed || colon && c == ' ') {
        return literal(at);
      }
    }
    return null;
  }

  private static Span angle(String inside, int at, int end) {
    String tag = inside.replace("/", "").strip();
    if (tag.equalsIgnoreCase("br")) {
      return new Span.Break(end, true);
    }
    boolean address =
        inside.indexOf("://") > 1
            || inside.startsWith("mailto:")
            || inside.indexOf('@') > 0 && inside.indexOf(':') < 0;
    return address ? new Span.Address(at + 1, end - 1, end) : literal(at);
  }

  /** A formula between dollars; a price is none, and needs no more than its word to show it. */
  private static Span dollar(CharSequence text, int at, int end, int before, boolean complete) {
    if (at + 1 == end) {
      return null;
    }
    char first = text.charAt(at + 1);
    if (first == '$') {
      int close = find(text, at + 2, end, '$', '$');
      return close < 0 ? null : new Span.Literal(at, close + 2);
    }
    if (Character.isWhitespace(first) || Character.isLetterOrDigit(before)) {
      return literal(at);
    }
    for (int i = at + 1; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '\n' || c == '`' || Character.isWhitespace(c) && Character.isDigit(first)) {
        return literal(at);
      } else if (c == '$' && !Character.isWhitespace(text.charAt(i - 1))) {
        if (i + 1 == end && !complete) {
          return null;
        }
        if (i + 1 == end || !Character.isDigit(text.charAt(i + 1))) {
          return new Span.Literal(at, i + 1);
        }
      }
    }
    return null;
  }
}
