package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Place;
import java.util.List;
import java.util.stream.Stream;

/**
 * Thinking between markers before the answer. Only at the beginning of a reply do markers open: an
 * answer may speak of them.
 */
final class TagSplitter extends ReplySplitter {
  private final ReasoningFormat format;
  private final List<String> before;
  private Place place;

  /** True if a marker may end the answer. */
  private boolean framed;

  TagSplitter(ReasoningFormat format, Place begin, Sink sink) {
    super(format, sink);
    this.format = format;
    this.place = begin;
    this.before =
        Stream.of(format.opens(), format.closes(), format.answerOpens())
            .flatMap(List::stream)
            .toList();
    this.framed = begin == Place.ANSWER && !format.answerCloses().isEmpty();
  }

  @Override
  public boolean isThinking() {
    return place == Place.THINKING;
  }

  @Override
  boolean step(boolean end) {
    if (held.isEmpty()) {
      return false;
    }
    return switch (place) {
      case START, CLOSED -> beforeAnswer(end);
      case THINKING -> fresh ? beginThinking(end) : thinking(end);
      case ANSWER -> answer(end);
    };
  }

  private boolean beforeAnswer(boolean end) {
    int space = leadingSpace();
    if (!end && (space == held.length() || mayBegin(before, space))) {
      return false;
    }
    String marker = markerAt(before, space);
    if (marker == null) {
      boolean empty = space == held.length();
      String lead = take(space);
      say(place == Place.START ? lead : empty ? "" : withoutLineEnds(lead));
      place = Place.ANSWER;
      return true;
    }
    take(space + marker.length());
    open(marker);
    return true;
  }

  private void open(String marker) {
    if (format.opens().contains(marker)) {
      place = Place.THINKING;
      fresh = true;
      paragraph();
    } else if (format.answerOpens().contains(marker)) {
      place = Place.CLOSED;
      framed = true;
    } else {
      close();
    }
  }

  private void close() {
    place = Place.CLOSED;
    framed = format.answerOpens().isEmpty() && !format.answerCloses().isEmpty();
  }

  /** White space goes, and the marker if the model repeats what the prompt had. */
  private boolean beginThinking(boolean end) {
    int space = leadingSpace();
    if (!end && (space == held.length() || mayBegin(format.opens(), space))) {
      return false;
    }
    String marker = markerAt(format.opens(), space);
    take(marker == null ? space : space + marker.length());
    fresh = marker != null;
    return true;
  }

  private boolean thinking(boolean end) {
    int close = firstOf(format.closes());
    if (close >= 0) {
      think(take(stripped(close)));
      int space = leadingSpace();
      take(space + markerAt(format.closes(), space).length());
      close();
      return true;
    }
    int decided = end ? held.length() : decided(format.closes());
    think(take(stripped(decided)));
    if (end) {
      held.setLength(0);
    }
    return false;
  }

  private boolean answer(boolean end) {
    int tail = framed ? tail(end) : held.length();
    say(take(tail));
    if (end && !held.isEmpty()) {
      boolean marked = firstOf(format.answerCloses()) >= 0;
      String rest = take(held.length());
      say(marked ? "" : rest);
    }
    return false;
  }

  /** Where markers and white space begin that may be the end of the answer. */
  private int tail(boolean end) {
    int at = 0;
    while (at < held.length()) {
      int word = at;
      while (word < held.length() && Character.isWhitespace(held.charAt(word))) {
        word++;
      }
      if (isTail(word, end)) {
        return at;
      }
      at = word + 1;
    }
    return held.length();
  }

  private boolean isTail(int from, boolean end) {
    int at = from;
    while (at < held.length()) {
      String marker = markerAt(format.answerCloses(), at);
      if (marker != null) {
        at += marker.length();
      } else if (Character.isWhitespace(held.charAt(at))) {
        at++;
      } else {
        return !end && mayBegin(format.answerCloses(), at);
      }
    }
    return true;
  }
}
