package dev.jora.cli;

import dev.jora.cli.terminal.Style;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jora chat}: a conversation in a terminal, or in a pipe. */
@Command(
    name = "chat",
    description = {
      "Talks with a model.",
      "In a terminal the line can be edited and answers are shown as they come; /help lists",
      "commands. In a pipe every line of stdin is answered on stdout, and nothing else is there."
    },
    customSynopsis = "jora chat [OPTIONS] [-m FILE]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora chat -m model.gguf",
      "  jora chat -m model.gguf -sys \"Answer in one sentence.\" --save talk.json",
      "  jora chat -m model.gguf --load talk.json",
      "  printf 'Hello!\\nWho are you?\\n' | jora chat -m model.gguf --temp 0"
    })
final class ChatCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();
  @Mixin TemplateOptions template = new TemplateOptions();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "What you say first.")
  String prompt;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The same from a file.")
  Path promptFile;

  @Option(
      names = {"-st", "--single-turn"},
      description = "End after the answer to -p or -f.")
  boolean once;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "Go on with a saved conversation, and keep it there (but see --save).")
  Path load;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Keep the conversation in this file, anew after every answer.")
  Path save;

  @Option(
      names = "--character",
      paramLabel = "FILE",
      description = "Whom the model plays: a Tavern card, JSON or PNG.")
  Path character;

  @Option(
      names = "--user-name",
      paramLabel = "NAME",
      description = "Your name, for characters (default: ${DEFAULT-VALUE}).")
  String userName = "User";

  @Option(
      names = "--plain",
      description = "Show answers as the model writes them, not as Markdown.")
  boolean plain;

  @Option(
      names = "--color",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Colours, on a terminal and unless NO_COLOR is set (default: true).")
  boolean color = true;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Where lines typed are kept; 'none' for nowhere (default: ~/.local/state/jora).")
  String history;

  @Mixin ShiftOptions shift = new ShiftOptions();
  @Mixin ChatSettings settings = new ChatSettings();
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin ThreadOptions threads = new ThreadOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    settings.params(0); // what is wrong with the options is told before a model is opened
    String first = first();
    Persona persona = character == null ? null : Persona.read(character, userName);
    ChatBook book =
        new ChatBook(
            model.path(),
            template.name,
            template.systemText(),
            persona,
            save != null ? save : load);
    if (load != null) {
      book.load(load, settings, given());
    }
    try (Session session = Session.open(model, context, threads, common);
        ChatModel talker = new ChatModel(session, template, shift, book.systemMessages(), common)) {
      try (ChatScreen screen = screen(book)) {
        settings.ends.addAll(book.stops());
        new ChatSession(talker, screen, settings, book).run(first, once);
      }
      talker.keep();
    }
    return ExitCode.OK;
  }

  private String first() {
    if (prompt != null && promptFile != null) {
      throw UserException.usage("give the first words once: -p or -f");
    }
    if (once && prompt == null && promptFile == null) {
      throw UserException.usage("--single-turn needs -p or -f");
    }
    return promptFile == null ? prompt : MessageFiles.read(promptFile).stripTrailing();
  }

  /** Names of the options on the command line. */
  private List<String> given() {
    Set<OptionSpec> matched = spec.commandLine().getParseResult().matchedOptionsSet();
    return matched.stream().flatMap(o -> List.of(o.names()).stream()).toList();
  }

  private ChatScreen screen(ChatBook book) {
    if (!Terminal.stdin() || !Terminal.stdout()) {
      return new PipeScreen(common);
    }
    boolean colours = color && System.getenv("NO_COLOR") == null;
    return new LineScreen(
        new ChatCompleter(() -> book.conversation().names()),
        ChatHistory.file(history),
        colours ? Style.BASIC : Style.NONE,
        plain,
        common);
  }
}
