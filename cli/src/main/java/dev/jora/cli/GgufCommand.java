package dev.jora.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jora gguf}: work on model files as files. */
@Command(
    name = "gguf",
    description = "Splits, merges, edits and lists model files.",
    synopsisSubcommandLabel = "(split | merge | set | dump)",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      GgufSplitCommand.class,
      GgufMergeCommand.class,
      GgufSetCommand.class,
      GgufDumpCommand.class
    })
final class GgufCommand implements Runnable {
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        common.command.commandLine(), "Missing command: split, merge, set, dump");
  }
}
