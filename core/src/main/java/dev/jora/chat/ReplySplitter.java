package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import java.util.List;

/**
 * Tells thinking from answer in a reply that comes in pieces. Text goes to the sink as soon as it
 * is clear what it is; only what may begin a marker, and white space that may stand beside one, is
 * held back. However the reply is cut, the sink gets the same text.
 */
public abstract sealed class ReplySplitter permits TagSplitter, ChannelSplitter {
  /** Where the text goes; never called with an empty one. */
  public interface Sink {
    /** What the model thinks. */
    void thinking(String text);

    /** What it says. */
    void content(String text);
  }

  /** What is not decided yet. */
  final StringBuilder held = new StringBuilder();

  /** True if nothing but white space has come of this thinking, or of this message. */
  boolean fresh = true;

  private final ReasoningFormat format;
  private final Sink sink;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private boolean paragraph;

  ReplySplitter(ReasoningFormat format, Sink sink) {
    this.format = format;
    this.sink = sink;
  }

  /** A splitter for one reply. */
  public static ReplySplitter of(ReasoningFormat format, Place begin, Sink sink) {
    return of(format, begin, false, sink);
  }

  /**
   * A splitter for one reply.
   *
   * @param calls true: headers of calls are told as content, from where they name the tool
   */
  public static ReplySplitter of(ReasoningFormat format, Place begin, boolean calls, Sink sink) {
    return format.channels() != null
        ? new ChannelSplitter(format, begin, calls, sink)
        : new TagSplitter(format, begin, sink);
  }

  /** For what goes on in the middle of something: white space at its beginning belongs to it. */
  final ReplySplitter resumed() {
    fresh = false;
    return this;
  }

  /** Takes the next piece. */
  public final void accept(String piece) {
    held.append(piece);
    while (step(false)) {
      // each step decides a part of what is held
    }
  }

  /** Takes note that the reply has ended. */
  public final void finish() {
    while (step(true)) {
      // as above
    }
  }

  /** True while what comes is thinking. */
  public abstract boolean isThinking();

  /** What ends the thinking if it is put at the end of the reply; the splitter must see it too. */
  public final String closingText() {
    return format.closing();
  }

  /** The answer so far: all that the sink got of it. */
  public final String content() {
    return content.toString();
  }

  /** The thinking so far, without the white space around it; null if there is none. */
  public final String reasoning() {
    return reasoning.isEmpty() ? null : reasoning.toString();
  }

  /**
   * Decides a part of {@link #held}.
   *
   * @param end true if nothing comes any more
   * @return false if there is nothing to decide, or not yet
   */
  abstract boolean step(boolean end);

  /** What comes next is set off from what there is of its kind by an empty line. */
  final void paragraph() {
    paragraph = true;
  }

  final void say(String text) {
    if (!text.isEmpty()) {
      sink.content(added(content, text));
    }
  }

  final void think(String text) {
    if (!text.isEmpty()) {
      sink.thinking(added(reasoning, text));
    }
  }

  private String added(StringBuilder to, String text) {
    String added = paragraph && !to.isEmpty() ? "\n\n" + text : text;
    paragraph = false;
    to.append(added);
    return added;
  }

  /** The first {@code n} characters that are held, which no longer are. */
  final String take(int n) {
    String text = held.substring(0, n);
    held.delete(0, n);
    return text;
  }

  /** Number of characters at the beginning of {@link #held} that are white space. */
  final int leadingSpace() {
    int n = 0;
    while (n < held.length() && Character.isWhitespace(held.charAt(n))) {
      n++;
    }
    return n;
  }

  /** White space behind a marker, without its line ends: an indentation stays. */
  static String withoutLineEnds(String space) {
    return space.substring(Math.max(space.lastIndexOf('\n'), space.lastIndexOf('\r')) + 1);
  }

  /** The marker that stands at a place, or null. */
  final String markerAt(List<String> markers, int at) {
    for (String marker : markers) {
      if (held.length() - at >= marker.length()
          && held.substring(at, at + marker.length()).equals(marker)) {
        return marker;
      }
    }
    return null;
  }

  /** True if what stands from a place to the end begins a marker, and is not a whole one. */
  final boolean mayBegin(List<String> markers, int at) {
    String rest = held.substring(at, Math.min(held.length(), at + longest(markers)));
    return at + rest.length() == held.length()
        && !rest.isEmpty()
        && markers.stream().anyMatch(m -> m.length() > rest.length() && m.startsWith(rest));
  }

  static int longest(List<String> markers) {
    return markers.stream().mapToInt(String::length).max().orElse(0);
  }

  /** The first place of a marker, or −1. */
  final int firstOf(List<String> markers) {
    return markers.stream().mapToInt(held::indexOf).filter(i -> i >= 0).min().orElse(-1);
  }

  /** Number of characters that no marker can begin in, whatever comes. */
  final int decided(List<String> markers) {
    int from = Math.max(0, held.length() - longest(markers));
    while (from < held.length() && !mayBegin(markers, from)) {
      from++;
    }
    return from;
  }

  /** Number of the first {@code n} characters without the white space at their end. */
  final int stripped(int n) {
    int end = n;
    while (end > 0 && Character.isWhitespace(held.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
