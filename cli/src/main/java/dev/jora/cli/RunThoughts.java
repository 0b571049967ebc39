package dev.jora.cli;

import dev.jora.chat.ChatListener;
import dev.jora.engine.GenerationListener;

/** Hands on what is said; what is thought is for people, on stderr. */
final class RunThoughts implements ChatListener {
  private final GenerationListener listener;
  private final CommonOptions common;
  private final boolean shown;
  private boolean thinks;

  RunThoughts(GenerationListener listener, TemplateOptions template, CommonOptions common) {
    this.listener = listener;
    this.common = common;
    this.shown =
        Terminal.stderr() && !common.quiet && template.thinking != TemplateOptions.Thinking.HIDE;
  }

  @Override
  public void prompt(int done, int total) {
    listener.prompt(done, total);
  }

  @Override
  public void token(int id, float[] logits) {
    listener.token(id, logits);
  }

  @Override
  public void thinking(String piece) {
    if (shown) {
      thinks = true;
      common.err().print(piece);
      common.err().flush();
    }
  }

  @Override
  public void content(String piece) {
    if (thinks) {
      thinks = false;
      common.err().println("\n");
      common.err().flush();
    }
    listener.text(piece);
  }

  @Override
  public boolean cancelled() {
    return listener.cancelled();
  }
}
