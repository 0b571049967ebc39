package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ErrorText;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.FilePath;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Version;
import dev.jora.cli.words.CommandWords;
import dev.jora.cli.words.ForeignCommands;
import dev.jora.cli.words.OwnOptions;
import dev.jora.cli.words.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Entry point of the {@code jora} command. */
final class Main {
  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    int code =
        args.length == 1 && args[0].equals("--version")
            ? Output.tell(Version.line() + "\n") // without loading picocli or anything else
            : run(args);
    if (code != ExitCode.OK) {
      System.exit(code);
    }
  }

  /** Runs the command line; what {@link #main} does, without the exit. */
  static int run(String... args) {
    String[] words = ForeignCommands.translated(args);
    RunCommand plain = PlainRun.parse(words, System.getenv().keySet());
    try {
      return plain != null ? call(plain) : execute(words);
    } catch (Error e) { // picocli hands on exceptions only
      Output.ERROR.println("jora: " + Text.bounded(Text.plain(ErrorText.sentence(e))));
      if (Arrays.asList(args).contains("-v")) {
        ErrorHandler.trace(e, Output.ERROR);
      }
      return ExitCode.FAILURE;
    }
  }

  private static int call(RunCommand run) {
    try {
      run.common.tellIdle();
      return run.call();
    } catch (Exception e) {
      return ErrorHandler.report(e, "jora run", run.common.isVerbose(), Output.ERROR);
    }
  }

  private static int execute(String[] words) {
    String first = words.length == 0 ? "" : words[0];
    CommandLine alone = command(first);
    if (alone != null) {
      return execute(alone, words, 1);
    }
    CommandLine all = commands();
    List<String> names = List.copyOf(all.getSubcommands().keySet());
    String said = names.contains(first) ? null : ForeignCommands.sentence(first, names);
    return said != null ? refuse(said, "jora") : execute(all, words, 0);
  }

  /**
   * A command and its words.
   *
   * @param line the command, which may be below another
   * @param path its name, and before it those of the commands it is below
   * @param args what follows
   */
  record Found(CommandLine line, List<String> path, List<String> args) {
    /** What its words come to. */
    Reading read() {
      return CommandWords.read(String.join(" ", path), args, own(line.getCommandSpec()));
    }
  }

  /**
   * The command that words name.
   *
   * @param line where to look for it
   * @param from the first word that may name a command below that
   */
  static Found find(CommandLine line, String[] words, int from) {
    CommandLine command = line;
    int at = from;
    while (at < words.length && command.getSubcommands().containsKey(words[at])) {
      command = command.getSubcommands().get(words[at++]);
    }
    List<String> all = List.of(words);
    return new Found(command, all.subList(0, at), all.subList(at, all.size()));
  }

  private static int execute(CommandLine line, String[] words, int from) {
    Found found = find(line, words, from);
    CommandSpec spec = found.line().getCommandSpec();
    switch (found.read()) {
      case Reading.Question question -> {
        return About.tell(question.what(), Main::commands);
      }
      case Reading.Refused refused -> {
        return refuse(refused.sentence(), spec.qualifiedName());
      }
      case Reading.Words read -> {
        if (common(spec) != null) {
          common(spec).idle(read.idle());
        }
        List<String> path = found.path();
        List<String> all = new ArrayList<>(path.subList(from, path.size()));
        all.addAll(read.words());
        return line.execute(all.toArray(String[]::new));
      }
    }
  }

  private static int refuse(String sentence, String command) {
    Output.ERROR.println("jora: " + Text.bounded(Text.plain(sentence)));
    ErrorHandler.printTry(command, Output.ERROR);
    return ExitCode.USAGE;
  }

  /** The options of a command, for whoever reads its words before it does. */
  static OwnOptions own(CommandSpec spec) {
    return name -> {
      OptionSpec option = spec.optionsMap().getOrDefault(name, spec.negatedOptionsMap().get(name));
      if (option == null) {
        return OwnOptions.NONE_SUCH;
      } else if (option.paramLabel().equals("on|off|auto")) {
        return OwnOptions.SWITCH;
      } else if (option.paramLabel().equals("FILE:SCALE")) {
        return OwnOptions.SCALED;
      } else if (option.paramLabel().equals("START END")) {
        return OwnOptions.RANGE;
      } else if (option.paramLabel().matches("\\w+\\.\\.\\.")) { // not N,... which is one word
        return OwnOptions.MANY;
      }
      return option.arity().min() < option.arity().max()
          ? OwnOptions.PERHAPS_ONE
          : option.arity().max();
    };
  }

  private static CommonOptions common(CommandSpec spec) {
    CommandSpec mixin = spec.mixins().get("common");
    return mixin == null ? null : (CommonOptions) mixin.userObject();
  }

  /** All commands with their error handling. */
  static CommandLine commands() {
    return prepared(new CommandLine(new JoraCommand()));
  }

  /**
   * The command of this name without the others, or null if there is none. To look at the options
   * of all commands takes longer than to start the JVM.
   */
  static CommandLine command(String name) {
    for (Class<?> type : JoraCommand.class.getAnnotation(Command.class).subcommands()) {
      boolean needsOthers = type == CompletionCommand.class;
      if (!needsOthers && type.getAnnotation(Command.class).name().equals(name)) {
        return prepared(new CommandLine(type).setCommandName("jora " + name));
      }
    }
    return null;
  }

  private static CommandLine prepared(CommandLine commands) {
    EnvironmentDefaults environment = new EnvironmentDefaults(System::getenv);
    ErrorHandler errors = new ErrorHandler(environment);
    HelpText.install(commands);
    Numbers.install(commands);
    FilePath.install(commands);
    return commands
        .setErr(Output.ERROR)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setPosixClusteredShortOptionsAllowed(false)
        .setAllowOptionsAsOptionParameters(true) // a value is the next word, whatever that is
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setDefaultValueProvider(environment)
        .setExecutionStrategy(Main::executeParsed)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExitCodeExceptionMapper(e -> ExitCode.FAILURE);
  }

  private static int executeParsed(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandSpec spec = last.commandSpec();
    if (last.isUsageHelpRequested()) {
      boolean all =
          last.originalArgs().contains("--help") || last.originalArgs().contains("--usage");
      return Output.tell(all ? HelpText.full(spec) : HelpText.brief(spec));
    }
    if (common(spec) != null) {
      common(spec).tellIdle();
    }
    return new CommandLine.RunLast().execute(parsed);
  }
}
