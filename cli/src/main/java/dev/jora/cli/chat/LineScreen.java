package dev.jora.cli.chat;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.cli.terminal.Columns;
import dev.jora.cli.terminal.Mark;
import dev.jora.cli.terminal.MarkdownPrinter;
import dev.jora.cli.terminal.PlainPrinter;
import dev.jora.cli.terminal.Style;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;

/** A conversation in a terminal, by JLine: the line can be edited, completed and recalled. */
final class LineScreen implements ChatScreen {
  private static final int NARROWEST = 20;

  /** Where a line begins as an answer ends, one Ctrl+C can arrive both as a signal and as a key. */
  private static final long ONE_PRESS_NANOS = 30_000_000;

  private static final String NEW_LINE = "jora-new-line";
  private static final String ACCEPT = "jora-accept-line";
  private static final String SUSPEND = "jora-suspend";

  /** JLine's opinions on terminals, with stack traces: not on the screen. */
  private static final Logger LOG = Logger.getLogger("org.jline");

  /** Bracketed paste off. */
  private static final String NO_PASTE = "\u001b[?2004l";

  private final org.jline.terminal.Terminal terminal;
  private final LineReader reader;
  private final Style style;
  private final boolean plain;
  private final Interrupt interrupt;
  private final CommonOptions common;
  private volatile boolean cancelled;
  private Attributes cooked;
  private boolean suspended; // the line's reading ended for that
  private boolean progressShown;
  private long warned; // when; 0: not

  /**
   * A screen on the process's terminal.
   *
   * @param history a file of what was typed, or null for none
   * @param plain true: answers are shown as they come, not as Markdown
   */
  LineScreen(
      ChatCompleter completer,
      Path history,
      Style style,
      boolean plain,
      Interrupt interrupt,
      CommonOptions common) {
    LOG.setLevel(Level.OFF);
    this.interrupt = interrupt;
    this.style = style;
    this.plain = plain;
    this.common = common;
    try {
      terminal = TerminalBuilder.builder().system(true).name("jora").graphemeCluster(false).build();
    } catch (IOException e) {
      throw new UserException("the terminal cannot be used: " + e.getMessage(), e);
    }
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("jora")
            .parser(new ChatLineParser())
            .completer(completer)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, ". ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
            .option(LineReader.Option.INSERT_TAB, false);
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    reader = builder.build();
    Widget newLine =
        () -> {
          reader.getBuffer().write('\n');
          return true;
        };
    Widget accept =
        () -> {
          if (!MultiLine.goesOn(reader.getBuffer().toString())) {
            reader.callWidget(LineReader.ACCEPT_LINE);
            return true;
          }
          reader.getBuffer().cursor(reader.getBuffer().length());
          return reader.getBuffer().backspace() && newLine.apply();
        };
    reader.getWidgets().put(NEW_LINE, newLine);
    reader.getWidgets().put(ACCEPT, accept);
    reader.getWidgets().put(SUSPEND, this::endForSuspension);
    KeyMap<Binding> keys = reader.getKeyMaps().get(LineReader.MAIN);
    keys.bind(new Reference(NEW_LINE), KeyMap.alt('\r'), KeyMap.alt('\n'));
    keys.bind(new Reference(ACCEPT), "\r", "\n");
    keys.bind(new Reference(SUSPEND), KeyMap.ctrl('Z'));
    terminal.handle(Signal.INT, signal -> cancelled = true);
    terminal.handle(Signal.CONT, signal -> beQuietAgain());
  }

  @Override
  public String read() {
    while (true) {
      try {
        String line = line(style.styled("> ", Mark.STRONG), "");
        warned = 0;
        return line;
      } catch (UserInterruptException e) {
        if (!e.getPartialLine().isEmpty()) {
          warned = 0;
        } else if (warned == 0) {
          note("Ctrl+C again, Ctrl+D or /exit leaves");
          warned = System.nanoTime();
        } else if (System.nanoTime() - warned > ONE_PRESS_NANOS) {
          return null;
        }
      } catch (EndOfFileException e) {
        return null;
      }
    }
  }

  @Override
  public String ask(String question, String text) {
    try {
      return MultiLine.text(line(style.styled(question, Mark.STRONG), text));
    } catch (UserInterruptException | EndOfFileException e) {
      return null;
    }
  }

  private String line(String prompt, String text) {
    progress("");
    reset();
    Thread.interrupted(); // by a Ctrl+C that came too late for what it was meant for
    String begun = text;
    while (true) {
      try {
        return reader.readLine(prompt, null, (Character) null, begun);
      } catch (EndOfFileException e) {
        if (!suspended) {
          throw e;
        }
        suspended = false;
        begun = reader.getBuffer().toString();
        Suspension.suspend();
      }
    }
  }

  /** JLine gives the terminal back as a line ends; reading goes on with the same words. */
  private boolean endForSuspension() {
    suspended = true;
    throw new EndOfFileException();
  }

  @Override
  public void note(String line) {
    if (!common.isQuiet()) {
      Columns.wrapped(Text.plain(line), columns())
          .forEach(each -> print(style.styled(each, Mark.FAINT) + "\n"));
    }
  }

  @Override
  public void show(List<String> lines) {
    for (String line : lines) {
      boolean fits = Columns.of(Style.stripped(line)) <= columns();
      List<String> rows = fits ? List.of(line) : Columns.wrappedRow(line, columns());
      rows.forEach(row -> print(row + "\n"));
    }
  }

  private void print(String text) {
    progress("");
    terminal.writer().print(text);
    terminal.flush();
  }

  @Override
  public void copy(String text) {
    String coded = Base64.getEncoder().encodeToString(Utf8.encode(text));
    terminal.writer().print("\u001b]52;c;" + coded + "\u0007");
    terminal.flush();
  }

  @Override
  public AnswerPrinter answer() {
    return plain
        ? new PlainPrinter(true, this::print)
        : new MarkdownPrinter(style, this::columns, this::print);
  }

  @Override
  public void progress(String line) {
    if (progressShown || !line.isEmpty()) {
      terminal.writer().print("\r\u001b[K" + style.styled(line, Mark.FAINT));
      terminal.flush();
      progressShown = !line.isEmpty();
    }
  }

  @Override
  public int columns() {
    int width = terminal.getColumns();
    return width <= 0 ? 80 : Math.max(NARROWEST, width);
  }

  @Override
  public Style style() {
    return style;
  }

  @Override
  public boolean isInteractive() {
    return true;
  }

  /**
   * Keys typed meanwhile are not shown; the next line begins with them. Signals stay on, unlike in
   * JLine's raw mode.
   */
  @Override
  public void begin() {
    cancelled = false;
    if (cooked == null) {
      cooked = terminal.getAttributes();
      beQuietAgain();
    }
  }

  /** Also when the process is in the foreground again. */
  private synchronized void beQuietAgain() {
    if (cooked != null) {
      Attributes quiet = new Attributes(cooked);
      quiet.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO), false);
      quiet.setLocalFlag(LocalFlag.ISIG, true);
      quiet.setControlChar(ControlChar.VMIN, 1);
      quiet.setControlChar(ControlChar.VTIME, 0);
      terminal.setAttributes(quiet);
    }
  }

  @Override
  public boolean cancelled() {
    return cancelled || interrupt.requested();
  }

  /** Gives the terminal back as it was; also while a line is being read, by another thread. */
  @Override
  public void close() {
    try {
      reset();
      terminal.puts(Capability.keypad_local);
      terminal.writer().print(NO_PASTE);
      terminal.flush();
      terminal.close();
    } catch (IOException e) {
      throw new UserException("the terminal cannot be given back: " + e.getMessage(), e);
    }
  }

  private synchronized void reset() {
    if (cooked != null) {
      terminal.setAttributes(cooked);
      cooked = null;
    }
  }
}
