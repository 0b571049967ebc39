package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** A pattern, then texts in which it matches; ∅ is nothing, ! marks texts without a match. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "^a$ ~ a ~ !aa ~ !ba ~ !a\n",
        "a|^b|c$ ~ xa ~ b ~ xc ~ !xb ~ !cx",
        "(^a|b$)+ ~ ax ~ xb ~ !xax",
        "x^a|a$b ~ !xa ~ !ab ~ !∅",
        "^$ ~ ∅ ~ !a",
        "∅ ~ ∅ ~ a",
        "^.$ ~ 😀 ~ é ~ !\n ~ !\u2028 ~ !ab",
        "^[^a]$ ~ \n ~ 😀 ~ !a",
        "^[]$ ~ !∅ ~ !a",
        "^[^]$ ~ a ~ \n ~ !∅",
        "^[\\w-.]+$ ~ a-b. ~ !a+b",
        "^[a-c-e]+$ ~ b-e ~ !d",
        "^\\s$ ~ \u00a0 ~ \ufeff ~ \u2003 ~ \u2028 ~ !\u200b ~ !\u0085 ~ !a",
        "^\\w$ ~ _ ~ 0 ~ !é ~ !-",
        "^\\d$ ~ 7 ~ !٣",
        "^\\cA\\cj\\0\\v\\f$ ~ \u0001\n\u0000\u000b\f",
        "^\\ud83d\\ude00$ ~ 😀",
        "^[\\ud83d\\ude00-\\u{1f602}]{2}$ ~ 😀😁 ~ !😀",
        "^\\/\\-\\.\\@\\ $ ~ /-.@ ",
        "^]}$ ~ ]}",
        "^\\p{L}+$ ~ éΩж ~ !a1",
        "^\\p{Lu}\\p{Uppercase_Letter}$ ~ ÉA ~ !éA",
        "^\\p{Script=Greek}\\p{sc=Cyrl}$ ~ Ωж ~ !жΩ",
        "^\\p{gc=Nd}\\P{Letter}$ ~ ٣1 ~ !٣a",
        "^\\p{Emoji}\\p{ASCII}[\\p{Zs}\\P{Any}]$ ~ 😀a  ~ !aaa",
        "^[\\b]$ ~ \b ~ !b",
        "\\bcat\\b ~ cat ~ a-cat! ~ écat ~ !cats ~ !_cat",
        "^\\B-\\B$ ~ - ~ !a-",
        "^(?!foo)bar|baz ~ barx ~ xbaz ~ !foobar",
        "^(?=.*[A-Z])(?=.*\\d).{4,8}$ ~ aB1x ~ B1xxxxxx ~ !ab1x ~ !aB1 ~ !aBcd",
        "^(?!.*\\.\\.)[a.]+$ ~ a.a ~ !a..a",
        "foo(?!bar) ~ foobaz ~ foobarfoo ~ !foobar",
        "a(?=b(?!c))b ~ ab ~ abd ~ !abc ~ !ac",
        "^(?:(?!ab)[abc]){2}$ ~ ba ~ ca ~ aa ~ !ab",
        "(?=^|b)b ~ xb ~ b",
        "(?!^)b ~ xb ~ bb ~ !b",
        "x(?=\\b)- ~ x- ~ !xx",
        "^(?<year>\\d{4})-(?<m>\\d\\d)$ ~ 2024-12 ~ !2024-1",
        "^a{0}b{2,}c{1,2}?$ ~ bbc ~ bbbbcc ~ !bc ~ !abbc",
      })
  void examples(String row) {
    String[] cells = row.replace("∅", "").split(" ~ ", -1);
    Dfa dfa = Regex.parse(cells[0]);
    for (int i = 1; i < cells.length; i++) {
      boolean none = cells[i].startsWith("!");
      String text = cells[i].substring(none ? 1 : 0);
      assertEquals(!none, dfa.matches(text), cells[0] + " on '" + text + "'");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "a(b ~ 2 ~ closing ')'",
        "a)b ~ 2 ~ no group",
        "[a ~ 1 ~ closing ']'",
        "[z-a] ~ 2 ~ must ascend",
        "*a ~ 1 ~ nothing before '*'",
        "a|+ ~ 3 ~ nothing before '+'",
        "a** ~ 3 ~ nothing before '*'",
        "a{2}{3} ~ 5 ~ nothing before '{'",
        "a{2,1} ~ 2 ~ more repetitions than it allows",
        "a{x} ~ 3 ~ a number of repetitions",
        "a{,5} ~ 3 ~ a number of repetitions",
        "a{1 ~ 4 ~ expected '}'",
        "{1} ~ 1 ~ write \\{",
        "^* ~ 1 ~ assertion cannot be repeated",
        "(?=a)+ ~ 1 ~ assertion cannot be repeated",
        "a\\ ~ 2 ~ an escape behind",
        "\\y ~ 1 ~ unknown escape '\\y'",
        "\\x4 ~ 1 ~ 2 hexadecimal digits",
        "\\u12 ~ 1 ~ 4 hexadecimal digits",
        "\\u{} ~ 4 ~ hexadecimal digits and '}'",
        "\\u{110000} ~ 1 ~ no character above",
        "\\c1 ~ 1 ~ a letter behind '\\c'",
        "\\01 ~ 1 ~ octal",
        "[\\B] ~ 2 ~ unknown escape",
        "(a)\\1 ~ 4 ~ back reference",
        "(?<n>a)\\k<n> ~ 8 ~ back reference",
        "(?<=a)b ~ 1 ~ look-behind",
        "a(?<!b) ~ 2 ~ look-behind",
        "(?i)a ~ 1 ~ unknown kind of group",
        "(?<>a) ~ 4 ~ name of a group",
        "x((?!a).)* ~ 3 ~ lookahead within",
        "\\p{Foo} ~ 1 ~ 'Foo' is no property",
        "\\p{Script=Klingon} ~ 1 ~ no property",
        "\\pL ~ 1 ~ expected '{'",
        "\\p{L ~ 1 ~ closing '}'",
      })
  void faultsNameTheirPlace(String pattern, int character, String message) {
    SchemaException e = assertThrows(SchemaException.class, () -> Regex.parse(pattern));
    assertTrue(e.getMessage().contains("character " + character + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  static List<String> hostile() {
    return List.of(
        "a{1000000}{1000000}",
        "^a{1000000000}$",
        "(((a{1000}){1000}){1000}){1000}",
        "((((){1000000}){1000000}){1000000}){1000000}",
        "((a?){1000}){1000}",
        "(a*){1000000}",
        "a.{30}$",
        "a.{5000}b",
        "(.*a){2000}",
        "(a|b|c|d|e|f){1,100000}[^x]{1,100000}",
        "(?=a)".repeat(2000),
        "(?=.*a.{12}b)(?=.*b.{12}c)(?=.*c.{12}d)x",
        "((?=a.{9})b){1000}",
        "(".repeat(100_000) + ")".repeat(100_000),
        "(".repeat(150) + "a" + "){9}".repeat(150),
        "[" + "aé".repeat(100_000) + "]",
        "(\\p{L}|\\p{N}\\P{Sc}){500}.{500}x",
        "|".repeat(9_000) + "(a*)*b");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostilePatternsEndSoon(String pattern) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            assertTrue(Regex.parse(pattern).states() <= DfaBuilder.MAX_STATES);
          } catch (SchemaException e) {
            assertTrue(e.getMessage().contains("; "), e.getMessage());
          }
        });
  }
}
