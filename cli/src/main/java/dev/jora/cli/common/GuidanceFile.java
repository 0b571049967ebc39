package dev.jora.cli.common;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A file with what texts are led away from. */
public final class GuidanceFile {
  @Option(
      names = "--negative-prompt-file",
      paramLabel = "FILE",
      description = "The --negative-prompt from a file.")
  Path file;

  /** Its text; null for none. */
  public String read(GuidanceSettings settings) {
    return settings.read(file);
  }
}
