package dev.jora.cli.common;

import picocli.CommandLine.Mixin;

/** What a text is led away from, for a command that writes one: the settings, or a file's text. */
public final class GuidanceOptions {
  @Mixin private GuidanceSettings settings = new GuidanceSettings();

  @Mixin private GuidanceFile file = new GuidanceFile();

  /** What they come to, escapes and the file read; once, before any is used. */
  public GuidanceSettings settings(EscapeOptions escapes) {
    settings.check();
    String read = file.read(settings);
    settings.unescape(escapes);
    settings.take(read);
    return settings;
  }
}
