package dev.jora.cli.terminal;

import java.lang.Character.UnicodeScript;

/**
 * Whether a run of {@code *}, {@code _} or {@code ~} may open or close emphasis, from the
 * characters around it: CommonMark's rules but for two things. Inside of words it opens none, not
 * even {@code *}, so that {@code 2*3*4} stays. And next to scripts that put no spaces between words
 * punctuation does not matter, so that {@code **重点：**内容} is bold.
 */
final class Flanking {
  private Flanking() {}

  static boolean opens(char mark, int before, int after) {
    if (Character.isWhitespace(after)) {
      return false;
    }
    return mark == '_' ? !Character.isLetterOrDigit(before) : !isPartOfWord(before);
  }

  static boolean closes(char mark, int length, int before, int after) {
    if (Character.isWhitespace(before)) {
      return false;
    }
    if (mark == '_') {
      return !Character.isLetterOrDigit(after);
    }
    return length > 1 || !isPartOfWord(after) || Character.isLetterOrDigit(before);
  }

  private static boolean isPartOfWord(int c) {
    return Character.isLetterOrDigit(c) && !isWithoutSpaces(c);
  }

  private static boolean isWithoutSpaces(int c) {
    return c >= 0xe00
        && switch (UnicodeScript.of(c)) {
          case HAN, HIRAGANA, KATAKANA, BOPOMOFO, HANGUL, THAI, LAO, KHMER, MYANMAR, TIBETAN ->
              true;
          default -> false;
        };
  }
}
