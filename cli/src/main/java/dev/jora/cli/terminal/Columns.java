package dev.jora.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Widths of text in columns of a terminal, counted by grapheme clusters (Unicode Standard Annex
 * 29). A cluster takes the columns of its characters, but what an emoji sequence adds to its first
 * character takes none, and variation selector 16 makes an emoji two columns wide. Where terminals
 * differ, as in Indic conjuncts, the greater width is given: a line that is too short does no harm.
 * Control characters count nothing; {@link Visible} makes them characters that count.
 */
public final class Columns {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final Pattern LABEL = Pattern.compile("\\S+(?: \\S+)*? {2,}(?=\\S)");
  private static final int FIRST_COMBINING = 0x300;
  private static final int JOINER = 0x200d;
  private static final int EMOJI_STYLE = 0xfe0f;

  /**
   * First and last of ranges with East Asian Width W or F (Unicode 17), but for emoji, which Java
   * knows. Ranges that only unassigned characters or marks part are one.
   */
  private static final int[] WIDE = {
    0x1100, 0x115f, 0x2329, 0x232a, 0x2630, 0x2637, 0x268a, 0x268f, 0x2e80, 0x303e, 0x3041, 0x3247,
    0x3250, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b,
    0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x1b2fb, 0x1d300, 0x1d376, 0x1f200, 0x1f265, 0x1fa70,
    0x1faff, 0x20000, 0x3fffd
  };

  private Columns() {}

  /** Columns that a text of one line takes. */
  public static int of(CharSequence text) {
    int columns = 0;
    int end;
    for (int at = 0; at < text.length(); at = end) {
      end = clusterEnd(text, at, text.length());
      columns += ofCluster(text, at, end);
    }
    return columns;
  }

  /** The longest beginning of whole clusters that takes at most {@code columns}. */
  public static String beginning(String text, int columns) {
    int left = columns;
    int end;
    for (int at = 0; at < text.length(); at = end) {
      end = clusterEnd(text, at, text.length());
      left -= ofCluster(text, at, end);
      if (left < 0) {
        return text.substring(0, at);
      }
    }
    return text;
  }

  /** All of a text, or its beginning and an ellipsis, in at most {@code columns}. */
  public static String shortened(String text, int columns) {
    if (of(text) <= columns) {
      return text;
    }
    return columns < 1 ? "" : beginning(text, columns - 1) + "…";
  }

  /**
   * A text of one line in lines of at most {@code columns}, broken at spaces where there are any.
   */
  public static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (of(rest) > columns) {
      String line = beginning(rest, columns);
      line = line.isEmpty() ? rest.substring(0, clusterEnd(rest, 0, rest.length())) : line;
      if (line.length() == rest.length()) {
        break; // one cluster, too wide all the same
      }
      int space = rest.charAt(line.length()) == ' ' ? line.length() : line.lastIndexOf(' ');
      String shown = space > 0 ? rest.substring(0, space) : line;
      lines.add(shown);
      rest = rest.substring(shown.length()).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  /**
   * The same of a row whose second column begins after two spaces or more: what goes on in further
   * lines begins there, unless that leaves too little room.
   */
  public static List<String> wrappedRow(String text, int columns) {
    Matcher label = LABEL.matcher(text);
    int indent = label.lookingAt() ? of(label.group()) : 0;
    if (of(text) <= columns || indent == 0 || indent > columns / 2) {
      return wrapped(text, columns);
    }
    List<String> lines = new ArrayList<>();
    for (String line : wrapped(text.substring(label.end()), columns - indent)) {
      lines.add((lines.isEmpty() ? label.group() : " ".repeat(indent)) + line);
    }
    return lines;
  }

  /** With spaces after it up to {@code columns}; longer text stays as it is. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - of(text)));
  }

  /** End of the grapheme cluster that begins at {@code from}, which is before {@code end}. */
  static int clusterEnd(CharSequence text, int from, int end) {
    boolean alone = from + 1 == end || text.charAt(from + 1) < FIRST_COMBINING;
    if (alone && text.charAt(from) < FIRST_COMBINING) {
      return from + 1;
    }
    Matcher matcher = CLUSTER.matcher(text).region(from, end);
    return matcher.lookingAt() ? matcher.end() : from + 1;
  }

  /** Columns of the characters [from, to), which are a grapheme cluster. */
  static int ofCluster(CharSequence text, int from, int to) {
    if (to == from + 1) {
      return ofCharacter(text.charAt(from));
    }
    int columns = 0;
    int before = -1;
    int c;
    for (int at = from; at < to; at += Character.charCount(c)) {
      c = Character.codePointAt(text, at);
      if (before < 0 || !joins(before, c)) {
        columns += ofCharacter(c);
      } else if (c == EMOJI_STYLE || Character.isEmojiModifier(c)) {
        columns = Math.max(columns, 2);
      }
      before = c;
    }
    return columns;
  }

  /** True for the later parts of an emoji sequence, which take no columns of their own. */
  private static boolean joins(int before, int c) {
    return c == EMOJI_STYLE && Character.isEmoji(before)
        || before == JOINER && Character.isExtendedPictographic(c)
        || Character.isEmojiModifier(c)
            && (before == EMOJI_STYLE || Character.isEmojiModifierBase(before))
        || isRegional(c) && isRegional(before);
  }

  private static boolean isRegional(int c) {
    return c >= 0x1f1e6 && c <= 0x1f1ff;
  }

  static int ofCharacter(int c) {
    if (c < FIRST_COMBINING) {
      return Character.isISOControl(c) ? 0 : 1;
    }
    boolean none =
        switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          case Character.FORMAT -> !isNumberSign(c);
          // Hangul vowels and finals stand in the initial's columns; the fillers are invisible.
          default ->
              c >= 0x1160 && c <= 0x11ff
                  || c >= 0xd7b0 && c <= 0xd7ff
                  || c == 0x3164
                  || c == 0xffa0;
        };
    return none ? 0 : isWide(c) ? 2 : 1;
  }

  /** Format characters that are seen: the Arabic, Syriac and Kaithi signs around numbers. */
  private static boolean isNumberSign(int c) {
    return c >= 0x600 && c <= 0x605
        || c == 0x6dd
        || c == 0x70f
        || c == 0x890
        || c == 0x891
        || c == 0x8e2
        || c == 0x110bd
        || c == 0x110cd;
  }

  private static boolean isWide(int c) {
    if (Character.isEmojiPresentation(c)) {
      return true;
    }
    int at = Arrays.binarySearch(WIDE, c);
    return at >= 0 || (-at - 1) % 2 == 1;
  }
}
