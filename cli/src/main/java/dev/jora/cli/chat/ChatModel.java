package dev.jora.cli.chat;

import dev.jora.chat.Chat;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.ChatListener;
import dev.jora.chat.Message;
import dev.jora.chat.RenderedPrompt;
import dev.jora.chat.Reply;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.NextTokens;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.ShiftOptions;
import dev.jora.cli.common.TemplateOptions;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.StatusLine;
import dev.jora.engine.PromptCache;
import dev.jora.engine.Timings;
import dev.jora.gguf.Utf8;
import dev.jora.model.Decoder;
import dev.jora.model.adapter.LoraAdapter;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The model of a conversation: its memory of what it has read, and what its answers took. */
final class ChatModel implements AutoCloseable {
  private final Session session;
  private final String asked;
  private final ChatFormat format;
  private final TemplateOptions template;
  private final ShiftOptions shift;
  private final CommonOptions common;
  private final Decoder decoder;
  private final PromptCache cache;
  private final Chat chat;
  private final AnswerGrammars grammars;
  private boolean guided;
  private int answers;
  private Reply last;
  private ChatListener listening; // who waits for a prompt, if somebody does

  /**
   * A model that is ready to talk.
   *
   * @param asked what the chat template is asked for by, or null
   * @param tools that it may call
   */
  ChatModel(
      Session session,
      String asked,
      TemplateOptions template,
      ToolOptions tools,
      ShiftOptions shift,
      CommonOptions common,
      Interrupt interrupt) {
    this.session = session;
    this.asked = asked;
    this.template = template;
    this.shift = shift;
    this.common = common;
    ChatFormat plain =
        template.format(
            asked,
            session.model().metadata(),
            session.tokenizer(),
            () -> interrupt.requested() || listening != null && listening.cancelled());
    this.format = tools.tools().areOffered() ? plain.offering(tools.tools()) : plain;
    this.grammars = new AnswerGrammars(tools, format, session);
    this.decoder = session.decoder(Integer.MAX_VALUE);
    this.cache = new PromptCache(decoder, shift.kept(() -> 0, 0));
    shift.restore(cache, common);
    this.chat = new Chat(decoder, session.tokenizer(), format, cache);
    if (tools.tools().areOffered() && !format.takesTools()) {
      common.detail(
          "the chat template has no place for tools: the model is told of them in the system"
              + " prompt");
    }
    if (!format.takesSystem()) {
      common.detail(
          "the chat template has no place for a system prompt: it goes before your words");
    }
  }

  /** Before an answer: what is never forgotten is what stands before the user's first words. */
  private void keepOpening(List<Message> messages, ChatListener listener) {
    listening = listener;
    if (shifts()) {
      int opening = format.opening(messages);
      cache.keep(shift.kept(() -> opening, opening));
    }
  }

  /** What answers are led away from. */
  private void guide(ChatSettings settings) {
    if (settings.guidance.isOn() && !guided) {
      session.requireSecond();
    }
    guided = settings.guidance.isOn();
    chat.guide(settings.guidance.scale(), settings.guidance.text());
  }

  Reply answer(List<Message> messages, ChatSettings settings, ChatListener listener) {
    guide(settings);
    keepOpening(messages, listener);
    if (template.showsPrompt()) {
      show(format.prompt(messages, true));
    }
    return noted(chat.answer(messages, sampler(settings), options(settings, messages), listener));
  }

  /** Goes on with the answer that stands last. */
  Reply goOn(List<Message> messages, ChatSettings settings, ChatListener listener) {
    guide(settings);
    keepOpening(messages, listener);
    if (template.showsPrompt()) {
      show(chat.openPrompt(messages));
    }
    List<Message> before = messages.subList(0, messages.size() - 1);
    return noted(chat.goOn(messages, sampler(settings), options(settings, before), listener));
  }

  /** Several answers at once, one for each listener. */
  List<Reply> alternatives(
      List<Message> messages, ChatSettings settings, List<? extends ChatListener> listeners) {
    guide(settings);
    keepOpening(messages, listeners.getFirst());
    if (template.showsPrompt()) {
      show(format.prompt(messages, true));
    }
    List<SamplerChain> samplers = listeners.stream().map(listener -> sampler(settings)).toList();
    return chat.alternatives(messages, samplers, options(settings, messages), listeners);
  }

  /** One of the alternatives is the answer. */
  Reply chosen(List<Message> messages, List<Reply> replies, int index) {
    last = replies.get(index);
    chat.chose(messages, last);
    return last;
  }

  private Reply noted(Reply reply) {
    last = reply;
    return reply;
  }

  private SamplerChain sampler(ChatSettings settings) {
    return session.sampler(settings.params(answers++));
  }

  /** Refuses settings that this model cannot have. */
  void check(ChatSettings settings) {
    session.sampler(settings.params(0));
    guide(settings);
    grammars.check(settings.grammar());
  }

  /** True if a full context forgets the oldest. */
  boolean shifts() {
    return shift.isOn();
  }

  /** How to answer messages; after what a tool found, no call needs to follow. */
  private Chat.Options options(ChatSettings settings, List<Message> messages) {
    boolean asked = messages.isEmpty() || !messages.getLast().is(Message.TOOL);
    return new Chat.Options(settings.predict, settings.allStops(), false, template.thinkingBudget())
        .withBanned(settings.sampling.banned())
        .withGrammar(grammars.answer(settings.grammar(), asked));
  }

  /** True if an answer to the user's words is calls. */
  boolean mustCall() {
    return grammars.mustCall();
  }

  /** Logits of the token that would come next; null if cancelled. */
  float[] next(List<Message> messages, ChatSettings settings, ChatListener listener) {
    guide(settings);
    listening = listener;
    return chat.next(messages, listener);
  }

  /** {@code --show-prompt}. */
  private void show(RenderedPrompt prompt) {
    common.err().println(prompt.text().string());
    NextTokens.list(prompt.ids(), tokenizer(), common);
  }

  private void show(int[] prompt) {
    common.err().println(Utf8.decode(tokenizer().decode(prompt, true)));
    NextTokens.list(prompt, tokenizer(), common);
  }

  /** Keeps what was read. */
  void keep() {
    shift.keep(cache);
  }

  /** One line on where the conversation stands. */
  String status(Reply reply, int columns) {
    double speed = reply.timings().evalPerSecond();
    return new StatusLine(name(), reply.tokens(), contextSize(), speed).text(columns);
  }

  /** The first line: what one talks with, and how one learns more. */
  String introduction() {
    return name() + " · " + contextSize() + " tokens · /help";
  }

  /** The name people know it by: the file's. */
  private String name() {
    String file = session.model().metadata().file().getFileName().toString();
    return file.endsWith(".gguf") ? file.substring(0, file.length() - 5) : file;
  }

  /** What it is and how it is talked to. */
  List<String> facts() {
    String own = session.model().metadata().description("general.name");
    return List.of(
        "model       " + Text.plain(name() + (own.isEmpty() ? "" : " (" + own + ")")),
        "file        " + Text.plain(session.model().metadata().file().toString()),
        "context     " + contextSize() + " tokens",
        "template    " + Text.plain(asked == null ? "the model's" : asked));
  }

  /** Adapters by their numbers, with their scales. */
  List<String> adapters() {
    List<String> lines = new ArrayList<>();
    for (LoraAdapter adapter : session.options().adaptation().adapters()) {
      float scale = decoder.adapterScales().get(lines.size());
      String file = Text.plain(adapter.file().toString());
      lines.add(String.format(Locale.ROOT, "%d  %s  %s", lines.size() + 1, scale, file));
    }
    return lines;
  }

  /** Another scale for adapter {@code n}, from 1, from the next answer on. */
  void scaleAdapter(int n, float scale) {
    List<Float> scales = new ArrayList<>(decoder.adapterScales());
    if (n < 1 || n > scales.size() || !Float.isFinite(scale)) {
      throw new UserException(
          "/lora takes an adapter's number, 1 to " + scales.size() + ", and a finite scale");
    }
    scales.set(n - 1, scale);
    decoder.scaleAdapters(scales);
  }

  /** What the last answer took. */
  List<String> stats() {
    String context =
        String.format(
            Locale.ROOT,
            "context     %d of %d tokens, KV cache %s",
            cache.sequence().length(),
            contextSize(),
            Units.bytes(cache.sequence().bytes() + chat.guidanceBytes()));
    if (last == null) {
      return List.of("model       " + Text.plain(name()), context);
    }
    Timings t = last.timings();
    return List.of(
        "model       " + Text.plain(name()),
        context,
        String.format(
            Locale.ROOT,
            "last prompt %d tokens, %d of them read before",
            last.promptTokens(),
            t.cachedTokens()),
        String.format(
            Locale.ROOT,
            "read        %d tokens in %.2f s, %.1f t/s",
            t.promptTokens(),
            t.promptNanos() / 1e9,
            t.promptPerSecond()),
        String.format(
            Locale.ROOT,
            "written     %d tokens in %.2f s, %.1f t/s",
            t.sampledTokens(),
            (t.evalNanos() + t.sampleNanos()) / 1e9,
            t.evalPerSecond()),
        "answers     " + answers);
  }

  int[] lastPrompt() {
    return chat.lastPrompt();
  }

  /** Tokens of a text. */
  int count(String text) {
    return tokenizer().encode(text, false, false).length;
  }

  /** Tokens of a conversation as the template writes it. */
  int size(List<Message> messages) {
    return chat.openPrompt(messages).length;
  }

  Tokenizer tokenizer() {
    return session.tokenizer();
  }

  int contextSize() {
    return session.options().contextSize();
  }

  boolean foldsThinking() {
    return template.foldsThinking();
  }

  @Override
  public void close() {
    chat.close(); // with the cache and the decoder
  }
}
