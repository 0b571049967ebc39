package dev.jora.cli;

import dev.jora.chat.ChatListener;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.sampling.Logprobs;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows a run: prints text as it comes, and notes log-probabilities. What is thought before an
 * answer is for people, on stderr.
 */
final class RunFollower implements ChatListener {
  /** Prompts of more tokens take long enough to say how far they are read. */
  private static final int LONG_PROMPT = 512;

  private final Output out;
  private final int logprobs;
  private final boolean showsThinking;
  private final Interrupt interrupt;
  private final CommonOptions common;
  private final List<List<Logprobs.Entry>> tops = new ArrayList<>();
  private final List<Logprobs.Entry> chosen = new ArrayList<>();
  private boolean thinks;

  /**
   * A follower of one run.
   *
   * @param out where text goes; null for nowhere
   * @param logprobs how many of the likeliest tokens of each step are noted
   * @param folds true: what is thought is not shown
   */
  RunFollower(Output out, int logprobs, boolean folds, Interrupt interrupt, CommonOptions common) {
    this.out = out;
    this.logprobs = logprobs;
    this.showsThinking = !folds && common.showsPassing();
    this.interrupt = interrupt;
    this.common = common;
  }

  /** Of every token drawn, what it was chosen with; empty unless that is wanted. */
  List<Logprobs.Entry> chosen() {
    return chosen;
  }

  /** Of every token drawn, the likeliest at its place; likewise. */
  List<List<Logprobs.Entry>> tops() {
    return tops;
  }

  @Override
  public void note(String sentence) {
    common.warn("%s", sentence);
  }

  @Override
  public void prompt(int done, int total) {
    if (total > LONG_PROMPT) {
      common.passing(done < total ? "prompt: " + done + " of " + total + " tokens" : "");
    }
  }

  @Override
  public void token(int id, float[] logits) {
    if (logprobs > 0) {
      chosen.add(Logprobs.of(logits, id));
      tops.add(Logprobs.top(logits, logprobs));
    }
  }

  @Override
  public void taken(int count) {
    if (logprobs > 0) {
      chosen.subList(chosen.size() - count, chosen.size()).clear();
      tops.subList(tops.size() - count, tops.size()).clear();
    }
  }

  @Override
  public void thinking(String piece) {
    if (showsThinking) {
      thinks = true;
      common.err().print(piece);
      common.err().flush();
    }
  }

  @Override
  public void text(String piece) {
    if (thinks) {
      thinks = false;
      common.err().println("\n");
      common.err().flush();
    }
    if (out != null) {
      out.print(piece).flush();
    }
  }

  @Override
  public boolean cancelled() {
    return interrupt.requested();
  }
}
