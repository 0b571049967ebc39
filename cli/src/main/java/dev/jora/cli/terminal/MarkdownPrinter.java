package dev.jora.cli.terminal;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Shows an answer in Markdown while it is being made: CommonMark with the tables, tasks and struck
 * text of GitHub. What is shown does not depend on how the answer is cut into pieces. No line is
 * wider than the terminal, nothing but line ends and the style's codes controls it, and every
 * character that is no markup is shown, in order, but that cells of a table stand side by side.
 */
public final class MarkdownPrinter implements AnswerPrinter {
  private static final int TAB = 4;

  private final Wrapper wrapper;
  private final BlockParser blocks;
  private final Visible visible = new Visible(this::take);
  private boolean thinking;

  /**
   * @param style how marks look
   * @param width gives the columns of the terminal; is asked at the beginning of each line
   * @param out takes text for the terminal
   */
  public MarkdownPrinter(Style style, IntSupplier width, Consumer<String> out) {
    this.wrapper = new Wrapper(style, width, out);
    this.blocks = new BlockParser(wrapper, style);
  }

  @Override
  public void accept(String piece) {
    visible.accept(piece);
    wrapper.drain();
  }

  /** Thoughts are faint, their markup is left as it is, and an empty line follows them. */
  @Override
  public void thinking(boolean on) {
    if (on == thinking) {
      return;
    }
    endPart();
    thinking = on;
    wrapper.indent(Indent.NONE);
    wrapper.paragraphBreak();
    wrapper.drain();
  }

  @Override
  public void finish() {
    endPart();
    thinking = false;
    wrapper.restart();
    wrapper.drain();
  }

  private void endPart() {
    visible.end();
    if (!thinking) {
      blocks.end();
    }
    wrapper.end();
  }

  private void take(char c) {
    if (!thinking) {
      blocks.accept(c);
      return;
    }
    switch (c) {
      case '\n' -> thought();
      case '\t' -> wrapper.spaces(TAB, Mark.THINKING.bit());
      case ' ' -> wrapper.spaces(1, Mark.THINKING.bit());
      default -> wrapper.text(c, Mark.THINKING.bit());
    }
  }

  /** The end of a line of thoughts; of several empty lines one is shown. */
  private void thought() {
    if (wrapper.isOpen()) {
      wrapper.breakLine();
    } else {
      wrapper.paragraphBreak();
    }
  }
}
