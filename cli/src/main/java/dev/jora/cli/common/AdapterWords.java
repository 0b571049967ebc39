package dev.jora.cli.common;

import dev.jora.model.adapter.ScaledFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files and how much of them, as options have them. */
public final class AdapterWords {
  /** The last colon, and a number behind it. */
  private static final Pattern SCALED =
      Pattern.compile("(?s)(.+):([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)");

  private AdapterWords() {}

  /**
   * Adds what the word of an option says: a file and its scale, or a list of them.
   *
   * @param scaled true if there must be a scale
   */
  public static void add(String option, String text, boolean scaled, List<ScaledFile> files) {
    if (text == null) {
      return;
    }
    for (String part : isFile(text) ? new String[] {text} : text.split(",")) {
      Matcher matcher = SCALED.matcher(part);
      if (matcher.matches() && (scaled || !isFile(part))) {
        float scale = Float.parseFloat(matcher.group(2));
        if (!Float.isFinite(scale)) {
          throw UserException.usage(option + ": " + Text.quoted(part) + " has no finite scale");
        }
        files.add(new ScaledFile(FilePath.word(matcher.group(1)), scale));
      } else if (scaled) {
        throw UserException.usage(
            option + " takes FILE:SCALE, and " + Text.quoted(part) + " has no scale");
      } else {
        files.add(new ScaledFile(FilePath.word(part), 1));
      }
    }
  }

  private static boolean isFile(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
