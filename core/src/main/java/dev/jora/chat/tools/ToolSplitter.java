package dev.jora.chat.tools;

import dev.jora.chat.tools.CallReader.Step;
import dev.jora.chat.tools.ToolFormat.Several;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells text from calls in an answer that comes in pieces, from which thinking is taken off
 * already. However it is cut, text and calls are the same. What begins as a call and is none stays
 * text. White space beside calls is none of the text.
 */
public final class ToolSplitter implements CallReader.Out {
  private enum State {
    TEXT,
    SECTION,
    CALL,
    BETWEEN
  }

  private final ToolFormat format;
  private final Tools tools;
  private final Supplier<String> ids;
  private final ToolSink sink;
  private final CallStarts starts;
  private final CallInput in = new CallInput();
  private final StringBuilder content = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private State state = State.TEXT;
  private CallReader reader;
  private boolean opened; // a section
  private boolean array;
  private boolean afterCall;
  private int invented; // characters that the prompt had
  private int index = -1;
  private String id;
  private String name;
  private final StringBuilder arguments = new StringBuilder();

  /**
   * A splitter for one answer.
   *
   * @param tools those that may be called; calls of others are text
   * @param begun what the prompt ends with that belongs to the first call, as {@link
   *     ToolFormat#begunBy}
   * @param ids for calls that the model gives none
   */
  public ToolSplitter(
      ToolFormat format, Tools tools, String begun, Supplier<String> ids, ToolSink sink) {
    this.format = format;
    this.tools = tools;
    this.ids = ids;
    this.sink = sink;
    this.starts = new CallStarts(format);
    this.invented = begun.length();
    in.held.append(begun);
  }

  /** Takes the next piece. */
  public void accept(String piece) {
    in.held.append(piece);
    while (step()) {
      // each step decides a part of what is held
    }
  }

  /** Takes note that the answer has ended. */
  public void finish() {
    in.ended = true;
    while (step()) {
      // as above
    }
  }

  /** The text so far. */
  public String content() {
    return content.toString();
  }

  /** The whole calls so far. */
  public List<ToolCall> calls() {
    return List.copyOf(calls);
  }

  /** What was wrong with what began as calls, a sentence each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private boolean step() {
    return switch (state) {
      case TEXT -> text();
      case SECTION -> section();
      case CALL -> call();
      case BETWEEN -> between();
    };
  }

  /** Text up to what may begin calls, and the space before it. */
  private boolean text() {
    if (in.isEmpty()) {
      return false;
    }
    int at = starts.first(in.held, in.ended);
    int from = at;
    while (from > 0 && Character.isWhitespace(in.held.charAt(from - 1))) {
      from--;
    }
    if (in.ended && at == in.held.length()) {
      from = at;
    }
    say(release(from));
    String open = starts.openAt(in.held, at - from);
    if (open == null && !starts.callAt(in.held, at - from)) {
      return false;
    }
    in.take(at - from);
    opened = open != null;
    if (opened) {
      in.take(open.length());
    }
    begin(opened ? State.SECTION : State.CALL);
    return true;
  }

  /** The first {@code n} characters that are held, as text. */
  private String release(int n) {
    String text = in.held.substring(0, n);
    in.held.delete(0, n);
    return text;
  }

  private void begin(State next) {
    state = next;
    name = null;
    array = false;
    if (next == State.CALL) {
      reader = CallReader.of(format, tools, in, this);
    }
  }

  /** Behind what opens a section, or bare: an array begins, or a call. */
  private boolean section() {
    if (isObjects()) {
      in.skipSpace();
      if (in.isEmpty()) {
        return in.ended && broken("has nothing behind '" + format.opens().getFirst().strip() + "'");
      }
      if (!array && in.held.charAt(0) == '[') {
        array = true;
        in.take(1);
        return true;
      }
    }
    boolean was = array;
    begin(State.CALL);
    array = was;
    return true;
  }

  private boolean isObjects() {
    return format.call() instanceof CallSyntax.JsonCall;
  }

  private boolean call() {
    Step step = reader.step();
    return switch (step) {
      case GOES_ON -> true;
      case WAITS -> in.ended && broken(reader.fault);
      case BROKEN -> broken(reader.fault);
      case TEXT -> {
        in.taken.setLength(0);
        afterCall = true;
        invented = 0;
        state = State.TEXT;
        yield true;
      }
      case DONE -> {
        done();
        yield true;
      }
    };
  }

  private void done() {
    ToolCall call = new ToolCall(id, name, arguments.toString());
    calls.add(call);
    sink.called(index, call);
    in.taken.setLength(0);
    invented = 0;
    afterCall = true;
    name = null;
    state = State.BETWEEN;
  }

  /** Behind a call: another one, the end of the section, or text. */
  private boolean between() {
    in.skipSpace();
    in.taken.setLength(0);
    if (in.isEmpty()) {
      return false;
    }
    char next = in.held.charAt(0);
    if (array && (next == ',' || next == ']')) {
      in.take(1);
      array = next == ',';
      state = array ? State.SECTION : State.BETWEEN;
      in.taken.setLength(0);
      return true;
    }
    if (opened && !format.close().isBlank()) {
      String close = format.close().strip();
      if (in.startsWith(close) || in.ended && close.startsWith(in.held.toString())) {
        in.held.delete(0, Math.min(close.length(), in.held.length()));
        opened = false;
        return true;
      }
      if (in.mayBegin(close)) {
        return false;
      }
    }
    String head = isObjects() ? "{" : format.head().literal();
    boolean inside = opened && (isObjects() || format.several() == Several.SEQUENCE);
    if (inside && in.mayBegin(head)) {
      return false;
    }
    if (inside && in.startsWith(head)) {
      begin(State.CALL);
      return true;
    }
    if (format.traits().bare() && next == ';') {
      in.held.deleteCharAt(0);
      return true;
    }
    opened = false;
    state = State.TEXT;
    return true;
  }

  /** What was taken is text; always true. */
  private boolean broken(String why) {
    boolean begun = name != null;
    if (begun || opened || !format.traits().bare()) {
      notes.add("a call" + (begun ? " of '" + name + "' " : " ") + why + ", and is left as text");
    }
    if (begun) {
      sink.broken(index);
    }
    String text = in.taken.toString();
    in.taken.setLength(0);
    if (text.isBlank() && !in.isEmpty()) {
      text += release(Math.max(1, invented)); // or it would begin again
    }
    int own = Math.min(invented, text.length());
    invented -= own;
    name = null;
    opened = false;
    state = State.TEXT;
    say(text.substring(own));
    return true;
  }

  private void say(String text) {
    String said = afterCall ? text.stripLeading() : text;
    if (said.isEmpty()) {
      return;
    }
    String piece = afterCall && !content.isEmpty() ? "\n\n" + said : said;
    afterCall = false;
    content.append(piece);
    sink.content(piece);
  }

  @Override
  public void begins(String id, String name) {
    this.id = id == null || id.isEmpty() ? ids.get() : id;
    this.name = name;
    arguments.setLength(0);
    index++;
    sink.call(index, this.id, name);
  }

  @Override
  public void arguments(String text) {
    arguments.append(text);
    sink.arguments(index, text);
  }
}
