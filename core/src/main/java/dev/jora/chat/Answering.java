package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolIds;
import dev.jora.chat.tools.ToolSink;
import dev.jora.chat.tools.ToolSplitter;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.StopReason;
import dev.jora.engine.TextStream;
import dev.jora.tokenizer.Tokenizer;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.List;

/** One answer in progress: tells thinking from answer, and ends thinking that takes too long. */
final class Answering implements GenerationListener, ReplySplitter.Sink, ToolSink {
  private final Tokenizer tokenizer;
  private final Place place;
  private final ChatListener listener;
  private final ReplySplitter splitter;

  /** Takes calls out of the answer; null where there are no tools. */
  private final ToolSplitter tools;

  private final StringBuilder content = new StringBuilder();
  private final BitSet thought = new BitSet(); // which of the tokens drawn
  private int drawn;
  private int budget;

  /** What was said before, as far as what is said still begins with it: nobody hears it again. */
  private String heard = "";

  /** True while what was thought before is taken again. */
  private boolean known;

  /** True if thinking that the prompt has begun is to be ended where none is wanted. */
  private boolean closes = true;

  /**
   * An answer that nothing is known of yet.
   *
   * @param place where it begins
   * @param format with the tools that may be called
   * @param begun what the prompt has of the first call
   * @param budget the most tokens to think; −1 for no limit
   */
  Answering(
      Tokenizer tokenizer,
      ChatFormat format,
      Place place,
      String begun,
      int budget,
      ChatListener listener) {
    this.tokenizer = tokenizer;
    this.place = place;
    this.budget = budget;
    this.listener = listener;
    boolean calls = format.tools().areOffered();
    this.splitter =
        ReplySplitter.of(format.reasoning(), place, calls, calls ? new Words(this) : this);
    this.tools =
        calls
            ? new ToolSplitter(
                format.toolFormat(), format.tools(), begun, new ToolIds(new SecureRandom()), this)
            : null;
  }

  /** It goes on in the middle of something. */
  Answering resumed() {
    splitter.resumed();
    return this;
  }

  /**
   * It goes on behind what there is of it. Calls are heard of again: what was cut was text, and may
   * become a call now.
   *
   * @param text with its markers
   * @param said what was heard of that
   */
  Answering behind(String text, String said) {
    heard = said;
    known = true;
    splitter.accept(text);
    known = false;
    closes = false;
    return this;
  }

  /** Tokens that end the prompt's thinking where none is wanted and it has begun; else none. */
  int[] begin() {
    if (!closes || place != Place.THINKING || budget != 0) {
      return new int[0];
    }
    splitter.accept(splitter.closingText());
    return closeThinking();
  }

  /** The answer that was drawn after a prompt, less tokens that were cut out to make room. */
  Reply end(int promptTokens, Generation drawn, int discarded) {
    splitter.finish();
    if (tools != null) {
      tools.finish();
      tools.notes().forEach(listener::note);
    }
    boolean ended = drawn.stop() == StopReason.EOS || drawn.stop() == StopReason.WORD;
    String words = ended ? content.toString().stripTrailing() : content.toString();
    return new Reply(
        new Message(Message.ASSISTANT, words, splitter.reasoning())
            .calling(tools == null ? List.of() : tools.calls()),
        drawn.text(),
        drawn.ids(),
        drawn.stop(),
        drawn.stopWord(),
        drawn.timings(),
        drawn.complete(),
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
    if (!known) {
      listener.thinking(text);
    }
  }

  /** Tokenizers put a space before a word, also before the first of an answer. */
  @Override
  public void content(String text) {
    boolean first = content.isEmpty() && place != Place.ANSWER;
    String words = first ? text.stripLeading() : text;
    if (!words.isEmpty()) {
      content.append(words);
      tell(words);
    }
  }

  private void tell(String words) {
    int from = content.length() - words.length();
    int same = 0;
    while (same < words.length()
        && heard.startsWith(words.substring(same, same + 1), from + same)) {
      same++;
    }
    if (same < words.length()) {
      heard = ""; // from here on it is another text
      listener.text(words.substring(same));
    }
  }

  @Override
  public void call(int index, String id, String name) {
    listener.call(index, id, name);
  }

  @Override
  public void arguments(int index, String text) {
    listener.arguments(index, text);
  }

  @Override
  public void called(int index, ToolCall call) {
    listener.called(index, call);
  }

  @Override
  public void broken(int index) {
    listener.broken(index);
  }

  /** The answer on its way to where calls are taken out of it. */
  private record Words(Answering answering) implements ReplySplitter.Sink {
    @Override
    public void thinking(String text) {
      answering.thinking(text);
    }

    @Override
    public void content(String text) {
      answering.tools.accept(text);
    }
  }
}
