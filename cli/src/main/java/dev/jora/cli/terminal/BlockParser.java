package dev.jora.cli.terminal;

import dev.jora.cli.terminal.LineStart.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows Markdown line by line as it comes. The beginning of a line is held back until it is sure
 * what it begins; so is a row until it ends, and the first until the next line shows whether it is
 * the head of a table. Ends of lines in a paragraph and blanks at their beginning stay, as models
 * write verses and code that way, and seldom wrap lines.
 */
final class BlockParser implements CharSink {
  private static final int TAB = 4;

  /** A longer beginning that is still not sure is text. */
  private static final int LONGEST_HEAD = 256;

  private enum Mode {
    HEAD,
    TEXT,
    HEADING,
    ROW,
    INDENTED,
    CODE_HEAD,
    CODE
  }

  private final Wrapper wrapper;
  private final InlineParser inline;
  private final Style style;
  private final StringBuilder head = new StringBuilder();

  private List<Container> containers = List.of();
  private Mode mode = Mode.HEAD;
  private boolean paragraph;
  private Kind last = Kind.BLANK;
  private int blanks;
  private int underlined; // columns of the paragraph that ended just now, or 0
  private CodeBlock code;
  private String maybeHead; // a row that may be the head of a table
  private Table table;
  private final CodeText codeText;
  private Heading heading;

  BlockParser(Wrapper wrapper, Style style) {
    this.wrapper = wrapper;
    this.style = style;
    inline = new InlineParser(wrapper);
    codeText = new CodeText(wrapper);
  }

  @Override
  public void accept(char c) {
    if (c == '\n') {
      endLine();
      return;
    }
    switch (mode) {
      case HEAD -> {
        addToHead(c);
        tell(false);
      }
      case CODE_HEAD -> {
        addToHead(c);
        tellCode(false);
      }
      case TEXT -> inline.accept(c);
      case HEADING -> heading.accept(c);
      case ROW -> head.append(c);
      case INDENTED, CODE -> codeText.accept(c);
    }
  }

  /** Shows all that is held back, and begins anew. */
  void end() {
    boolean atBegin = mode == Mode.HEAD || mode == Mode.CODE_HEAD;
    if (!atBegin || !head.isEmpty()) {
      endLine();
    }
    if (code != null) {
      wrapper.end();
      endCode();
    }
    endBlock();
    containers = List.of();
    last = Kind.BLANK;
    blanks = 0;
    mode = Mode.HEAD;
  }

  private void addToHead(char c) {
    if (c == '\t') {
      head.repeat(' ', TAB - head.length() % TAB);
    } else {
      head.append(c);
    }
  }

  private void endLine() {
    switch (mode) {
      case HEAD -> tell(true);
      case CODE_HEAD -> tellCode(true);
      default -> {}
    }
    switch (mode) {
      case TEXT -> {
        inline.accept('\n');
        mode = Mode.HEAD;
      }
      case HEADING -> {
        heading.end();
        mode = Mode.HEAD;
      }
      case ROW -> {
        row();
        mode = Mode.HEAD;
      }
      case INDENTED -> {
        wrapper.breakLine();
        mode = Mode.HEAD;
      }
      case CODE -> {
        boolean closed = code.isFormula() && codeText.closes(code);
        wrapper.breakLine();
        mode = Mode.CODE_HEAD;
        if (closed) {
          endCode();
        }
      }
      case HEAD, CODE_HEAD -> {}
    }
  }

  /** Finds out what the line is, if that is sure by now. */
  private void tell(boolean complete) {
    boolean forced = head.length() > LONGEST_HEAD;
    boolean open = paragraph || inRows();
    LineStart start = LineReader.read(head, complete || forced, open, containers);
    if (start == null) {
      return;
    }
    Kind kind = forced && !complete && start.kind().isWhole() ? Kind.TEXT : start.kind();
    String rest = head.substring(start.at());
    head.setLength(0);
    begin(start, kind, rest);
  }

  private void begin(LineStart start, Kind kind, String rest) {
    boolean same = start.kept() == containers.size() && start.opened().isEmpty();
    if (inRows() && !(same && kind == Kind.ROW)) {
      endRows();
    }
    if (kind == Kind.BLANK && start.opened().isEmpty()) {
      endBlock();
      blanks++;
      containers = containers.subList(0, start.kept());
      return;
    }
    boolean textGoesOn = kind == Kind.TEXT && paragraph && start.opened().isEmpty();
    boolean rowsGoOn = kind == Kind.ROW && same && (paragraph || inRows());
    if (!textGoesOn && !rowsGoOn) {
      enter(start, kind);
    }
    last = kind;
    show(start, kind, rest);
  }

  /** Ends the block before, and sets what stands before the lines of the new one. */
  private void enter(LineStart start, Kind kind) {
    boolean wasText = paragraph && start.kept() == containers.size();
    endBlock();
    underlined = wasText ? wrapper.takeWidest() : 0;
    wrapper.takeWidest();
    if (kind == Kind.CODE && last == Kind.CODE) {
      for (int i = 0; i < blanks; i++) {
        wrapper.breakLine();
      }
    } else if (blanks > 0 || kind == Kind.HEADING) {
      wrapper.paragraphBreak();
    }
    blanks = 0;
    List<Container> now = new ArrayList<>(containers.subList(0, start.kept()));
    now.addAll(start.opened());
    containers = List.copyOf(now);
    wrapper.indent(Container.indent(containers, start.kept()));
    inline.begin(0);
  }

  private void show(LineStart start, Kind kind, String rest) {
    switch (kind) {
      case BLANK -> wrapper.breakLine();
      case TEXT -> {
        paragraph = true;
        mode = Mode.TEXT;
        inline.accept(" ".repeat(start.blanks(containers)));
        inline.accept(rest);
      }
      case HEADING -> {
        int level = Spans.run(rest, 0, rest.length());
        wrapper.indent(Heading.indent(Container.indent(containers, start.kept()), level));
        heading = new Heading(wrapper, inline, level);
        mode = Mode.HEADING;
        heading.accept(rest.substring(level));
      }
      case RULE -> rule("─");
      case UNDERLINE -> rule("═");
      case CODE -> {
        mode = Mode.INDENTED;
        codeText.begin(Mark.CODE.bit());
        codeText.accept(rest);
      }
      case ROW -> {
        mode = Mode.ROW;
        head.repeat(' ', start.blanks(containers)).append(rest);
      }
      case FENCE, FORMULA -> beginCode(start, kind, rest);
    }
  }

  /** A line below what was text, which it underlines, or across the terminal. */
  private void rule(String character) {
    int room = wrapper.available();
    int columns = underlined > 0 ? Math.min(underlined, room) : room;
    wrapper.line(character.repeat(columns), Mark.FAINT.bit());
  }

  private void beginCode(LineStart start, Kind kind, String rest) {
    char mark = rest.charAt(0);
    int run = mark == '\\' ? 2 : Spans.run(rest, 0, rest.length());
    code = new CodeBlock(mark == '\\' ? ']' : mark, run, start.indent());
    if (kind == Kind.FORMULA) {
      codeText.line(rest.strip());
    } else {
      codeText.border(rest.substring(run));
    }
    mode = Mode.CODE_HEAD;
  }

  private void tellCode(boolean complete) {
    boolean forced = head.length() > LONGEST_HEAD;
    CodeBlock.Line line = code.read(head, complete || forced, containers);
    if (line == null) {
      return;
    }
    String text = head.toString();
    if (line.at() < 0) {
      endCode();
      tell(complete);
      return;
    }
    head.setLength(0);
    if (line.closes() && complete) {
      if (code.isFormula() && !text.isBlank()) {
        codeText.line(text.strip());
      }
      endCode();
      return;
    }
    mode = Mode.CODE;
    codeText.begin(code.isFormula() ? 0 : Mark.CODE.bit());
    codeText.accept(text.substring(line.at()));
  }

  private void endCode() {
    if (!code.isFormula()) {
      codeText.border("");
    }
    code = null;
    mode = Mode.HEAD;
  }

  /** Takes a row that is complete: the first may be the head of a table, the second says so. */
  private void row() {
    String row = head.toString();
    head.setLength(0);
    if (table != null) {
      table.showRow(row, wrapper);
    } else if (maybeHead != null && Table.isDelimiter(row)) {
      table = new Table(maybeHead, row, style);
      maybeHead = null;
      endParagraph();
      table.showHead(wrapper);
    } else {
      endRows();
      maybeHead = row;
    }
  }

  private void endRows() {
    if (table != null) {
      table.end(wrapper);
      table = null;
    } else if (maybeHead != null) {
      paragraph = true;
      inline.accept(maybeHead);
      inline.accept('\n');
      maybeHead = null;
    }
  }

  private boolean inRows() {
    return table != null || maybeHead != null;
  }

  private void endBlock() {
    endRows();
    endParagraph();
  }

  private void endParagraph() {
    inline.end();
    wrapper.end();
    paragraph = false;
  }
}
