package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.HubOptions;
import dev.jora.cli.common.NetworkOptions;
import dev.jora.cli.common.Output;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora pull}: a model from the hub onto the disk. */
@Command(
    name = "pull",
    description = {
      "Fetches a model into the hub's cache and prints where it is.",
      "What is there is not fetched again; a download that was cut off goes on where it was."
          + " Of a repository without GGUF files the checkpoint is fetched: settings, tokenizer and"
          + " safetensors."
    },
    customSynopsis = "jora pull [OPTIONS] MODEL",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora pull ggml-org/gemma-3-1b-it-GGUF",
      "  jora pull ggml-org/gemma-3-1b-it-GGUF:Q8_0",
      "  jora pull USER/REPO/model.gguf --revision v1.0",
      "  jora pull hf.co/USER/REPO:Q4_K_M"
    })
final class PullCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "USER/REPO, USER/REPO:QUANT, USER/REPO/FILE or an address: of the hub or other.")
  String model;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "Branch, tag or commit (default: main).")
  String revision;

  @Mixin NetworkOptions network;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    Path path = HubOptions.of(network).fetched(model, revision, common);
    Output.standard().println(path.toString()).flush();
    return ExitCode.OK;
  }
}
