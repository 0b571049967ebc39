package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Patterns as automata, against java.util.regex and by hand. */
class RegexTest {
  private static final String LETTERS = "ab1_- é😀\n";

  private static String text(Random random, int max) {
    int[] letters = LETTERS.codePoints().toArray();
    int length = random.nextInt(max + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }

  private static String pattern(Random random, int depth) {
    String[] atoms = {
      "a",
      "b",
      "1",
      "-",
      "é",
      "😀",
      ".",
      "\\d",
      "\\W",
      "\\w",
      "[ab]",
      "[^a1]",
      "[a-b😀]",
      "[\\w-]",
      "\\b",
      "\\B",
      "^",
      "$",
      "\\u{1F600}",
      "\\x61",
      "[\\s\\d]",
      "\\S"
    };
    int choice = depth == 0 ? 0 : random.nextInt(9);
    return switch (choice) {
      case 1, 2 -> pattern(random, depth - 1) + pattern(random, depth - 1);
      case 3 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 4 -> "(?:" + pattern(random, depth - 1) + ")*";
      case 5 -> "(?<n" + random.nextInt(1000000) + ">" + pattern(random, depth - 1) + ")+?";
      // Java ends a counted loop at an iteration that took nothing: this one always takes something
      case 6 -> "([ab1]" + pattern(random, depth - 1) + "){" + random.nextInt(3) + ",3}";
      case 7 -> "(" + pattern(random, depth - 1) + ")?";
      case 8 -> (random.nextBoolean() ? "(?=" : "(?!") + pattern(random, depth - 1) + ")";
      default -> atoms[random.nextInt(atoms.length)];
    };
  }

  /** The same pattern for Java: its own \s, '$', '.' and \\u{…} mean something else. */
  private static Pattern java(String pattern) {
    return Pattern.compile(
        pattern
            .replace("\\u{1F600}", "😀")
            .replace("$", "\\z")
            .replace("\\b", "(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))")
            .replace("\\B", "(?:(?<=\\w)(?=\\w)|(?<!\\w)(?!\\w))")
            .replace(".", "[^\\n\\r\\u2028\\u2029]"));
  }

  /** Java's own find begins within surrogate pairs too. */
  private static boolean finds(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
    for (int at = 0; at <= text.length(); at = text.offsetByCodePoints(at, 1)) {
      if (matcher.region(at, text.length()).lookingAt()) {
        return true;
      }
      if (at == text.length()) {
        break;
      }
    }
    return false;
  }

  @Test
  void randomPatternsMatchWhatJavaMatches() {
    Random random = new Random(1);
    int lookaheads = 0;
    int matches = 0;
    for (int i = 0; i < 4000; i++) {
      String pattern = pattern(random, 4);
      Dfa dfa;
      try {
        dfa = Regex.parse(pattern);
      } catch (SchemaException e) {
        assertTrue(e.getMessage().contains("lookahead within"), e.getMessage());
        continue;
      }
      lookaheads += pattern.contains("(?=") || pattern.contains("(?!") ? 1 : 0;
      Pattern java = java(pattern);
      for (int j = 0; j < 50; j++) {
        String text = text(random, 6);
        boolean expected = finds(java, text);
        matches += expected ? 1 : 0;
        assertEquals(expected, dfa.matches(text), () -> pattern + " on '" + text + "'");
      }
    }
    assertTrue(lookaheads > 300 && matches > 20_000, lookaheads + " " + matches);
  }
}
