package dev.jora.cli;

import dev.jora.engine.GenerationListener;
import dev.jora.sampling.Logprobs;
import java.util.ArrayList;
import java.util.List;

/** Follows a run: prints text as it comes, and notes log-probabilities. */
final class RunFollower implements GenerationListener {
  /** Prompts of more tokens take long enough to say how far they are read. */
  private static final int LONG_PROMPT = 512;

  private final Output out;
  private final int logprobs;
  private final Interrupt interrupt;
  private final CommonOptions common;
  private final List<List<Logprobs.Entry>> tops = new ArrayList<>();
  private final List<Logprobs.Entry> chosen = new ArrayList<>();

  /**
   * A follower of one run.
   *
   * @param out where text goes; null for nowhere
   * @param logprobs how many of the likeliest tokens of each step are noted
   */
  RunFollower(Output out, int logprobs, Interrupt interrupt, CommonOptions common) {
    this.out = out;
    this.logprobs = logprobs;
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
  public void prompt(int done, int total) {
    if (Terminal.stderr() && !common.quiet && total > LONG_PROMPT) {
      String line = done < total ? "prompt: " + done + " of " + total + " tokens" : "";
      common.err().print("\r\u001b[K" + line);
      common.err().flush();
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
  public void text(String piece) {
    if (out != null) {
      out.print(piece).flush();
    }
  }

  @Override
  public boolean cancelled() {
    return interrupt.requested();
  }
}
