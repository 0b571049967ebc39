package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Generator;
import dev.jora.grammar.GrammarState;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Tokenizer;
import java.util.List;

/**
 * An answer that somebody else's {@link dev.jora.engine.Engine} draws, as one of many: what a
 * {@link Chat} does before and behind. The engine's text has {@link #prompt}, {@link #options}, a
 * sampler that {@link #hold} has held, and {@link #listener}; its end goes to {@link #end}.
 */
public final class PreparedAnswer {
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
    AnswerForm form = new AnswerForm(format, tokenizer);
    boolean goesOn = !messages.isEmpty() && messages.getLast().is(Message.ASSISTANT);
    return goesOn
        ? goOn(form, format, messages, options, listener)
        : next(form, format.prompt(messages, true), options, listener);
  }

  private static PreparedAnswer next(
      AnswerForm form, RenderedPrompt prompt, Chat.Options options, ChatListener listener) {
    Place place = form.place(prompt);
    Answering answering = form.answering(place, form.begun(prompt), options, listener);
    return new PreparedAnswer(
        AnswerForm.joined(prompt.ids(), answering.begin()),
        answering,
        form.options(options),
        form.begin(place, options));
  }

  private static PreparedAnswer goOn(
      AnswerForm form,
      ChatFormat format,
      List<Message> messages,
      Chat.Options options,
      ChatListener listener) {
    Message begun = messages.getLast();
    RenderedPrompt prompt = format.prompt(messages.subList(0, messages.size() - 1), true);
    boolean thinks = AnswerForm.thinks(begun);
    Place within = thinks ? Place.THINKING : Place.ANSWER;
    Answering answering = form.answering(within, "", options, listener).resumed();
    answering.text(thinks ? begun.reasoning() : begun.content());
    int[] words = AnswerForm.joined(prompt.ids(), form.words(begun, prompt));
    return new PreparedAnswer(
        AnswerForm.joined(words, answering.begin()),
        answering,
        form.options(options),
        form.goOn(begun, options));
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
