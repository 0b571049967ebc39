package dev.jora.cli.chat;

import dev.jora.chat.ChatListener;
import dev.jora.cli.terminal.AnswerPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows an answer as it comes: what is thought dimmed or folded, then what is said. */
final class AnswerView implements ChatListener {
  /** Prompts that take longer than the eye notices say how far they are read. */
  private static final int LONG_PROMPT = 512;

  private final ChatScreen screen;
  private final boolean folds;
  private final AnswerPrinter printer;
  private final List<String> notes = new ArrayList<>();
  private long thinkingSince;
  private int pieces;
  private boolean thinks;
  private boolean begun;

  /**
   * The view of one answer.
   *
   * @param folds true: of what is thought only the time is shown
   */
  AnswerView(ChatScreen screen, boolean folds) {
    this.screen = screen;
    this.folds = folds;
    this.printer = screen.answer();
  }

  @Override
  public void prompt(int done, int total) {
    if (total > LONG_PROMPT) {
      screen.progress(done < total ? "reading " + done + " of " + total + " tokens" : "");
    }
  }

  @Override
  public void thinking(String piece) {
    if (!thinks) {
      thinks = true;
      thinkingSince = System.nanoTime();
      if (shows()) {
        printer.thinking(true);
      }
    }
    pieces++;
    if (shows()) {
      begun = true;
      printer.accept(piece);
    } else {
      screen.progress("thinking … " + pieces);
    }
  }

  /** In a pipe nothing but answers goes to stdout. */
  private boolean shows() {
    return screen.isInteractive() && !folds;
  }

  @Override
  public void text(String piece) {
    endThinking();
    begun = true;
    printer.accept(piece);
  }

  @Override
  public void call(int index, String id, String name) {
    endThinking();
    begun = true; // what is called is told when it is whole
    screen.progress("calling " + name + " …");
  }

  @Override
  public void broken(int index) {
    screen.progress("");
  }

  @Override
  public void note(String sentence) {
    notes.add(sentence);
  }

  private void endThinking() {
    if (!thinks) {
      return;
    }
    thinks = false;
    if (shows()) {
      printer.thinking(false);
      return;
    }
    screen.progress("");
    if (screen.isInteractive()) {
      double seconds = (System.nanoTime() - thinkingSince) / 1e9;
      screen.note(String.format(Locale.ROOT, "(thought for %.1f s)", seconds));
    }
  }

  @Override
  public boolean cancelled() {
    return screen.cancelled();
  }

  /** The answer has ended. */
  void finish() {
    screen.progress("");
    endThinking();
    if (!begun) {
      printer.accept("\n"); // whoever counts lines gets one for every question
    }
    printer.finish();
    notes.forEach(screen::show);
  }

  /** There is no answer: something went wrong. */
  void abandon() {
    screen.progress("");
    endThinking();
    printer.finish();
  }
}
