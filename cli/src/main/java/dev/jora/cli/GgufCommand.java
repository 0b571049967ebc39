package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jora gguf}: work on model files as files. */
@Command(
    name = "gguf",
    description = "Splits, merges, edits and lists model files.",
    synopsisSubcommandLabel = "(split | merge | set | dump)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora gguf split --split-max-size 2G model.gguf model",
      "  jora gguf merge model-00001-of-00003.gguf model.gguf",
      "  jora gguf set model.gguf --chat-template-file chat.jinja -o mended.gguf",
      "  jora gguf dump model.gguf"
    },
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
    throw new MissingCommandException(common.line().getCommandSpec());
  }
}
