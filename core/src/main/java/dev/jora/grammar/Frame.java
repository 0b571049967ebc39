package dev.jora.grammar;

/**
 * A stack of positions: the top one, and what lies below it. There is one object for each stack, so
 * equal ones are the same.
 */
final class Frame {
  final long id;
  final int position;

  /** What lies below, or null for nothing. */
  final Frame parent;

  /** The last search that came by. */
  long mark;

  /** The stacks one comes to from this one without reading a byte; null until asked for. */
  Stacks ahead;

  Frame(long id, int position, Frame parent) {
    this.id = id;
    this.position = position;
    this.parent = parent;
  }
}
