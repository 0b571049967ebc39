package dev.jora.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
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
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C"
    },
    footer = {
      "",
      "Every long option can be set in the environment: --ctx-size is JORA_CTX_SIZE,",
      "or llama.cpp's LLAMA_ARG_CTX_SIZE. JORA_OPTS goes to the JVM.",
      "'jora COMMAND --help' tells more; 'jora run' without a model uses a small one of ours."
    },
    subcommands = {
      RunCommand.class,
      ChatCommand.class,
      TokenizeCommand.class,
      DetokenizeCommand.class,
      TemplateCommand.class,
      InfoCommand.class,
      BenchCommand.class,
      QuantizeCommand.class,
      ImatrixCommand.class,
      PerplexityCommand.class,
      GgufCommand.class,
      GenerateCompletion.class
    })
final class JoraCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
