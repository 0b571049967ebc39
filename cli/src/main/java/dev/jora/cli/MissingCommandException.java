package dev.jora.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command was named that has others below it, and none of them. */
final class MissingCommandException extends ParameterException {
  private static final long serialVersionUID = 1L;

  MissingCommandException(CommandSpec spec) {
    super(spec.commandLine(), "Missing command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
