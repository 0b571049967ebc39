package dev.jora.cli.terminal;

import java.util.List;

/** A piece of a paragraph that has one meaning; offsets are those of the text it was found in. */
sealed interface Span {
  /** Where the text after it begins. */
  int end();

  /** Characters [from, end) that are shown as they are. */
  record Literal(int from, int end) implements Span {}

  /** Code: the characters [from, to). */
  record Code(int from, int to, int end) implements Span {}

  /** A link or image: its text, and what stands in its parentheses. */
  record Link(int from, int to, int url, int urlEnd, int end, boolean image) implements Span {}

  /** An address alone. */
  record Address(int from, int to, int end) implements Span {}

  /** An end of line that is written out, or nothing where the line ends anyway. */
  record Break(int end, boolean isShown) implements Span {}

  /** Text between markers, which are in order and nested. */
  record Emphasis(List<Marker> markers, int end) implements Span {}

  /** Begin or end of emphasis. */
  record Marker(int at, int length, Mark mark, boolean opens) {
    int end() {
      return at + length;
    }
  }
}
