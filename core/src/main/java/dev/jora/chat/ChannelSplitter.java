package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Channels;
import dev.jora.chat.ReasoningFormat.Place;

/**
 * A reply of several messages with headers: those to the model itself are thinking, all others are
 * the answer, with an empty line between them.
 */
final class ChannelSplitter extends ReplySplitter {
  /** Of what is longer, no header is made. */
  private static final int LONGEST_HEADER = 400;

  private enum Part {
    HEADER,
    THINKING,
    CONTENT
  }

  private final ReasoningFormat format;
  private final Channels channels;
  private final boolean calls;
  private Part part;

  ChannelSplitter(ReasoningFormat format, Place begin, boolean calls, Sink sink) {
    super(format, sink);
    this.format = format;
    this.channels = format.channels();
    this.calls = calls && !channels.calls().isEmpty();
    this.part =
        switch (begin) {
          case START, CLOSED -> Part.HEADER;
          case THINKING -> Part.THINKING;
          case ANSWER -> Part.CONTENT;
        };
  }

  @Override
  public boolean isThinking() {
    return part == Part.THINKING;
  }

  @Override
  boolean step(boolean end) {
    if (held.isEmpty()) {
      return false;
    }
    return part == Part.HEADER ? header(end) : body(end);
  }

  private boolean header(boolean end) {
    int space = leadingSpace();
    if (!end && (space == held.length() || mayBegin(channels.headers(), space))) {
      return false;
    }
    String beginning = markerAt(channels.headers(), space);
    int body = beginning == null ? -1 : firstOf(channels.bodies());
    if (body >= 0 && body <= LONGEST_HEADER) {
      String header = take(body) + take(markerAt(channels.bodies(), 0).length());
      int call = calls ? header.indexOf(channels.calls()) : -1;
      boolean thinks = call < 0 && header.contains(channels.thinking());
      begin(thinks ? Part.THINKING : Part.CONTENT);
      say(call < 0 ? "" : header.substring(call)); // which says whom it calls
      return true;
    }
    boolean mayEnd =
        beginning != null && held.length() <= LONGEST_HEADER + longest(channels.bodies());
    if (!end && mayEnd) {
      return false;
    }
    boolean cutOff = mayEnd && beginning.startsWith("<"); // which is nothing to read
    if (cutOff || space == held.length() && !content().isEmpty()) {
      held.setLength(0);
      return false;
    }
    begin(Part.CONTENT);
    say(beginning == null ? "" : take(space + beginning.length()));
    return true;
  }

  private void begin(Part next) {
    part = next;
    fresh = true;
    paragraph();
  }

  private boolean body(boolean end) {
    int close = firstOf(format.closes());
    int decided = close >= 0 ? close : end ? held.length() : decided(format.closes());
    if (part == Part.THINKING) {
      int space = fresh ? Math.min(leadingSpace(), decided) : 0;
      fresh &= space == decided;
      take(space);
      int rest = decided - space;
      int text = stripped(rest);
      think(take(text));
      if (close >= 0 || end) {
        take(rest - text);
      }
    } else {
      say(take(decided));
    }
    if (close < 0) {
      return false;
    }
    String marker = markerAt(format.closes(), 0);
    if (!channels.headers().contains(marker)) { // which the next header begins with
      take(marker.length());
    }
    part = Part.HEADER;
    return true;
  }
}
