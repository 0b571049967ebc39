package dev.jora.cli.terminal;

/** Shows an answer while it is being made. Not for several threads at once. */
public interface AnswerPrinter {
  /** Takes the next piece of the answer, cut anywhere, and shows what is certain by now. */
  void accept(String piece);

  /** Begins or ends what a model thinks before it answers. */
  default void thinking(boolean on) {}

  /**
   * Shows all that is held back, ends the line if it is not empty, and leaves the terminal without
   * a style. The next piece begins a new answer.
   */
  void finish();
}
