package dev.jora.cli.common;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Names of files on command lines; what cannot be one is refused with what was likely meant. */
public final class FilePath {
  private static final Pattern URL = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]+://.*");

  private FilePath() {}

  /** Has a command and those below it read names of files so. */
  public static void install(CommandLine command) {
    command.registerConverter(
        Path.class,
        text -> {
          try {
            return of(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }

  /**
   * The path of a word.
   *
   * @throws IllegalArgumentException if it cannot be one, with a sentence that says why
   */
  public static Path of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "the name of a file expected, found an empty word: is a variable not set?");
    }
    if (text.startsWith("file:/")) {
      throw new IllegalArgumentException("'" + text + "' is a URL: give the path alone");
    }
    if (URL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is a URL: -mu URL fetches a model, and curl -LO anything else");
    }
    if (text.startsWith("~/") && !Files.exists(Path.of("~"))) {
      throw new IllegalArgumentException(
          "'" + text + "': in quotes or behind = a shell leaves ~ as it is, write $HOME");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          Text.quoted(text) + " is no name of a file: " + reason(e.getReason()), e);
    }
  }

  private static String reason(String ofJava) {
    return ofJava.startsWith("Malformed input")
        ? "this locale has no such characters (LC_ALL=C.UTF-8 has all)"
        : ofJava;
  }

  /** The same of a word that is no option's, as a command line that is wrong. */
  public static Path word(String text) {
    try {
      return of(text);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(e.getMessage(), e);
    }
  }
}
