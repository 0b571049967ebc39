package dev.jora.serve.schedule;

import dev.jora.engine.TextStream;
import dev.jora.model.Sequence;

/** A job in the queue or at work. */
public final class Ticket {
  final Job job;
  Sequence sequence;
  Sequence negative;
  TextStream stream;
  int slot = -1;
  int cached;
  private volatile boolean cancelled;
  private Runnable wake = () -> {};

  Ticket(Job job) {
    this.job = job;
  }

  void onCancel(Runnable action) {
    wake = action;
  }

  /** Nobody wants the text any more. Any thread may say so. */
  public void cancel() {
    cancelled = true;
    wake.run();
  }

  boolean isCancelled() {
    return cancelled || job.follower().cancelled();
  }

  /** True while the prompt is being read. */
  boolean isReading() {
    return sequence != null && sequence.length() < job.prompt().length;
  }
}
