package dev.jora.cli.terminal;

import java.util.function.Consumer;

/** Shows an answer as it is, without wrapping; on a terminal control characters are made safe. */
public final class PlainPrinter implements AnswerPrinter {
  private final Consumer<String> out;
  private final StringBuilder ready = new StringBuilder();
  private final Visible visible = new Visible(this::take);
  private final boolean safe;
  private char last = '\n';

  /**
   * @param safe whether control characters are shown instead of sent, as a terminal needs it
   * @param out takes the text
   */
  public PlainPrinter(boolean safe, Consumer<String> out) {
    this.safe = safe;
    this.out = out;
  }

  @Override
  public void accept(String piece) {
    if (safe) {
      visible.accept(piece);
    } else if (!piece.isEmpty()) {
      ready.append(piece);
      last = piece.charAt(piece.length() - 1);
    }
    drain();
  }

  /** Without styles, thinking stands between two lines, as in llama.cpp. */
  @Override
  public void thinking(boolean on) {
    accept(on ? "[Start thinking]\n" : (last == '\n' ? "" : "\n") + "[End thinking]\n\n");
  }

  @Override
  public void finish() {
    visible.end();
    if (last != '\n') {
      take('\n');
    }
    drain();
  }

  private void take(char c) {
    ready.append(c);
    last = c;
  }

  private void drain() {
    if (!ready.isEmpty()) {
      out.accept(ready.toString());
      ready.setLength(0);
    }
  }
}
