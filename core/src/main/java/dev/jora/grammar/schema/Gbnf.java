package dev.jora.grammar.schema;

import dev.jora.grammar.GbnfText;
import java.util.ArrayList;
import java.util.List;

/** Characters and sets of them in GBNF, as they are or as JSON writes them in a string. */
final class Gbnf {
  /** What follows the backslash of JSON's short escapes, and what it stands for. */
  private static final String SHORT = "\"\\/bfnrt";

  private static final String SHORT_MEANS = "\"\\/\b\f\n\r\t";

  private static final CharSet RAW =
      CharSet.range(' ', Character.MAX_CODE_POINT).minus(CharSet.of("\"\\"));

  private static final int CONTROLS = 0x20;

  private Gbnf() {}

  /** A JSON string's character, any: an escape of four digits is one, or two of them are. */
  static String anyJsonCharacter() {
    String hex = "[0-9a-fA-F]";
    return """
    %s | "\\\\" (["\\\\/bfnrt] | "u" \
    (([0-9a-cA-Ce-fE-F] %2$s | [dD] [0-7]) %2$s{2} | \
    [dD] [89abAB] %2$s{2} "\\\\u" [dD] [c-fC-F] %2$s{2}))\
    """
        .formatted(chars(RAW), hex);
  }

  /** A set, which is not empty, as an item of a rule. */
  static String chars(CharSet set) {
    if (set.ranges() == 1 && set.first(0) == set.last(0)) {
      return GbnfText.literal(Character.toString(set.first(0)));
    }
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < set.ranges(); i++) {
      text.append(GbnfText.character(set.first(i), true));
      if (set.first(i) < set.last(i)) {
        text.append(set.last(i) > set.first(i) + 1 ? "-" : "");
        text.append(GbnfText.character(set.last(i), true));
      }
    }
    return text.append(']').toString();
  }

  /** True if JSON writes the characters of a set as they are, and not otherwise. */
  static boolean isRaw(CharSet set) {
    return set.minus(RAW).isEmpty() && !set.contains('/');
  }

  /** A set, which is not empty, as JSON writes its characters: alternatives. */
  static String jsonChars(CharSet set) {
    List<String> ways = new ArrayList<>();
    CharSet raw = set.and(RAW);
    if (!raw.isEmpty()) {
      ways.add(chars(raw));
    }
    List<String> escapes = new ArrayList<>();
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < SHORT.length(); i++) {
      if (set.contains(SHORT_MEANS.charAt(i))) {
        letters.append(SHORT.charAt(i));
      }
    }
    if (!letters.isEmpty()) {
      escapes.add(chars(CharSet.of(letters.toString())));
    }
    String low = digits(set, 0);
    String high = digits(set, CONTROLS / 2);
    if (low.equals(high) && !low.isEmpty()) {
      escapes.add("\"u00\" [01] " + low);
    } else {
      if (!low.isEmpty()) {
        escapes.add("\"u000\" " + low);
      }
      if (!high.isEmpty()) {
        escapes.add("\"u001\" " + high);
      }
    }
    if (!escapes.isEmpty()) {
      String all = String.join(" | ", escapes);
      ways.add("\"\\\\\" " + (escapes.size() > 1 ? "(" + all + ")" : all));
    }
    return String.join(" | ", ways);
  }

  /** The last digits of the escapes of sixteen controls, as far as they are in the set. */
  private static String digits(CharSet set, int from) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < CONTROLS / 2; i++) {
      if (set.contains(from + i)) {
        String digit = Integer.toHexString(i);
        digits.append(digit).append(digit.toUpperCase(java.util.Locale.ROOT));
      }
    }
    return digits.isEmpty() ? "" : chars(CharSet.of(digits.toString()));
  }
}
