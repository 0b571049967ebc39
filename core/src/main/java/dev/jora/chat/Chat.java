package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.PromptCache;
import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;
import dev.jora.gguf.Utf8;
import dev.jora.model.Decoder;
import dev.jora.sampling.SamplerChain;
import dev.jora.template.Template;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Trust;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model that answers. Of every prompt only what the cache has not read yet is evaluated. One
 * thread at a time.
 */
public final class Chat implements AutoCloseable {
  /**
   * How to answer.
   *
   * @param maxTokens the most tokens to draw; −1 for no limit but the context
   * @param stops texts that end an answer, besides those of the format
   * @param special true: control tokens are shown as text
   * @param thinkingBudget the most tokens to think; −1 for no limit
   */
  public record Options(int maxTokens, List<String> stops, boolean special, int thinkingBudget) {
    /** Until the model has said what it wants to say. */
    public static final Options DEFAULT = new Options(-1, List.of(), false, -1);
  }

  private static final int NO_SHIFT = -1; // the cache's business

  private final Tokenizer tokenizer;
  private final ChatFormat format;
  private final Decoder decoder;
  private final PromptCache cache;
  private final Generator generator;
  private final ReasoningFormat reasoning;
  private final BitSet shown;

  /**
   * The last answer: what it followed, with itself, and its tokens without the one that ended it.
   */
  private List<Message> answered = List.of();

  private int[] lastPrompt = {};
  private int[] lastAnswer = {};

  /**
   * A chat with a model in the format of its template; it holds a context of its own until it is
   * closed.
   *
   * @throws ChatException if the model has no template
   */
  public static Chat with(LoadedModel model) {
    Template template = ChatTemplates.of(model.model().metadata(), false);
    ChatFormat format = new ChatFormat(template, model.tokenizer(), Map.of(), LocalDateTime::now);
    Decoder decoder = model.decoder();
    return new Chat(decoder, model.tokenizer(), format, new PromptCache(decoder, NO_SHIFT));
  }

  /** A chat over a cache of this decoder; both are the caller's to close, or this chat's. */
  public Chat(Decoder decoder, Tokenizer tokenizer, ChatFormat format, PromptCache cache) {
    this.tokenizer = tokenizer;
    this.format = format;
    this.decoder = decoder;
    this.cache = cache;
    this.generator = new Generator(decoder, tokenizer);
    this.reasoning = format.reasoning();
    this.shown = reasoning.shownControlTokens(tokenizer.vocab());
  }

  /** Closes the cache and the decoder. */
  @Override
  public void close() {
    cache.close();
    decoder.close();
  }

  /** The tokens of the last prompt. */
  public int[] lastPrompt() {
    return lastPrompt.clone();
  }

  /** The answer to messages of which the user's stand last. */
  public Reply answer(
      List<Message> messages, SamplerChain sampler, Options options, ChatListener listener) {
    RenderedPrompt prompt = format.prompt(messages, true);
    Reply reply = answer(prompt, sampler, options, listener);
    remember(messages, reply, prompt.ids());
    return reply;
  }

  /** The answer to a prompt of this format that ends where an answer begins. */
  public Reply answer(
      RenderedPrompt prompt, SamplerChain sampler, Options options, ChatListener listener) {
    Place place = reasoning.placeAfter(prompt.text().string());
    return new Run(place, options, listener).reply(prompt.ids(), sampler);
  }

  /**
   * Several answers, drawn side by side; see {@link Generator#alternatives}. None of them counts as
   * the last answer until it is {@linkplain #chose chosen}.
   *
   * @param samplers one for each answer
   * @param listeners one for each answer
   */
  public List<Reply> alternatives(
      List<Message> messages,
      List<SamplerChain> samplers,
      Options options,
      List<? extends ChatListener> listeners) {
    RenderedPrompt prompt = format.prompt(messages, true);
    Place place = reasoning.placeAfter(prompt.text().string());
    List<Run> runs = new ArrayList<>();
    List<SamplerChain> second = samplers.stream().map(s -> afterThinking(s, options)).toList();
    int[] begun = prompt.ids();
    for (ChatListener listener : listeners) {
      Run run = new Run(place, options, listener);
      begun = run.begin(prompt.ids());
      runs.add(run);
    }
    List<Generation> drawn =
        generator.alternatives(cache, begun, samplers, generatorOptions(options, 0), runs);
    lastPrompt = begun;
    List<Reply> replies = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      replies.add(runs.get(i).end(begun, drawn.get(i), second.get(i)));
    }
    return replies;
  }

  private Generator.Options generatorOptions(Options options, int drawn) {
    int left = options.maxTokens() < 0 ? -1 : Math.max(0, options.maxTokens() - drawn);
    List<String> stops = Stream.concat(options.stops().stream(), format.stops().stream()).toList();
    return new Generator.Options(left, stops, id -> options.special() || shown.get(id), NO_SHIFT);
  }

  /** What draws on if the thinking is cut short: a sampler that has accepted nothing yet. */
  private static SamplerChain afterThinking(SamplerChain sampler, Options options) {
    return options.thinkingBudget() < 0 ? sampler : sampler.copy();
  }

  private int[] withoutEnd(int[] ids) {
    boolean ended = ids.length > 0 && tokenizer.vocab().isEog(ids[ids.length - 1]);
    return ended ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }

  /**
   * Goes on where the last of the messages, an answer, ends: after the very tokens of it where it
   * is the one given last. The reply's message is the whole answer.
   */
  public Reply goOn(
      List<Message> messages, SamplerChain sampler, Options options, ChatListener listener) {
    Message begun = messages.getLast();
    int[] prompt = openPrompt(messages);
    boolean thinks = begun.content().isEmpty() && begun.reasoning() != null;
    Run run = new Run(thinks ? Place.THINKING : Place.ANSWER, options, listener);
    run.splitter.resumed();
    Reply more = run.reply(prompt, sampler);
    Reply whole = more.after(begun);
    remember(messages.subList(0, messages.size() - 1), whole, prompt);
    return whole;
  }

  /** Takes one of several alternatives for the last answer. */
  public void chose(List<Message> messages, Reply reply) {
    remember(messages, reply, lastPrompt);
  }

  private void remember(List<Message> before, Reply reply, int[] prompt) {
    lastPrompt = prompt;
    // What a stop string ended has tokens of it, which nobody should go on from.
    boolean usable = reply.stop() != StopReason.WORD;
    answered = usable ? new ArrayList<>(before) : List.of();
    if (usable) {
      answered.add(reply.message());
    }
    lastAnswer = withoutEnd(reply.ids());
  }

  /** The tokens after which the model speaks next: of an answer that stands last, its end. */
  public int[] openPrompt(List<Message> messages) {
    Message last = messages.getLast();
    if (!last.is(Message.ASSISTANT)) {
      return format.prompt(messages, true).ids();
    }
    if (messages.equals(answered)) {
      return joined(lastPrompt, lastAnswer);
    }
    RenderedPrompt begun = format.prompt(messages.subList(0, messages.size() - 1), true);
    return joined(begun.ids(), words(last, reasoning.placeAfter(begun.text().string())));
  }

  /** The tokens of an answer as the model would have written it. */
  private int[] words(Message answer, Place place) {
    int[] ids = {};
    if (answer.reasoning() != null && reasoning != ReasoningFormat.NONE) {
      if (place != Place.THINKING) {
        ids = tokenizer.encode(reasoning.opens().getFirst() + "\n", false, true);
      }
      ids = joined(ids, data(answer.reasoning()));
      place = Place.THINKING;
    }
    if (place == Place.THINKING && !answer.content().isEmpty()) {
      ids = joined(ids, tokenizer.encode(reasoning.closing(), false, true));
    }
    return joined(ids, data(answer.content()));
  }

  private int[] data(String text) {
    return tokenizer.encode(Utf8.encode(text), false, Trust.NONE);
  }

  /** Logits after a prompt, of which again only what is new is read; null if cancelled. */
  public float[] next(int[] prompt, ChatListener listener) {
    int[] rest = cache.prepare(prompt, 0);
    return generator.read(cache.sequence(), rest, listener);
  }

  private static int[] joined(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  /** One answer in progress. */
  private final class Run implements GenerationListener, ReplySplitter.Sink {
    private final Place place;
    private final Options options;
    private final ChatListener listener;
    private final ReplySplitter splitter;
    private final StringBuilder content = new StringBuilder();
    private int budget;
    private int thought;
    private int[] ids = {};

    Run(Place place, Options options, ChatListener listener) {
      this.place = place;
      this.options = options;
      this.listener = listener;
      this.splitter = ReplySplitter.of(reasoning, place, this);
      this.budget = options.thinkingBudget();
    }

    Reply reply(int[] prompt, SamplerChain sampler) {
      SamplerChain second = afterThinking(sampler, options);
      int[] begun = begin(prompt);
      return end(begun, generate(begun, sampler), second);
    }

    /** The prompt to read: with the end of thinking where none is wanted and it has begun. */
    int[] begin(int[] prompt) {
      return place == Place.THINKING && budget == 0 ? joined(prompt, closeThinking()) : prompt;
    }

    /** The answer, after what was drawn first. */
    Reply end(int[] begun, Generation first, SamplerChain second) {
      Generation generation = first;
      Timings timings = first.timings();
      ids = first.ids();
      if (isOutOfBudget() && !listener.cancelled()) {
        ids = joined(ids, closeThinking());
        generation = generate(joined(begun, ids), second);
        timings = timings.plus(generation.timings());
        ids = joined(ids, generation.ids());
      }
      splitter.finish();
      boolean ended = generation.stop() == StopReason.EOS || generation.stop() == StopReason.WORD;
      String words = ended ? content.toString().stripTrailing() : content.toString();
      return new Reply(
          new Message(Message.ASSISTANT, words, splitter.reasoning()),
          ids,
          generation.stop(),
          generation.stopWord(),
          timings,
          begun.length,
          begun.length + withoutEnd(ids).length - cache.discarded());
    }

    private Generation generate(int[] prompt, SamplerChain sampler) {
      return generator.generate(
          cache, prompt, sampler, generatorOptions(options, ids.length), this);
    }

    /** Has the model told that it has thought enough; the tokens that say so. */
    private int[] closeThinking() {
      budget = -1;
      String closing = splitter.closingText();
      splitter.accept(closing);
      return tokenizer.encode(closing, false, true);
    }

    private boolean isOutOfBudget() {
      return budget >= 0 && splitter.isThinking() && thought >= budget;
    }

    @Override
    public void prompt(int done, int total) {
      listener.prompt(done, total);
    }

    @Override
    public void token(int id, float[] logits) {
      listener.token(id, logits);
      if (splitter.isThinking()) {
        thought++;
      }
    }

    @Override
    public void text(String piece) {
      splitter.accept(piece);
    }

    @Override
    public boolean cancelled() {
      return listener.cancelled() || isOutOfBudget();
    }

    @Override
    public void thinking(String text) {
      listener.thinking(text);
    }

    /** Tokenizers put a space before a word, also before the first of an answer. */
    @Override
    public void content(String text) {
      boolean first = content.isEmpty() && place != Place.ANSWER;
      String words = first ? text.stripLeading() : text;
      if (!words.isEmpty()) {
        content.append(words);
        listener.text(words);
      }
    }
  }
}
