package dev.jora.cli.terminal;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * How marks look: for each its code of Select Graphic Rendition (ECMA-48, 8.3.117), such as {@code
 * 1} for bold. The layout is the same for all styles.
 */
public record Style(Map<Mark, String> codes) {
  /** No codes: for files, and where the user wants no colours. */
  public static final Style NONE = new Style(Map.of());

  /** What any terminal shows: bold, faint, italic, underlined, and one colour of the basic 16. */
  public static final Style BASIC =
      new Style(
          Map.of(
              Mark.HEADING, "1",
              Mark.STRONG, "1",
              Mark.EMPHASIS, "3",
              Mark.STRUCK, "2",
              Mark.CODE, "36",
              Mark.LINK, "4",
              Mark.FAINT, "2",
              Mark.THINKING, "2"));

  private static final Pattern CODES = Pattern.compile("\033\\[[0-9;]*m");

  public Style {
    codes = Map.copyOf(codes);
  }

  /** A text without codes. */
  public static String stripped(String text) {
    return text.indexOf('\033') < 0 ? text : CODES.matcher(text).replaceAll("");
  }

  /** A text in a style of its own. */
  public String styled(String text, Mark mark) {
    return change(0, mark.bit()) + text + change(mark.bit(), 0);
  }

  /** What leads from one set of marks to another; the empty set is the terminal's own look. */
  String change(int from, int to) {
    String before = sequence(from);
    String after = sequence(to);
    if (before.equals(after)) {
      return "";
    }
    return (before.isEmpty() ? "" : "\033[0m") + after;
  }

  private String sequence(int marks) {
    StringBuilder sequence = new StringBuilder();
    for (Mark mark : Mark.values()) {
      String code = codes.get(mark);
      if ((marks & mark.bit()) != 0 && code != null) {
        sequence.append(sequence.isEmpty() ? "\033[" : ";").append(code);
      }
    }
    return sequence.isEmpty() ? "" : sequence.append('m').toString();
  }
}
