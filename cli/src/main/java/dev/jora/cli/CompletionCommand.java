package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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

  /** The values of an option in picocli's script: names of constants, which the help has small. */
  private static final Pattern VALUES = Pattern.compile("(?<=_option_args=)\\([^)]*\\)");

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
    CommandLine jora = common.line().getParent();
    Output.standard().print(shell == Shell.FISH ? fish(jora) : bash(jora)).flush();
    return ExitCode.OK;
  }

  /** The script for bash, and for zsh, which it makes behave as bash. */
  static String bash(CommandLine jora) {
    String script = AutoComplete.bash(NAME, jora);
    return VALUES.matcher(script).replaceAll(values -> values.group().toLowerCase(Locale.ROOT))
        + "\n# The same where jora is called by its path.\n"
        + "complete -F _complete_jora -o default bin/jora ./bin/jora\n";
  }

  private static String fish(CommandLine jora) {
    List<String> lines = new ArrayList<>();
    jora.getSubcommands()
        .forEach(
            (name, command) -> {
              lines.add(of("__fish_use_subcommand", "-f -a " + name, description(command)));
              fish(command, "__fish_seen_subcommand_from " + name, lines);
            });
    return String.join("\n", lines) + "\n";
  }

  /** What may follow a command, and the commands below it. */
  private static void fish(CommandLine command, String seen, List<String> lines) {
    String below = String.join(" ", command.getSubcommands().keySet());
    String here = below.isEmpty() ? seen : seen + "; and not __fish_seen_subcommand_from " + below;
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        lines.add(of(here, flags(option), option.description()[0]));
      }
    }
    command
        .getSubcommands()
        .forEach(
            (name, line) -> {
              lines.add(of(here, "-f -a " + name, description(line)));
              fish(line, seen + "; and __fish_seen_subcommand_from " + name, lines);
            });
  }

  private static String description(CommandLine line) {
    return line.getCommandSpec().usageMessage().description()[0];
  }

  private static String of(String condition, String what, String description) {
    return "complete -c jora -n '%s' %s -d %s".formatted(condition, what, quoted(description));
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
    if (option.completionCandidates() != null) {
      List<String> values = new ArrayList<>();
      option.completionCandidates().forEach(value -> values.add(value.toLowerCase(Locale.ROOT)));
      words.add("-x -a " + quoted(String.join(" ", values)));
    } else if (option.arity().max() > 0) {
      words.add("-r");
    }
    return String.join(" ", words);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
