package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolWriter;
import dev.jora.engine.Generator;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.GrammarState;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Trust;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a model's answers look, whoever draws them: what is shown, where they end, how they begin.
 */
final class AnswerForm {
  private static final int NO_SHIFT = -1; // whoever holds the context knows that

  private final ChatFormat format;
  private final Tokenizer tokenizer;
  private final ReasoningFormat reasoning;
  private final BitSet shown;

  AnswerForm(ChatFormat format, Tokenizer tokenizer) {
    this.format = format;
    this.tokenizer = tokenizer;
    this.reasoning = format.reasoning();
    this.shown = reasoning.shownControlTokens(tokenizer.vocab());
    if (format.tools().areOffered()) {
      shown.or(format.toolFormat().shownControlTokens(tokenizer.vocab()));
    }
  }

  /** The control tokens that are text of an answer. */
  BitSet shown(Chat.Options options) {
    return options.special() ? tokenizer.vocab().hidden() : shown;
  }

  /** When an answer stops and what it shows. */
  Generator.Options options(Chat.Options options) {
    List<String> stops = Stream.concat(options.stops().stream(), format.stops().stream()).toList();
    return new Generator.Options(
        options.maxTokens(), stops, shown(options)::get, NO_SHIFT, options.banned());
  }

  /** Where an answer to a prompt begins. */
  Place place(RenderedPrompt prompt) {
    return reasoning.placeAfter(prompt.text().string());
  }

  /** What the prompt has of the first call. */
  String begun(RenderedPrompt prompt) {
    boolean calls = format.tools().areOffered();
    return calls ? format.toolFormat().begunBy(prompt.text().string()) : "";
  }

  /** An answer that begins at a place. */
  Answering answering(Place place, String begun, Chat.Options options, ChatListener listener) {
    return new Answering(tokenizer, format, place, begun, options.thinkingBudget(), listener);
  }

  /** What holds a reply that begins at a place; null where there is no grammar. */
  GrammarState begin(Place place, Chat.Options options) {
    if (options.grammar() == null) {
      return null;
    }
    boolean closed = place == Place.THINKING && options.thinkingBudget() == 0;
    return options.grammar().begin(reasoning, closed ? Place.CLOSED : place, shown(options));
  }

  /**
   * What holds a reply behind words that are known, and not how they were drawn; null where there
   * is no grammar.
   */
  GrammarState goOn(Message begun, Chat.Options options) {
    if (thinks(begun)) {
      return begin(Place.THINKING, options);
    }
    return options.grammar() == null
        ? null
        : options.grammar().goOn(reasoning, begun.content(), shown(options));
  }

  /** True if all that there is of an answer is thinking. */
  static boolean thinks(Message begun) {
    return begun.content().isEmpty() && begun.reasoning() != null;
  }

  /** The tokens of an answer as the model would have written it, behind a prompt. */
  int[] words(Message answer, RenderedPrompt behind) {
    Place place = place(behind);
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
    String calls =
        answer.calls().isEmpty() ? "" : ToolWriter.calls(format.toolFormat(), answer.calls());
    return joined(ids, data(answer.content() + calls));
  }

  private int[] data(String text) {
    return tokenizer.encode(Utf8.encode(text), false, Trust.NONE);
  }

  static int[] joined(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
