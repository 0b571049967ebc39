package dev.jora.cli.terminal;

import java.util.List;

/**
 * An open block of code or a formula: which lines end it, and what of its lines is no part of it.
 *
 * @param mark {@code `} or {@code ~} for code, {@code $} or {@code ]} for a formula
 * @param length of the opening fence
 * @param indent spaces before the opening fence
 */
record CodeBlock(char mark, int length, int indent) {
  private static final int MOST_SPACES = 3;

  /**
   * What a line of the block is.
   *
   * @param at where its code begins; -1 if it ends the containers that the block stands in
   * @param closes whether it ends the block
   */
  record Line(int at, boolean closes) {}

  boolean isFormula() {
    return mark == '$' || mark == ']';
  }

  /** What {@code line} is, or null where the next character may change it. */
  Line read(CharSequence line, boolean complete, List<Container> containers) {
    int at = 0;
    for (Container container : containers) {
      int text = afterSpaces(line, at);
      switch (container) {
        case Container.Item item -> at += Math.min(text - at, item.offset());
        case Container.Quote quote -> {
          if (text == line.length() && !complete) {
            return null;
          }
          if (text == line.length() || line.charAt(text) != '>') {
            return new Line(-1, true);
          }
          if (text + 1 == line.length() && !complete) {
            return null;
          }
          boolean spaced = text + 1 < line.length() && line.charAt(text + 1) == ' ';
          at = text + (spaced ? 2 : 1);
        }
      }
    }
    int text = afterSpaces(line, at);
    int begin = at + Math.min(text - at, indent);
    if (text == line.length()) {
      return complete ? new Line(begin, isFormula()) : null;
    }
    if (text - begin > MOST_SPACES) {
      return new Line(begin, false);
    }
    int run = fence(line, text);
    if (run == 0 || afterSpaces(line, text + run) < line.length()) {
      return new Line(begin, false);
    }
    return complete ? new Line(begin, run >= length) : null;
  }

  /** Length of what may be the closing fence at {@code text}. */
  private int fence(CharSequence line, int text) {
    if (mark != ']') {
      return line.charAt(text) == mark ? Spans.run(line, text, line.length()) : 0;
    }
    if (line.charAt(text) != '\\') {
      return 0;
    }
    return text + 1 < line.length() && line.charAt(text + 1) == ']' ? 2 : 1;
  }

  private static int afterSpaces(CharSequence line, int from) {
    int i = from;
    while (i < line.length() && line.charAt(i) == ' ') {
      i++;
    }
    return i;
  }
}
