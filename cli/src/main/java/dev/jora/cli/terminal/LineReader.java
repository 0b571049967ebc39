package dev.jora.cli.terminal;

import dev.jora.cli.terminal.LineStart.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the beginning of a line as CommonMark does: which of the open containers go on, which
 * begin, what block follows. Lists are read more kindly: two spaces are enough to stand in an item,
 * and any number may begin a list.
 */
final class LineReader {
  private static final int CODE_INDENT = 4;
  private static final int LONGEST_NUMBER = 9;

  /** Says that more of the line is needed. */
  private static final int UNSURE = -1;

  private static final int NO = 0;

  private final CharSequence line;
  private final boolean complete;
  private final boolean paragraph;
  private final List<Container> opened = new ArrayList<>();
  private int at;
  private int indent;

  /**
   * @param line the line so far, without tabs
   * @param complete whether that is all of it
   * @param paragraph whether the line before was text of a paragraph
   */
  private LineReader(CharSequence line, boolean complete, boolean paragraph) {
    this.line = line;
    this.complete = complete;
    this.paragraph = paragraph;
  }

  /** What the line begins with, or null where the next character may change it. */
  static LineStart read(
      CharSequence line, boolean complete, boolean paragraph, List<Container> containers) {
    LineReader reader = new LineReader(line, complete, paragraph);
    int kept = 0;
    while (kept < containers.size()) {
      int goesOn = reader.goesOn(containers.get(kept));
      if (goesOn == UNSURE) {
        return null;
      }
      if (goesOn == NO) {
        break;
      }
      kept++;
    }
    Kind kind = reader.open(kept == containers.size());
    return kind == null
        ? null
        : new LineStart(kept, List.copyOf(reader.opened), kind, reader.at, reader.indent);
  }

  /** Goes over what a container has at the beginning of its lines: 1, NO or UNSURE. */
  private int goesOn(Container container) {
    int text = afterSpaces(at);
    boolean ended = text == line.length();
    if (ended && !complete) {
      return UNSURE;
    }
    switch (container) {
      case Container.Quote quote -> {
        if (ended || text - at >= CODE_INDENT || line.charAt(text) != '>') {
          return NO;
        }
        return quoteMark(text) ? 1 : UNSURE;
      }
      case Container.Item item -> {
        if (!ended && text - at < item.least()) {
          return NO;
        }
        at += Math.min(text - at, item.offset());
        return 1;
      }
    }
  }

  /** Goes over {@code >} and one space; false if the space may still come. */
  private boolean quoteMark(int text) {
    if (text + 1 == line.length() && !complete) {
      return false;
    }
    boolean spaced = text + 1 < line.length() && line.charAt(text + 1) == ' ';
    at = text + (spaced ? 2 : 1);
    return true;
  }

  /** Opens containers, and tells what stands in the innermost; null if that is not sure. */
  private Kind open(boolean allGoOn) {
    while (true) {
      int text = afterSpaces(at);
      if (text == line.length()) {
        return complete ? Kind.BLANK : null;
      }
      indent = text - at;
      boolean deep = indent >= CODE_INDENT;
      if (deep && !paragraph) {
        return Kind.CODE;
      }
      if (!deep) {
        Kind leaf = leaf(text, allGoOn && opened.isEmpty());
        if (leaf == null) {
          return null;
        }
        if (leaf != Kind.TEXT) {
          at = text;
          return leaf;
        }
      }
      int container =
          !deep && line.charAt(text) == '>' ? quote(text) : item(text, allGoOn && opened.isEmpty());
      if (container == UNSURE) {
        return null;
      }
      if (container == NO) {
        at = text;
        return Kind.TEXT;
      }
    }
  }

  private int quote(int text) {
    if (!quoteMark(text)) {
      return UNSURE;
    }
    opened.add(new Container.Quote());
    return 1;
  }

  /** What begins at {@code text}; TEXT may still be a container, null is unsure. */
  private Kind leaf(int text, boolean here) {
    char c = line.charAt(text);
    int run = Spans.run(line, text, line.length());
    boolean open = text + run == line.length() && !complete;
    return switch (c) {
      case '#' -> open && run <= 6 ? null : isHeading(text, run) ? Kind.HEADING : Kind.TEXT;
      case '`', '~' -> fence(c, text, run, open);
      case '-', '*', '_' -> rule(c, text);
      case '=' -> paragraph && here ? whole(run >= 3, text + run, Kind.UNDERLINE) : Kind.TEXT;
      case '|' -> Kind.ROW;
      case '$' -> run > 2 ? Kind.TEXT : open ? null : whole(run == 2, text + run, Kind.FORMULA);
      case '\\' -> formula(text);
      default -> Kind.TEXT;
    };
  }

  /** The kind if only spaces follow, TEXT if something else does. */
  private Kind whole(boolean possible, int from, Kind kind) {
    boolean ended = afterSpaces(from) == line.length();
    if (!ended) {
      return Kind.TEXT;
    }
    return !complete ? null : possible ? kind : Kind.TEXT;
  }

  private boolean isHeading(int text, int run) {
    return run <= 6 && (text + run == line.length() || line.charAt(text + run) == ' ');
  }

  private Kind fence(char c, int text, int run, boolean open) {
    if (run < 3) {
      return open ? null : Kind.TEXT;
    }
    for (int i = text + run; c == '`' && i < line.length(); i++) {
      if (line.charAt(i) == '`') {
        return Kind.TEXT;
      }
    }
    return complete ? Kind.FENCE : null;
  }

  private Kind rule(char c, int text) {
    int marks = 0;
    for (int i = text; i < line.length(); i++) {
      if (line.charAt(i) == c) {
        marks++;
      } else if (line.charAt(i) != ' ') {
        return Kind.TEXT;
      }
    }
    return !complete ? null : marks >= 3 ? Kind.RULE : Kind.TEXT;
  }

  /** A line with nothing but the beginning of a formula of TeX. */
  private Kind formula(int text) {
    if (text + 1 == line.length()) {
      return complete ? Kind.TEXT : null;
    }
    return line.charAt(text + 1) == '[' ? whole(true, text + 2, Kind.FORMULA) : Kind.TEXT;
  }

  private int item(int text, boolean here) {
    int end = markerEnd(text);
    if (end == NO || end == UNSURE) {
      return end;
    }
    int content = afterSpaces(end);
    if (content == line.length() && !complete) {
      return UNSURE;
    }
    boolean empty = content == line.length();
    if (empty && paragraph && here && !Character.isDigit(line.charAt(text))) {
      // A lone marker after text is more likely a dash.
      return NO;
    }
    boolean number = Character.isDigit(line.charAt(text));
    String marker = number ? line.subSequence(text, end) + " " : "• ";
    int task = taskEnd(content);
    if (task == UNSURE) {
      return UNSURE;
    }
    int spaces = content - end;
    int offset = end - at + (empty || spaces > CODE_INDENT ? 1 : spaces);
    at = empty || spaces > CODE_INDENT ? Math.min(end + 1, line.length()) : content;
    if (task > 0) {
      String box = line.charAt(content + 1) == ' ' ? "☐ " : "☑ ";
      marker = number ? marker + box : box;
      at = task;
    }
    opened.add(new Container.Item(indent + 2, offset, marker));
    return 1;
  }

  /** End of the marker of a list at {@code text}, before its space; NO or UNSURE. */
  private int markerEnd(int text) {
    int end = text;
    while (end < line.length()
        && end - text < LONGEST_NUMBER
        && line.charAt(end) >= '0'
        && line.charAt(end) <= '9') {
      end++;
    }
    if (end == line.length()) {
      return complete ? NO : UNSURE;
    }
    if ((end == text ? "-*+" : ".)").indexOf(line.charAt(end)) < 0) {
      return NO;
    }
    end++;
    if (end == line.length()) {
      return complete ? end : UNSURE;
    }
    return line.charAt(end) == ' ' ? end : NO;
  }

  /** End of the box of a task and its space at {@code from}; NO or UNSURE. */
  private int taskEnd(int from) {
    String[] sets = {"[", " xX", "]", " "};
    for (int i = 0; i < sets.length; i++) {
      if (from + i == line.length()) {
        return complete ? NO : UNSURE;
      }
      if (sets[i].indexOf(line.charAt(from + i)) < 0) {
        return NO;
      }
    }
    return from + sets.length;
  }

  private int afterSpaces(int from) {
    int i = from;
    while (i < line.length() && line.charAt(i) == ' ') {
      i++;
    }
    return i;
  }
}
