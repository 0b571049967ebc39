package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.StopReason;
import dev.jora.engine.TextStream;
import dev.jora.tokenizer.Tokenizer;
import java.util.BitSet;

/** One answer in progress: tells thinking from answer, and ends thinking that takes too long. */
final class Answering implements GenerationListener, ReplySplitter.Sink {
  private final Tokenizer tokenizer;
  private final Place place;
  private final ChatListener listener;
  private final ReplySplitter splitter;
  private final StringBuilder content = new StringBuilder();
  private final BitSet thought = new BitSet(); // which of the tokens drawn
  private int drawn;
  private int budget;

  /**
   * An answer that nothing is known of yet.
   *
   * @param place where it begins
   * @param budget the most tokens to think; −1 for no limit
   */
  Answering(
      Tokenizer tokenizer,
      ReasoningFormat reasoning,
      Place place,
      int budget,
      ChatListener listener) {
    this.tokenizer = tokenizer;
    this.place = place;
    this.budget = budget;
    this.listener = listener;
    this.splitter = ReplySplitter.of(reasoning, place, this);
  }

  /** It goes on in the middle of something. */
  Answering resumed() {
    splitter.resumed();
    return this;
  }

  /** Tokens that end the prompt's thinking where none is wanted and it has begun; else none. */
  int[] begin() {
    if (place != Place.THINKING || budget != 0) {
      return new int[0];
    }
    splitter.accept(splitter.closingText());
    return closeThinking();
  }

  /** The answer that was drawn after a prompt, less tokens that were cut out to make room. */
  Reply end(int promptTokens, Generation drawn, int discarded) {
    splitter.finish();
    boolean ended = drawn.stop() == StopReason.EOS || drawn.stop() == StopReason.WORD;
    String words = ended ? content.toString().stripTrailing() : content.toString();
    return new Reply(
        new Message(Message.ASSISTANT, words, splitter.reasoning()),
        drawn.ids(),
        drawn.stop(),
        drawn.stopWord(),
        drawn.timings(),
        promptTokens,
        promptTokens + Chat.withoutEnd(drawn.ids(), tokenizer).length - discarded);
  }

  /** The tokens that say that the model has thought enough. */
  private int[] closeThinking() {
    budget = -1;
    return tokenizer.encode(splitter.closingText(), false, true);
  }

  @Override
  public void prompt(int done, int total) {
    listener.prompt(done, total);
  }

  @Override
  public void token(int id, float[] logits) {
    listener.token(id, logits);
    if (splitter.isThinking()) {
      thought.set(drawn);
    }
    drawn++;
  }

  @Override
  public void taken(int count) {
    drawn -= count;
    thought.clear(drawn, drawn + count);
    listener.taken(count);
  }

  @Override
  public void goesOn(TextStream stream) {
    boolean thinksTooLong = budget >= 0 && splitter.isThinking() && thought.cardinality() >= budget;
    if (thinksTooLong && !listener.cancelled()) {
      stream.force(closeThinking());
    }
    if (!stream.isEnded()) {
      listener.goesOn(stream);
    }
  }

  @Override
  public void text(String piece) {
    splitter.accept(piece);
  }

  @Override
  public boolean cancelled() {
    return listener.cancelled();
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
