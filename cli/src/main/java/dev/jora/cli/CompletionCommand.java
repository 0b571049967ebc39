package dev.jora.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code jora generate-completion}: what a shell needs to complete command lines. */
@Command(
    name = "generate-completion",
    description = {
      "Prints a script that completes commands and options in a shell.",
      "It completes jora on the PATH, and bin/jora."
    },
    customSynopsis = "jora generate-completion [--shell bash|zsh|fish]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(bin/jora generate-completion)",
      "  bin/jora generate-completion --shell fish > ~/.config/fish/completions/jora.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "jora";

  /** The shells there is a script for. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Option(
      names = "--shell",
      paramLabel = "NAME",
      description = "bash, zsh or fish (default: bash; zsh reads the same script).")
  Shell shell = Shell.BASH;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    Output.standard().print(shell == Shell.FISH ? fish() : bash()).flush();
    return ExitCode.OK;
  }

  /** The script for bash, and for zsh, which it makes behave as bash. */
  static String bash() {
    return AutoComplete.bash(NAME, Main.commands())
        + "\n# The same where jora is called by its path.\n"
        + "complete -F _complete_jora -o default bin/jora ./bin/jora\n";
  }

  private static String fish() {
    List<String> lines = new ArrayList<>();
    Map<String, CommandLine> commands = Main.commands().getSubcommands();
    commands.forEach(
        (name, command) -> {
          String first = command.getCommandSpec().usageMessage().description()[0];
          lines.add(
              "complete -c jora -n __fish_use_subcommand -f -a " + name + " -d " + quoted(first));
          command
              .getSubcommands()
              .forEach((below, line) -> lines.add(of(name, "-f -a " + below, description(line))));
          for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
              lines.add(of(name, flags(option), option.description()[0]));
            }
          }
        });
    return String.join("\n", lines) + "\n";
  }

  private static String description(CommandLine line) {
    return line.getCommandSpec().usageMessage().description()[0];
  }

  private static String of(String command, String what, String description) {
    return "complete -c jora -n '__fish_seen_subcommand_from %s' %s -d %s"
        .formatted(command, what, quoted(description));
  }

  /** Fish tells {@code -n}, {@code -ngl} and {@code --top-k} apart. */
  private static String flags(OptionSpec option) {
    List<String> words = new ArrayList<>();
    Arrays.stream(option.names())
        .map(
            name ->
                name.startsWith("--")
                    ? "-l " + name.substring(2)
                    : (name.length() == 2 ? "-s " : "-o ") + name.substring(1))
        .forEach(words::add);
    if (option.negatable()) {
      words.add("-l no-" + option.longestName().substring(2));
    }
    if (option.arity().max() > 0) {
      words.add("-r");
    }
    return String.join(" ", words);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
