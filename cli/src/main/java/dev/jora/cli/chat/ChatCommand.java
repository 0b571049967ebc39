package dev.jora.cli.chat;

import dev.jora.chat.tools.Tools;
import dev.jora.cli.common.ColorOptions;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.GrammarOptions;
import dev.jora.cli.common.GuidanceFile;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.ShiftOptions;
import dev.jora.cli.common.TemplateOptions;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.UserException;
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
      "In a terminal the line can be edited and answers are shown as they come; /help lists"
          + " commands. In a pipe every line of stdin is answered on stdout, and nothing else is"
          + " there."
    },
    customSynopsis = "jora chat [OPTIONS] [MODEL.gguf | -m FILE] [\"FIRST WORDS\"]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora chat model.gguf",
      "  jora chat -m model.gguf -sys \"Answer in one sentence.\" --save talk.json",
      "  jora chat -m model.gguf --load talk.json",
      "  jora chat -m model.gguf --continue",
      "  printf 'Hello!\\nWho are you?\\n' | jora chat -m model.gguf --temp 0"
    })
public final class ChatCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();
  @Mixin TemplateOptions template = new TemplateOptions();

  @Mixin TalkOptions talk = new TalkOptions();
  @Mixin ToolOptions tools = new ToolOptions();

  @Option(
      names = "--plain",
      description = "Show answers as the model writes them, not as Markdown.")
  boolean plain;

  @Mixin ColorOptions colors = new ColorOptions();

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Where lines typed are kept; 'none' for nowhere (default: ~/.local/state/jora).")
  String history;

  @Option(
      names = {"-cnv", "--conversation"},
      hidden = true,
      description = "llama.cpp's; it always is.")
  boolean conversation;

  @Mixin ShiftOptions shift = new ShiftOptions();
  @Mixin ChatSettings settings = new ChatSettings();
  @Mixin GuidanceFile guidance = new GuidanceFile();
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin LoraOptions lora = new LoraOptions();
  @Mixin ThreadOptions threads = new ThreadOptions();
  @Mixin GpuOptions gpus = new GpuOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    check(); // what is wrong with the options is told before a model is opened
    String away = guidance.read(settings.guidance);
    settings.unescape(talk.escapes);
    Tools offered = tools.tools();
    ToolOptions.checkAlone(offered, settings.grammar());
    String first = talk.first();
    KeptChats kept = KeptChats.usual();
    Path from = talk.from(kept);
    ChatBook book =
        new ChatBook(
            model.path(),
            template.asked(),
            template.systemText(talk.escapes),
            talk.persona(),
            talk.file(),
            kept);
    book.keeps(!talk.forget && (talk.resume || isEdited()));
    settings.end(book.stops());
    if (from != null) {
      book.open(from, settings, given());
    }
    settings.guidance.take(away); // which wins over what is in a file
    settings.guidance.warn(common);
    book.warn(common);
    SessionSettings opened =
        SessionSettings.of(model, context, threads, gpus, common)
            .withAdaptation(lora.wanted(model, common));
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(opened.withSequences(settings.guidance.isOn() ? 2 : 1));
        ChatModel talker =
            new ChatModel(session, book.template(), template, tools, shift, common, interrupt)) {
      book.counted(talker::count);
      if (from != null) {
        check(from, talker);
      }
      try (ChatScreen screen = screen(book, interrupt)) {
        new ChatSession(talker, screen, settings, book).run(first, talk.once, interrupt);
      } finally {
        talker.keep();
      }
    }
    return ExitCode.OK;
  }

  private void check() {
    settings.grammar.check();
    settings.sampling.check();
    settings.check();
    template.thinkingBudget();
    MessageFiles.checkPlace("--save", talk.save);
    MessageFiles.checkReplaced(talk.save);
    shift.check();
  }

  /** Refuses settings of a file that the model cannot have. */
  private void check(Path from, ChatModel talker) {
    try {
      talker.check(settings);
    } catch (UserException e) {
      throw GrammarOptions.FORMS.stream().anyMatch(given()::contains)
          ? e
          : new UserException(from + ": " + e.getMessage(), e);
    }
  }

  /** Names of the options on the command line. */
  private List<String> given() {
    Set<OptionSpec> matched = spec.commandLine().getParseResult().matchedOptionsSet();
    return matched.stream().flatMap(o -> List.of(o.names()).stream()).toList();
  }

  /** True on a terminal whose lines can be edited. */
  private static boolean isEdited() {
    String type = System.getenv("TERM");
    boolean canEdit = type != null && !type.isEmpty() && !type.equals("dumb");
    return Terminal.stdin() && Terminal.stdout() && canEdit;
  }

  private ChatScreen screen(ChatBook book, Interrupt interrupt) {
    if (!isEdited()) {
      return new PipeScreen(interrupt, common);
    }
    return new LineScreen(
        new ChatCompleter(() -> book.conversation().names()),
        ChatHistory.file(history),
        colors.wanted(true) ? Style.BASIC : Style.NONE,
        plain,
        interrupt,
        common);
  }
}
