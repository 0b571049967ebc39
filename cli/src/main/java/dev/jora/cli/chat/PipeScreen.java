package dev.jora.cli.chat;

import dev.jora.chat.tools.ToolCall;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.cli.terminal.PlainPrinter;
import dev.jora.cli.terminal.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A conversation in a pipe: a line in, an answer out, and nothing else on stdout. */
final class PipeScreen implements ChatScreen {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  /** What nobody wraps. */
  private static final int COLUMNS = 80;

  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final Output out = Output.standard();
  private final CommonOptions common;
  private final Interrupt interrupt;
  private boolean first = true;

  PipeScreen(Interrupt interrupt, CommonOptions common) {
    this.interrupt = interrupt;
    this.common = common;
  }

  @Override
  public String read() {
    try {
      String line = next("> ");
      if (line == null) {
        return null;
      }
      StringBuilder all = new StringBuilder(line);
      while (MultiLine.isQuoteOpen(all.toString()) || MultiLine.goesOn(line)) {
        if (MultiLine.goesOn(line) && !MultiLine.isQuoted(all.toString())) {
          all.setLength(all.length() - 1);
        }
        line = next(". ");
        if (line == null) {
          break;
        }
        all.append('\n').append(line);
      }
      return all.toString();
    } catch (IOException e) {
      throw new UserException("stdin cannot be read: " + e.getMessage(), e);
    }
  }

  private String next(String prompt) throws IOException {
    if (Terminal.stdin()) { // the answers go elsewhere
      common.err().print(prompt);
      common.err().flush();
    }
    String line = interrupt.requested() ? null : in.readLine();
    boolean marked = first && line != null && line.startsWith(BYTE_ORDER_MARK);
    first = false;
    return marked ? line.substring(1) : line;
  }

  @Override
  public String ask(String question, String text) {
    return null;
  }

  /** For the program at the other end. */
  @Override
  public void call(ToolCall call) {
    out.println(ToolOptions.line(call)).flush();
  }

  /** The next line, which is no command whatever it says. */
  @Override
  public String result(ToolCall call) {
    String line = read();
    return line == null ? null : MultiLine.text(line);
  }

  @Override
  public void note(String line) {
    common.info("%s", line);
  }

  @Override
  public void show(List<String> lines) {
    lines.forEach(common.err()::println);
    common.err().flush();
  }

  @Override
  public AnswerPrinter answer() {
    return new PlainPrinter(Terminal.stdout(), text -> out.print(text).flush());
  }

  @Override
  public void progress(String line) {
    common.passing(line);
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public Style style() {
    return Style.NONE;
  }

  @Override
  public boolean isInteractive() {
    return false;
  }

  @Override
  public void begin() {}

  @Override
  public boolean cancelled() {
    return interrupt.requested();
  }

  @Override
  public void close() {
    // whatever was printed has been flushed
  }
}
