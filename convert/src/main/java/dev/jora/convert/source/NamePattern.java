package dev.jora.convert.source;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression of a configuration, tried on names of modules within limits. */
public final class NamePattern {
  private static final int STEPS = 100_000;

  private NamePattern() {}

  /**
   * Whether a name begins with what the expression describes, as Python's re.match has it.
   *
   * @param key where it stands, for messages
   * @throws SourceException if it is none, or takes for ever
   */
  public static boolean begins(String key, String regex, String name) {
    return test(key, regex, regex, name, Matcher::lookingAt);
  }

  /**
   * Whether an expression describes a module's name, or the end of it behind a dot.
   *
   * @param key where it stands, for messages
   * @throws SourceException if it is none, or takes for ever
   */
  public static boolean endsWith(String key, String regex, String name) {
    return test(key, regex, "(?:.*\\.)?(?:" + regex + ")", name, Matcher::matches);
  }

  private static boolean test(
      String key, String regex, String whole, String name, Predicate<Matcher> test) {
    try {
      Pattern.compile(regex);
      return test.test(Pattern.compile(whole).matcher(new Limited(name)));
    } catch (PatternSyntaxException e) {
      throw fault(key, regex, "is no regular expression", e);
    } catch (TooLong | StackOverflowError e) {
      throw fault(key, regex, "takes too many steps", e);
    }
  }

  private static SourceException fault(String key, String regex, String what, Throwable cause) {
    String shown = regex.length() <= 60 ? regex : regex.substring(0, 60) + "...";
    return new SourceException("%s: \"%s\" %s".formatted(key, shown, what), cause);
  }

  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A text that counts how often it is looked at. */
  private static final class Limited implements CharSequence {
    private final String text;
    private int steps;

    Limited(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > STEPS) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
