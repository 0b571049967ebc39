package dev.jora.cli.chat;

import dev.jora.chat.tools.ToolCall;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.cli.terminal.Style;
import java.util.List;

/** Where a conversation takes place: a terminal with a line that can be edited, or a pipe. */
sealed interface ChatScreen extends AutoCloseable permits LineScreen, PipeScreen {
  /** What is said or commanded next, quotes included; null when nothing comes any more. */
  String read();

  /**
   * Asks for a line.
   *
   * @param text what stands there to be changed
   * @return null if nobody answers
   */
  String ask(String question, String text);

  /** Something about the conversation that is no part of it, and that -q silences. */
  void note(String line);

  /** What a command was asked to show or do, and what went wrong. */
  void show(List<String> lines);

  /** One line of it. */
  default void show(String line) {
    show(List.of(Text.message(line)));
  }

  /** The model calls a tool. */
  default void call(ToolCall call) {
    show("calls " + ToolOptions.words(call));
  }

  /**
   * What a tool found that was called.
   *
   * @return null if nobody says
   */
  default String result(ToolCall call) {
    return ask("result of " + call.name() + ": ", "");
  }

  /** Where an answer goes. */
  AnswerPrinter answer();

  /** Puts a text on the clipboard of whoever looks; in a pipe there is none. */
  default void copy(String text) {
    throw new UserException("there is no clipboard in a pipe");
  }

  /** A passing line in place of the last one, such as how far a prompt is read; empty for none. */
  void progress(String line);

  /** Columns of a line. */
  int columns();

  /** How marks look. */
  Style style();

  /** True if somebody looks and types. */
  boolean isInteractive();

  /** From now on, until the next question, Ctrl+C ends what is being done. */
  void begin();

  /** True if what is being done should end. */
  boolean cancelled();

  @Override
  void close();
}
