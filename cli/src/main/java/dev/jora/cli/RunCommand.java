package dev.jora.cli;

import dev.jora.chat.Chat;
import dev.jora.chat.ChatTemplates;
import dev.jora.chat.ReplyGrammar;
import dev.jora.chat.tools.Tools;
import dev.jora.cli.common.ColorOptions;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.GrammarOptions;
import dev.jora.cli.common.GrammarSource;
import dev.jora.cli.common.GuidanceOptions;
import dev.jora.cli.common.GuidanceSettings;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.NextTokens;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.SamplingOptions;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.ShiftOptions;
import dev.jora.cli.common.TemplateOptions;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.Mark;
import dev.jora.cli.terminal.Style;
import dev.jora.engine.BannedPhrases;
import dev.jora.engine.Generator;
import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.engine.StopReason;
import dev.jora.gguf.Utf8;
import dev.jora.model.Decoder;
import dev.jora.sampling.Logprobs;
import dev.jora.sampling.SamplerChain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora run}: a prompt in, text out. */
@Command(
    name = "run",
    description = {
      "Answers a request, or continues a text.",
      "Reads a prompt and streams what the model writes to stdout. Everything else goes to stderr,"
          + " so it works in pipes."
    },
    customSynopsis = "jora run [OPTIONS] [MODEL.gguf | -m FILE] [\"PROMPT\" | -p TEXT | -f FILE]",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model, a prompt that is too long, too little memory",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora run \"Tell me a story about a cat.\"",
      "  jora run model.gguf \"What is a GGUF file?\" -n 200",
      "  echo \"The capital of France is\" | jora run -m model.gguf --raw -n 32",
      "  jora run -m model.gguf -f question.txt --json --logprobs 5",
      "  jora run -m model.gguf -p \"The sky is\" --next-token 10"
    })
final class RunCommand implements Callable<Integer> {
  private static final String INCOMPLETE =
      " where the grammar of the text goes on, which is incomplete";

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin PromptOptions prompt = new PromptOptions();

  @Option(
      names = {"-n", "--predict", "--n-predict"},
      paramLabel = "N",
      description = "Tokens to write; -1 or -2: until the text or the context ends (default: -1).")
  int predict = -1;

  @Option(
      names = {"-r", "--reverse-prompt"},
      paramLabel = "TEXT",
      description = "Stop before this text; repeatable.")
  List<String> stops = new ArrayList<>();

  @Option(
      names = "--no-display-prompt",
      description = "Do not print the prompt before the continuation.")
  boolean hidePrompt;

  @Option(names = "--display-prompt", hidden = true, description = "Takes the above back.")
  void displayPrompt(boolean display) {
    hidePrompt = hidePrompt && !display;
  }

  @Option(names = "--verbose-prompt", description = "List the prompt's tokens on stderr.")
  boolean verbosePrompt;

  @Option(
      names = {"-sp", "--special"},
      description = "Print control tokens too.")
  boolean special;

  @Mixin AnswerOptions answers = new AnswerOptions();
  @Mixin ColorOptions colors = new ColorOptions();

  @Option(
      names = "--json",
      description = "One JSON object on stdout: prompt_ids, ids, text, stop, timings.")
  boolean json;

  @Option(
      names = "--logprobs",
      paramLabel = "N",
      description = "With --json: log-probabilities of the token and the N likeliest at each step.")
  int logprobs;

  @Option(
      names = "--next-token",
      paramLabel = "N",
      description = "Show the N likeliest next tokens, and write none.")
  int nextToken;

  @Mixin TemplateOptions template = new TemplateOptions();
  @Mixin ToolOptions tools = new ToolOptions();
  @Mixin ShiftOptions shift = new ShiftOptions();
  @Mixin SamplingOptions sampling = new SamplingOptions();
  @Mixin GrammarOptions grammar = new GrammarOptions();
  @Mixin GuidanceOptions guidance = new GuidanceOptions();
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin LoraOptions lora = new LoraOptions();
  @Mixin ThreadOptions threads = new ThreadOptions();
  @Mixin GpuOptions gpus = new GpuOptions();
  @Mixin CommonOptions common = new CommonOptions();

  private Tools offered; // what the model may call
  private GrammarSource held; // what the text is held to, or null
  private BannedPhrases banned;

  @Override
  public Integer call() {
    checkNumbers();
    if (answers.wantsTurns()) {
      common.info("jora: run answers once; jora chat goes on talking");
    }
    stops.replaceAll(prompt.escapes()::text);
    sampling.unescape(prompt.escapes());
    grammar.unescape(prompt.escapes());
    grammar.check();
    sampling.check();
    held = grammar.source();
    offered = tools.tools();
    ToolOptions.checkAlone(offered, held);
    GuidanceSettings guided = guidance.settings(prompt.escapes());
    guided.warn(common);
    banned = sampling.banned();
    byte[] text = prompt.bytes();
    long start = System.nanoTime();
    SessionSettings settings =
        SessionSettings.of(model, context, threads, gpus, common)
            .withAdaptation(lora.wanted(model, common));
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(settings.withSequences(guided.isOn() ? 2 : 1))) {
      RunPrompt read = read(text, session, interrupt);
      read.check(session.options().contextSize());
      RunGuidance away = RunGuidance.of(guided, read, session.tokenizer());
      away.check(session.options().contextSize());
      list(read, session);
      try (Decoder decoder = session.decoder(read.ids().length + away.rows());
          PromptCache cache = new PromptCache(decoder, kept(read, session));
          away) {
        Guidance guidance = away.over(decoder, negative -> kept(negative, session));
        shift.restore(cache, common);
        long loaded = System.nanoTime() - start;
        RunWork work = new RunWork(session, decoder, cache, read, guidance);
        if (nextToken > 0) {
          showNext(work, interrupt);
        } else {
          generate(work, interrupt, loaded);
        }
        shift.keep(cache);
      }
    }
    return ExitCode.OK;
  }

  private int kept(RunPrompt read, Session session) {
    return shift.kept(() -> read.opening(session.tokenizer()), read.ids().length);
  }

  private RunPrompt read(byte[] text, Session session, Interrupt interrupt) {
    if (text == null) {
      int[] ids = prompt.ids().within(session.model().vocabularySize());
      return RunPrompt.raw(ids, session.tokenizer().decode(ids, special));
    }
    return isChat(session)
        ? RunPrompt.chat(text, template, offered, prompt.escapes(), session, interrupt)
        : RunPrompt.raw(session.tokenizer().encode(text, true, true), text);
  }

  private boolean isChat(Session session) {
    boolean asked = template.isAsked() || template.asksSystem() || tools.isOn();
    boolean has = ChatTemplates.isIn(session.model().metadata());
    return answers.isChat(nextToken == 0 && (asked || has));
  }

  private void checkNumbers() {
    if (predict < -2) {
      throw UserException.usage("-n must be -1, -2 (both: no limit) or more, not " + predict);
    }
    if (nextToken < 0 || logprobs < 0) {
      throw UserException.usage("--next-token and --logprobs take 0 or more");
    }
    boolean needed = template.asked() != null || template.asksSystem() || tools.isOn();
    answers.check(prompt.ids() != null, nextToken > 0, needed);
    template.thinkingBudget();
    shift.check();
    if (logprobs > 0 && !json) {
      throw UserException.usage("--logprobs needs --json, which has a place for them");
    }
  }

  private void list(RunPrompt read, Session session) {
    if (template.showsPrompt()) {
      String text = read.isChat() ? read.rendered().text().string() : Utf8.decode(read.shown());
      common.err().println(text);
    }
    if (verbosePrompt || template.showsPrompt()) {
      NextTokens.list(read.ids(), session.tokenizer(), common);
    }
  }

  // ---- generation --------------------------------------------------------------------------

  private void generate(RunWork work, Interrupt interrupt, long loaded) {
    Session session = work.session();
    RunPrompt read = work.read();
    SamplerChain sampler = session.sampler(sampling.params());
    common.detail("seed: %s", Integer.toUnsignedString(sampler.seed()));
    Output out = Output.standard();
    if (!json && !hidePrompt) {
      show(read.shown(), out);
    }
    RunFollower follower =
        new RunFollower(json ? null : out, logprobs, template.foldsThinking(), interrupt, common);
    RunText run;
    try {
      run =
          read.isChat()
              ? work.answer(sampler, replying(session, read), follower)
              : work.goOn(sampler, continuing(session, sampler), follower);
    } finally { // a message about what went wrong has a line of its own
      if (!json && Terminal.stdout()) {
        out.println("").flush();
      }
    }
    if (!json) {
      run.calls().forEach(call -> out.println(ToolOptions.line(call)).flush());
    }
    if (json) {
      Json.print(
          out,
          RunJson.generation(
              read.ids(), run, follower.chosen(), follower.tops(), id -> pieceText(session, id)));
    }
    tellOfEnd(run, session);
    if (!common.isQuiet()) {
      TimingLines.print(run.timings(), loaded, common);
    }
  }

  private void show(byte[] prompt, Output out) {
    if (Terminal.stdout() && colors.wanted(false)) {
      out.print(Style.BASIC.styled(Utf8.decode(prompt), Mark.STRONG)).flush();
    } else {
      out.write(prompt).flush();
    }
  }

  /** Says so where the text ends before its writer wanted it to. */
  private void tellOfEnd(RunText run, Session session) {
    if (run.stop() == StopReason.CONTEXT) {
      common.warn(
          "the context of %d tokens is full: stopped%s (-c sets it)",
          session.options().contextSize(), run.complete() ? "" : INCOMPLETE);
    }
    if (run.stop() == StopReason.LIMIT && !run.complete()) {
      common.warn("-n %d: stopped%s", predict, INCOMPLETE);
    }
  }

  /** How a text is continued; its sampler holds it to the grammar. */
  private Generator.Options continuing(Session session, SamplerChain sampler) {
    if (held != null) {
      sampler.hold(held.compile(session, special).start());
    }
    return new Generator.Options(predict, stops, special).withBanned(banned);
  }

  /** How a request is answered. */
  private Chat.Options replying(Session session, RunPrompt read) {
    ReplyGrammar replies = held == null ? null : held.replies(session);
    if (offered.areOffered()) {
      replies = tools.grammar(read.format(), session);
    }
    return new Chat.Options(predict, stops, special, template.thinkingBudget())
        .withBanned(banned)
        .withGrammar(replies);
  }

  // ---- the next token ----------------------------------------------------------------------

  private void showNext(RunWork work, Interrupt interrupt) {
    float[] logits = work.next(new RunFollower(null, 0, true, interrupt, common));
    if (logits == null) {
      return;
    }
    List<Logprobs.Entry> top = Logprobs.top(logits, nextToken);
    Session session = work.session();
    Output out = Output.standard();
    if (json) {
      Json.print(out, RunJson.next(work.read().ids(), top, id -> pieceText(session, id)));
      return;
    }
    NextTokens.table(top, session.tokenizer()).forEach(out::println);
    out.flush();
  }

  private static String pieceText(Session session, int id) {
    return Text.wellFormed(NextTokens.piece(session.tokenizer(), id));
  }
}
