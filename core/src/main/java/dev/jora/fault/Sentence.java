package dev.jora.fault;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** What is wrong, in a sentence whose parameters can be called by other names. */
public final class Sentence {
  private static final int LONGEST = 600;

  private final String format;
  private final Object[] parts;

  private Sentence(String format, Object[] parts) {
    this.format = format;
    this.parts = parts;
  }

  /**
   * A sentence.
   *
   * @param format as {@link String#format} takes it
   * @param parts what stands in it; a {@link Parameter} or another sentence is {@code %s}
   */
  public static Sentence of(String format, Object... parts) {
    return new Sentence(format, parts.clone());
  }

  /** A sentence of this text, without parameters. */
  public static Sentence text(String text) {
    return of("%s", text);
  }

  /**
   * A sentence that tells of a text of the user's as one line that can be read: without control
   * characters, and without the middle of what is very long.
   */
  public static String line(String sentence) {
    String line = sentence.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST
        ? line
        : line.substring(0, LONGEST / 2) + "…" + line.substring(line.length() - LONGEST / 2);
  }

  /** The sentence with every parameter called as {@code names} calls it. */
  public String calling(UnaryOperator<String> names) {
    return format.formatted(
        Arrays.stream(parts)
            .map(
                part ->
                    switch (part) {
                      case Parameter parameter -> names.apply(parameter.name());
                      case Sentence inner -> inner.calling(names);
                      case null, default -> part;
                    })
            .toArray());
  }

  /** The sentence with the library's names. */
  @Override
  public String toString() {
    return calling(UnaryOperator.identity());
  }
}
