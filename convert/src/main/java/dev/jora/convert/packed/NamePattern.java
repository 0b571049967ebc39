package dev.jora.convert.packed;

import dev.jora.convert.source.SourceException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression of a configuration, tried on names of modules within limits. */
final class NamePattern {
  private static final int STEPS = 100_000;

  private NamePattern() {}

  /**
   * Whether a name begins with what the expression describes, as Python's re.match has it.
   *
   * @throws SourceException if it is none, or takes for ever
   */
  static boolean begins(String regex, String name) {
    try {
      return Pattern.compile(regex).matcher(new Limited(name)).lookingAt();
    } catch (PatternSyntaxException e) {
      throw fault(regex, "is no regular expression", e);
    } catch (TooLong | StackOverflowError e) {
      throw fault(regex, "takes too many steps", e);
    }
  }

  private static SourceException fault(String regex, String what, Throwable cause) {
    String shown = regex.length() <= 60 ? regex : regex.substring(0, 60) + "...";
    return new SourceException("quantization_config: \"%s\" %s".formatted(shown, what), cause);
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
