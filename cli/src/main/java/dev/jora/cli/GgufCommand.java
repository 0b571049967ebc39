package dev.jora.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jora gguf}: work on model files as files. */
@Command(
    name = "gguf",
    description = "Splits a model file into shards, or merges shards into one file.",
    synopsisSubcommandLabel = "(split | merge)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora gguf split --split-max-size 2G model.gguf model",
      "  jora gguf merge model-00001-of-00003.gguf model.gguf"
    },
    subcommands = {GgufSplitCommand.class, GgufMergeCommand.class})
final class GgufCommand implements Runnable {
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new MissingCommandException(common.command);
  }
}
