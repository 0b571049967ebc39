package dev.jora.cli;

import dev.jora.cli.bench.BenchCommand;
import dev.jora.cli.chat.ChatCommand;
import dev.jora.cli.common.Version;
import dev.jora.cli.convert.ConvertCommand;
import dev.jora.cli.convert.MergeLoraCommand;
import dev.jora.cli.embed.EmbedCommand;
import dev.jora.cli.embed.RerankCommand;
import dev.jora.cli.evaluate.PerplexityCommand;
import dev.jora.cli.quantize.ImatrixCommand;
import dev.jora.cli.quantize.QuantizeCommand;
import dev.jora.cli.serve.ServeCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The table of commands. */
@Command(
    name = "jora",
    description = "Large language models on your own machine, in pure Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeList = {
      "0:done",
      "1:the work failed",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora run \"Tell me a story about a cat.\"",
      "  jora chat model.gguf",
      "  jora quantize model-f16.gguf Q4_K_M",
      "",
      "Every long option can be set in the environment: --ctx-size is JORA_CTX_SIZE,",
      "or llama.cpp's LLAMA_ARG_CTX_SIZE. JORA_OPTS goes to the JVM.",
      "'jora COMMAND -h' tells more, 'jora COMMAND --help' all. Without a model the",
      "small one that comes with jora is used."
    },
    subcommands = {
      RunCommand.class,
      ChatCommand.class,
      ServeCommand.class,
      EmbedCommand.class,
      RerankCommand.class,
      TokenizeCommand.class,
      DetokenizeCommand.class,
      TemplateCommand.class,
      GrammarCommand.class,
      PullCommand.class,
      ListCommand.class,
      RmCommand.class,
      InfoCommand.class,
      DevicesCommand.class,
      BenchCommand.class,
      ConvertCommand.class,
      MergeLoraCommand.class,
      QuantizeCommand.class,
      ImatrixCommand.class,
      PerplexityCommand.class,
      GgufCommand.class,
      CompletionCommand.class
    })
final class JoraCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new MissingCommandException(spec);
  }
}
