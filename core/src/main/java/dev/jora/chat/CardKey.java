package dev.jora.chat;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What activates an entry of a book: a word, or a pattern.
 *
 * @param text the word; the pattern as JavaScript has it, or bare
 * @param isPattern true if a bare text is a pattern too
 * @param matchesCase true if case counts, where a pattern does not say so itself
 * @param isWhole true if a word must not be part of another
 */
record CardKey(String text, boolean isPattern, boolean matchesCase, boolean isWhole) {
  /** {@code /pattern/flags}. */
  private static final Pattern LITERAL =
      Pattern.compile("(?s)/((?:[^/\\\\]|\\\\.)+)/([dgimsuvy]*)");

  /** Looks at characters that one search may take: not time, so that every turn sees the same. */
  private static final int MOST_LOOKS = 4_000_000;

  /** True if the text has it; not if it is no pattern, or one that takes too long. */
  boolean isIn(String searched, Substitution names) {
    String key = names.in(text).strip();
    if (key.isEmpty()) {
      return false;
    }
    try {
      Pattern pattern = pattern(key);
      return pattern == null
          ? folded(searched).contains(folded(key))
          : pattern.matcher(new Counted(searched, new int[1])).find();
    } catch (PatternSyntaxException | StackOverflowError | TooLong e) {
      return false;
    }
  }

  /** What is wrong with the pattern, or null. */
  String fault() {
    try {
      pattern(text.strip());
      return null;
    } catch (PatternSyntaxException e) {
      return e.getDescription();
    } catch (StackOverflowError e) {
      return "it nests too deeply";
    }
  }

  private String folded(String any) {
    return matchesCase ? any : any.toLowerCase(Locale.ROOT);
  }

  /** Null for a word that may stand anywhere. */
  private Pattern pattern(String key) {
    Matcher literal = LITERAL.matcher(key);
    if (literal.matches()) {
      String flags = literal.group(2);
      return Pattern.compile(
          inJava(literal.group(1)),
          (flags.contains("i") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0)
              | (flags.contains("m") ? Pattern.MULTILINE : 0)
              | (flags.contains("s") ? Pattern.DOTALL : 0));
    }
    int flags = matchesCase ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    if (isPattern) {
      return Pattern.compile(inJava(key), flags);
    }
    boolean words = key.chars().anyMatch(Character::isWhitespace); // which may stand anywhere
    return isWhole && !words
        ? Pattern.compile(
            "(?<![\\p{L}\\p{N}_])" + Pattern.quote(key) + "(?![\\p{L}\\p{N}_])", flags)
        : null;
  }

  /** The two ways of writing sets in which Java differs from JavaScript. */
  private static String inJava(String pattern) {
    StringBuilder out = new StringBuilder();
    boolean inSet = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        char next = pattern.charAt(++i);
        out.append(next == '/' || next == '-' ? "" : "\\").append(next == '-' ? "\\-" : "" + next);
      } else if (!inSet && pattern.startsWith("[^]", i)) {
        out.append("[\\s\\S]");
        i += 2;
      } else if (inSet && (c == '[' || c == '&')) {
        out.append('\\').append(c);
      } else {
        inSet = c == '[' || inSet && c != ']';
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The search was given up. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLong() {
      super(null, null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private record Counted(String text, int[] looks) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks[0] > MOST_LOOKS) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }
  }
}
