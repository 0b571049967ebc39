package dev.jora.grammar;

/**
 * A grammar as positions of an automaton over bytes. What two operands of a position mean depends
 * on its kind.
 *
 * @param kinds by position, one of the constants below
 * @param first BYTES and INNER: index of its first edge; SPLIT: index of its first target; CALL:
 *     the rule; END: the rule that ends; TOKEN: index of the token in {@code tokens}
 * @param second BYTES, INNER and SPLIT: how many; CALL: the position behind it; TOKEN: the position
 *     behind it
 * @param edges two ints an edge: first byte &lt;&lt; 8 | last byte, position that it leads to
 * @param targets positions
 * @param starts the first position of each rule
 * @param root the rule with which a text begins
 * @param tokens what the TOKEN positions ask for
 * @param like by position, the same position in the first copy of a repetition; else itself
 * @param alike by position, for how many bytes it and the one that it is like do the same
 * @param classes by byte, its class: no edge tells bytes of one class apart
 */
record Program(
    byte[] kinds,
    int[] first,
    int[] second,
    int[] edges,
    int[] targets,
    int[] starts,
    int root,
    Expression.Token[] tokens,
    int[] like,
    int[] alike,
    byte[] classes) {
  /** Goes on by one of some ranges of bytes. */
  static final byte BYTES = 0;

  /** Goes on at several positions at once. */
  static final byte SPLIT = 1;

  /** Goes on with a rule and, when it ends, at another position. */
  static final byte CALL = 2;

  /** Ends the rule. */
  static final byte END = 3;

  /** Like BYTES, but no token may end here. */
  static final byte INNER = 5;

  /** Goes on by one token. */
  static final byte TOKEN = 4;

  int size() {
    return kinds.length;
  }

  /** The classes of bytes of edges; that of byte 255 is the last one. */
  static byte[] classes(int[] edges) {
    boolean[] begins = new boolean[257];
    for (int edge = 0; edge < edges.length; edge += 2) {
      begins[edges[edge] >> 8] = true;
      begins[(edges[edge] & 0xff) + 1] = true;
    }
    byte[] classes = new byte[256];
    for (int unit = 1; unit < 256; unit++) {
      classes[unit] = (byte) (classes[unit - 1] + (begins[unit] ? 1 : 0));
    }
    return classes;
  }
}
