package dev.jora.cli.common;

import java.util.List;
import picocli.CommandLine.Option;

/** Whether texts on the command line spell out what shells could not give otherwise. */
public final class EscapeOptions {
  @Option(
      names = {"-e", "--escape"},
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Process \\n"
              + ", \\t, \\\", \\\\ and \\xHH in -p, -sys, -r and --dry-sequence-breaker (default:"
              + " true).")
  boolean escape = true;

  /** A text as it is meant; null stays null. */
  public String text(String text) {
    return escape && text != null ? PromptOptions.unescape(text) : text;
  }

  /** The same for what else a command has of texts: in place, before any is used. */
  public void apply(TemplateOptions template, List<String> stops, SamplingOptions sampling) {
    template.system = text(template.system);
    stops.replaceAll(this::text);
    sampling.dryBreakers.replaceAll(this::text);
  }
}
