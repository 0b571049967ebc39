package dev.jora.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Names of files as somebody wrote them: an empty one would be the folder that jora runs in. */
final class FileNames {
  private FileNames() {}

  /** Has a command and those below it read file names so. */
  static void install(CommandLine command) {
    command.registerConverter(
        Path.class,
        text -> {
          try {
            return of(text);
          } catch (UserException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }

  /**
   * The file of a name.
   *
   * @throws UserException if it is none
   */
  static Path of(String name) {
    if (name.isEmpty()) {
      throw UserException.usage("'' is no name of a file");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw UserException.usage(
          Text.quoted(name) + " is no name of a file: " + reason(e.getReason()), e);
    }
  }

  private static String reason(String ofJava) {
    return ofJava.startsWith("Malformed input")
        ? "this locale has no such characters (LC_ALL=C.UTF-8 has all)"
        : ofJava;
  }
}
