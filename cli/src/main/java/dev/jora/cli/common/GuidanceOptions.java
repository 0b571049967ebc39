package dev.jora.cli.common;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a text is led away from, for a command that writes one: the settings, or a file's text. */
public final class GuidanceOptions {
  @Mixin private GuidanceSettings settings = new GuidanceSettings();

  @Option(
      names = "--negative-prompt-file",
      paramLabel = "FILE",
      description = "The negative prompt from a file.")
  private Path file;

  /** What they come to, escapes and the file read; once, before any is used. */
  public GuidanceSettings settings(EscapeOptions escapes) {
    settings.check();
    String read = settings.read(file);
    settings.unescape(escapes);
    settings.take(read);
    return settings;
  }
}
