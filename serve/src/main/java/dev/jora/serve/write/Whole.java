package dev.jora.serve.write;

import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.Generation;
import dev.jora.engine.StopReason;
import java.util.ArrayList;
import java.util.List;

/** A text as far as its events have come. */
public final class Whole {
  private final int promptTokens;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thoughts = new StringBuilder();
  private final List<DrawnToken> tokens = new ArrayList<>();
  private final List<ToolCall> calls = new ArrayList<>();
  private final long start = System.nanoTime();
  private long firstToken;
  private int slot = -1;
  private int cached;
  private int drawn;
  private Generation generation;

  Whole(int promptTokens) {
    this.promptTokens = promptTokens;
  }

  void accept(Event event) {
    switch (event) {
      case Event.Begun e -> {
        slot = e.slot();
        cached = e.cached();
      }
      case Event.Piece e -> {
        text.append(e.text());
        drew(e.tokens(), e.drawn());
      }
      case Event.Thought e -> {
        thoughts.append(e.text());
        drew(e.tokens(), e.drawn());
      }
      case Event.Called e -> calls.add(e.call());
      case Event.End e -> {
        generation = e.generation();
        drawn = generation.ids().length;
      }
      case Event.Fault e -> throw e.cause();
      case Event.Progress e -> {}
      case Event.Call e -> {}
      case Event.Arguments e -> {}
      case Event.Broken e -> {}
    }
  }

  private void drew(List<DrawnToken> more, int count) {
    if (firstToken == 0 && count > 0) {
      firstToken = System.nanoTime();
    }
    tokens.addAll(more);
    drawn = count;
  }

  /** True at the end. */
  public boolean isEnded() {
    return generation != null;
  }

  /** What is shown so far. */
  public String text() {
    return text.toString();
  }

  /** What the model thought; empty if nothing. */
  public String thoughts() {
    return thoughts.toString();
  }

  /** Calls of tools. */
  public List<ToolCall> calls() {
    return calls;
  }

  /** Tokens drawn, as far as events have told of them, but for one that ended the text. */
  public List<DrawnToken> tokens() {
    return tokens;
  }

  /** The place that it has. */
  public int slot() {
    return slot;
  }

  /** Tokens of the prompt. */
  public int promptTokens() {
    return promptTokens;
  }

  /** Of these, had without reading. */
  public int cached() {
    return cached;
  }

  /** How many tokens were drawn. */
  public int drawn() {
    return drawn;
  }

  /** Why it ended. */
  public StopReason stop() {
    return generation.stop();
  }

  /** The stop string that ended it; empty for none. */
  public String stopWord() {
    return generation.stopWord() == null ? "" : generation.stopWord();
  }

  /** Nanoseconds until the first token. */
  public long promptNanos() {
    if (generation != null) {
      return generation.timings().promptNanos();
    }
    return (firstToken == 0 ? System.nanoTime() : firstToken) - start;
  }

  /** Nanoseconds since then. */
  public long drawnNanos() {
    if (generation != null) {
      return generation.timings().evalNanos();
    }
    return firstToken == 0 ? 0 : System.nanoTime() - firstToken;
  }

  /** Nanoseconds since it was asked for. */
  public long nanos() {
    return System.nanoTime() - start;
  }
}
