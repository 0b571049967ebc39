package dev.jora.grammar;

/**
 * Where something stands in the text of a grammar.
 *
 * @param line from 1
 * @param column in characters, from 1
 */
record Place(int line, int column) {
  static final Place START = new Place(1, 1);
}
