package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolWriter;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.GrammarState;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Trust;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * An answer that somebody else's {@link dev.jora.engine.Engine} draws, as one of many: what a
 * {@link Chat} does before and behind. The engine's text has {@link #prompt}, {@link #options}, a
 * sampler that {@link #hold} has held, and {@link #listener}; its end goes to {@link #end}.
 */
public final class PreparedAnswer {
  private static final int NO_SHIFT = -1;

  private final int[] prompt;
  private final Answering answering;
  private final Generator.Options options;
  private final GrammarState state; // null: it is free

  private PreparedAnswer(
      int[] prompt, Answering answering, Generator.Options options, GrammarState state) {
    this.prompt = prompt;
    this.answering = answering;
    this.options = options;
    this.state = state;
  }

  /**
   * The next answer of a conversation; where the model's own words stand last, they are gone on
   * from, and are the first that the listener hears.
   *
   * @throws dev.jora.template.TemplateException if the template refuses the messages
   * @throws ChatException if there is no prompt, or words that stand last do not fit the grammar
   */
  public static PreparedAnswer of(
      ChatFormat format,
      Tokenizer tokenizer,
      List<Message> messages,
      Chat.Options options,
      ChatListener listener) {
    boolean goesOn = !messages.isEmpty() && messages.getLast().is(Message.ASSISTANT);
    List<Message> before = goesOn ? messages.subList(0, messages.size() - 1) : messages;
    RenderedPrompt rendered = format.prompt(before, true);
    String text = rendered.text().string();
    ReasoningFormat reasoning = format.reasoning();
    Place place = reasoning.placeAfter(text);
    boolean offered = format.tools().areOffered();
    BitSet shown = reasoning.shownControlTokens(tokenizer.vocab());
    if (offered) {
      shown.or(format.toolFormat().shownControlTokens(tokenizer.vocab()));
    }
    if (options.special()) {
      shown.or(tokenizer.vocab().hidden());
    }
    List<String> stops = Stream.concat(options.stops().stream(), format.stops().stream()).toList();
    Generator.Options drawn =
        new Generator.Options(options.maxTokens(), stops, shown::get, NO_SHIFT, options.banned());
    if (goesOn) {
      Message begun = messages.getLast();
      boolean thinks = begun.content().isEmpty() && begun.reasoning() != null;
      Place within = thinks ? Place.THINKING : Place.ANSWER;
      Answering answering =
          new Answering(tokenizer, format, within, "", options.thinkingBudget(), listener)
              .resumed();
      answering.text(thinks ? begun.reasoning() : begun.content());
      int[] words = words(format, tokenizer, begun, place);
      return new PreparedAnswer(
          joined(rendered.ids(), words),
          answering,
          drawn,
          options.grammar() == null
              ? null
              : thinks
                  ? options.grammar().begin(reasoning, within, shown)
                  : options.grammar().goOn(reasoning, begun.content(), shown));
    }
    String begun = offered ? format.toolFormat().begunBy(text) : "";
    Answering answering =
        new Answering(tokenizer, format, place, begun, options.thinkingBudget(), listener);
    boolean closed = place == Place.THINKING && options.thinkingBudget() == 0;
    return new PreparedAnswer(
        joined(rendered.ids(), answering.begin()),
        answering,
        drawn,
        options.grammar() == null
            ? null
            : options.grammar().begin(reasoning, closed ? Place.CLOSED : place, shown));
  }

  /** The tokens of an answer as the model would have written it, behind a prompt. */
  static int[] words(ChatFormat format, Tokenizer tokenizer, Message answer, Place behind) {
    ReasoningFormat reasoning = format.reasoning();
    Place place = behind;
    int[] ids = {};
    if (answer.reasoning() != null && reasoning != ReasoningFormat.NONE) {
      if (place != Place.THINKING) {
        ids = tokenizer.encode(reasoning.opens().getFirst() + "\n", false, true);
      }
      ids = joined(ids, data(tokenizer, answer.reasoning()));
      place = Place.THINKING;
    }
    if (place == Place.THINKING && !answer.content().isEmpty()) {
      ids = joined(ids, tokenizer.encode(reasoning.closing(), false, true));
    }
    String calls =
        answer.calls().isEmpty() ? "" : ToolWriter.calls(format.toolFormat(), answer.calls());
    return joined(ids, data(tokenizer, answer.content() + calls));
  }

  private static int[] data(Tokenizer tokenizer, String text) {
    return tokenizer.encode(Utf8.encode(text), false, Trust.NONE);
  }

  private static int[] joined(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  /** What is to be read before the first token is drawn. */
  public int[] prompt() {
    return prompt.clone();
  }

  /** When it stops and what it shows. */
  public Generator.Options options() {
    return options;
  }

  /** Holds a sampler to what the answer may be. */
  public void hold(SamplerChain sampler) {
    if (state != null) {
      sampler.hold(state);
    }
  }

  /** Follows the text as it is drawn. */
  public GenerationListener listener() {
    return answering;
  }

  /** The answer that was drawn. */
  public Reply end(Generation drawn) {
    return answering.end(prompt.length, drawn, 0);
  }
}
