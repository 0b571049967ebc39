package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.engine.BannedPhrases;
import dev.jora.engine.Generation;
import dev.jora.engine.Generator;
import dev.jora.engine.Guidance;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.PromptCache;
import dev.jora.engine.StopReason;
import dev.jora.grammar.GrammarState;
import dev.jora.model.Decoder;
import dev.jora.sampling.SamplerChain;
import dev.jora.template.Template;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
   * @param banned what must not come in an answer, nor in the thinking before it
   * @param grammar what answers are held to, or null
   */
  public record Options(
      int maxTokens,
      List<String> stops,
      boolean special,
      int thinkingBudget,
      BannedPhrases banned,
      ReplyGrammar grammar) {
    /** Until the model has said what it wants to say. */
    public static final Options DEFAULT = new Options(-1, List.of(), false, -1);

    /** Nothing is banned, and there is no grammar. */
    public Options(int maxTokens, List<String> stops, boolean special, int thinkingBudget) {
      this(maxTokens, stops, special, thinkingBudget, BannedPhrases.NONE, null);
    }

    /** The same with other phrases banned. */
    public Options withBanned(BannedPhrases phrases) {
      return new Options(maxTokens, stops, special, thinkingBudget, phrases, grammar);
    }

    /** The same held to a grammar, or to none for null. */
    public Options withGrammar(ReplyGrammar other) {
      return new Options(maxTokens, stops, special, thinkingBudget, banned, other);
    }
  }

  private static final int NO_SHIFT = -1; // the cache's business

  private final Tokenizer tokenizer;
  private final ChatFormat format;
  private final Decoder decoder;
  private final PromptCache cache;
  private final Generator generator;
  private final ReasoningFormat reasoning;
  private final AnswerForm form;
  private final NegativePrompt negative;

  /**
   * The last answer: what it followed, with itself, and its tokens without the one that ended it.
   */
  private List<Message> answered = List.of();

  private int[] lastPrompt = {};
  private int[] lastAnswer = {};

  /** The last answer from its beginning on, which is not that of the last tokens if it went on. */
  private Drawn lastReply = Drawn.NOTHING;

  /** Tokens of a reply, without the one that ended it, and their text. */
  private record Drawn(int[] ids, String text) {
    static final Drawn NOTHING = new Drawn(new int[0], "");

    Drawn and(int[] more, String behind) {
      return new Drawn(AnswerForm.joined(ids, more), text + behind);
    }

    /** The same without the sign for a character of which only these bytes have come. */
    Drawn without(byte[] cut) {
      return new Drawn(ids, Chat.without(text, cut));
    }
  }

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
    this.form = new AnswerForm(format, tokenizer);
    this.negative = new NegativePrompt(decoder);
  }

  /** Closes the cache and the decoder. */
  @Override
  public void close() {
    negative.close();
    cache.close();
    decoder.close();
  }

  /** The tokens of the last prompt. */
  public int[] lastPrompt() {
    return lastPrompt.clone();
  }

  /**
   * Leads further answers, and what comes {@linkplain #next next}, away from those that the same
   * conversation would get with another system text: see {@link Guidance}. That is a second context
   * of the decoder, which a {@linkplain dev.jora.engine.LoadOptions#withSequences plan} may count.
   *
   * @param scale how far; 1 not at all
   * @param system the other system text, in the place that the template has for it; empty: the last
   *     token of the prompt alone takes the place of the other conversation
   * @throws dev.jora.fault.ParameterException if the scale is no finite number
   */
  public void guide(float scale, String system) {
    negative.set(scale, system);
  }

  /** Bytes that are kept of what answers are led away from. */
  public long guidanceBytes() {
    return negative.bytes();
  }

  /** The guidance of what follows messages, or null for none. */
  private Guidance guidance(List<Message> messages) {
    if (!negative.isOn()) {
      return null;
    }
    if (!negative.hasText()) {
      negative.keep(cache.shifts() ? 0 : NO_SHIFT);
      return negative.guidance(new int[0]);
    }
    List<Message> told = negative.told(messages);
    negative.keep(cache.shifts() ? format.opening(told) : NO_SHIFT);
    int[] followed = messages.equals(answered) ? negative.last() : null;
    return negative.guidance(openPrompt(told, followed));
  }

  /** The answer to messages of which the user's stand last. */
  public Reply answer(
      List<Message> messages, SamplerChain sampler, Options options, ChatListener listener) {
    RenderedPrompt prompt = format.prompt(messages, true);
    Reply reply = answer(prompt, guidance(messages), sampler, options, listener);
    remember(messages, reply, Drawn.NOTHING);
    return reply;
  }

  /** The answer to a prompt of this format that ends where an answer begins. */
  public Reply answer(
      RenderedPrompt prompt, SamplerChain sampler, Options options, ChatListener listener) {
    return answer(prompt, null, sampler, options, listener);
  }

  /** Likewise, led away from a negative prompt that ends there too; null for none. */
  public Reply answer(
      RenderedPrompt prompt,
      Guidance guidance,
      SamplerChain sampler,
      Options options,
      ChatListener listener) {
    Place place = form.place(prompt);
    hold(sampler, form.begin(place, options));
    return reply(
        prompt.ids(),
        guidance,
        sampler,
        form.options(options),
        form.answering(place, form.begun(prompt), options, listener));
  }

  private static void hold(SamplerChain sampler, GrammarState state) {
    if (state != null) {
      sampler.hold(state);
    }
  }

  private Reply reply(
      int[] prompt,
      Guidance guidance,
      SamplerChain sampler,
      Generator.Options options,
      Answering answering) {
    int[] first = answering.begin();
    int[] begun = AnswerForm.joined(prompt, first);
    Guidance guided = guidance == null ? null : guidance.followedBy(first);
    Generation drawn = generator.generate(cache, begun, guided, sampler, options, answering);
    followed(begun, guided);
    return answering.end(begun.length, drawn, cache.discarded());
  }

  /** An answer has followed this. */
  private void followed(int[] prompt, Guidance guidance) {
    lastPrompt = prompt;
    negative.followed(guidance == null ? null : guidance.prompt());
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
    Place place = form.place(prompt);
    samplers.forEach(sampler -> hold(sampler, form.begin(place, options)));
    List<Answering> answers = new ArrayList<>();
    int[] first = {};
    for (ChatListener listener : listeners) {
      Answering answering = form.answering(place, form.begun(prompt), options, listener);
      first = answering.begin();
      answers.add(answering);
    }
    int[] begun = AnswerForm.joined(prompt.ids(), first);
    Guidance guidance = guidance(messages);
    Guidance guided = guidance == null ? null : guidance.followedBy(first);
    List<Generation> drawn =
        generator.alternatives(cache, begun, guided, samplers, form.options(options), answers);
    followed(begun, guided);
    List<Reply> replies = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      replies.add(answers.get(i).end(begun.length, drawn.get(i), cache.discarded()));
    }
    return replies;
  }

  /** Tokens of an answer without the one that ended it. */
  static int[] withoutEnd(int[] ids, Tokenizer tokenizer) {
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
    List<Message> before = messages.subList(0, messages.size() - 1);
    Drawn drawn = messages.equals(answered) ? lastReply : null;
    byte[] cut = drawn == null ? new byte[0] : cutCharacter(drawn.ids(), options);
    int[] prompt = openPrompt(messages);
    Guidance guidance = guidance(messages);
    Reply whole;
    if (drawn == null) {
      whole = goOnFrom(begun, prompt, guidance, sampler, options, listener);
    } else {
      RenderedPrompt asked = format.prompt(before, true);
      Place place = form.place(asked);
      boolean closed = place == Place.THINKING && options.thinkingBudget() == 0;
      if (options.grammar() != null) {
        Place first = closed ? Place.CLOSED : place;
        sampler.hold(options.grammar().goOn(reasoning, first, drawn.ids(), form.shown(options)));
      }
      drawn = drawn.without(cut);
      String text = (closed ? reasoning.closing() : "") + drawn.text();
      Answering answering =
          form.answering(place, form.begun(asked), options, listener)
              .behind(text, without(begun.content(), cut));
      Generator.Options behind = form.options(options).behind(cut);
      whole = reply(prompt, guidance, sampler, behind, answering);
    }
    remember(before, whole, drawn);
    return whole;
  }

  /** Bytes of a character that tokens end within. */
  private byte[] cutCharacter(int[] ids, Options options) {
    StreamingDecoder pieces = new StreamingDecoder(tokenizer, form.shown(options)::get);
    for (int id : ids) {
      pieces.accept(id);
    }
    return pieces.held();
  }

  /** A text without what stands at its end for a character of which only these bytes have come. */
  private static String without(String text, byte[] cut) {
    String sign = new String(cut, StandardCharsets.UTF_8);
    return text.endsWith(sign) ? text.substring(0, text.length() - sign.length()) : text;
  }

  /** Goes on with an answer of which the words are known, and not how they were drawn. */
  private Reply goOnFrom(
      Message begun,
      int[] prompt,
      Guidance guidance,
      SamplerChain sampler,
      Options options,
      ChatListener listener) {
    boolean thinks = AnswerForm.thinks(begun);
    Place place = thinks ? Place.THINKING : Place.ANSWER;
    hold(sampler, form.goOn(begun, options));
    Answering answering = form.answering(place, "", options, listener).resumed();
    Answering behind = thinks ? answering : answering.behind(begun.content(), begun.content());
    Reply more = reply(prompt, guidance, sampler, form.options(options), behind);
    return more.after(begun, more.message().content());
  }

  /** Takes one of several alternatives for the last answer. */
  public void chose(List<Message> messages, Reply reply) {
    remember(messages, reply, Drawn.NOTHING);
  }

  /**
   * An answer was given.
   *
   * @param begun what it went on from; null if that is not known
   */
  private void remember(List<Message> before, Reply reply, Drawn begun) {
    // What a stop string ended has tokens of it, which nobody should go on from.
    boolean usable = reply.stop() != StopReason.WORD;
    answered = usable ? new ArrayList<>(before) : List.of();
    if (usable) {
      answered.add(reply.message());
    }
    lastAnswer = withoutEnd(reply.ids(), tokenizer);
    lastReply = begun == null ? null : begun.and(lastAnswer, reply.text());
  }

  /** The tokens after which the model speaks next: of an answer that stands last, its end. */
  public int[] openPrompt(List<Message> messages) {
    return openPrompt(messages, messages.equals(answered) ? lastPrompt : null);
  }

  /**
   * Likewise.
   *
   * @param followed the tokens that the last answer, if it is the last message, followed; or null
   */
  private int[] openPrompt(List<Message> messages, int[] followed) {
    Message last = messages.getLast();
    if (!last.is(Message.ASSISTANT)) {
      return format.prompt(messages, true).ids();
    }
    if (followed != null) {
      return AnswerForm.joined(followed, lastAnswer);
    }
    RenderedPrompt begun = format.prompt(messages.subList(0, messages.size() - 1), true);
    return AnswerForm.joined(begun.ids(), form.words(last, begun));
  }

  /** Logits of what comes next, for which only what is new is read; null if cancelled. */
  public float[] next(List<Message> messages, ChatListener listener) {
    int[] rest = cache.prepare(openPrompt(messages), 0);
    return generator.read(cache.sequence(), rest, guidance(messages), listener);
  }
}
