package dev.jora.cli.embed;

/** Vectors as text: the shortest decimals that are read as the same numbers. */
final class Numerals {
  private Numerals() {}

  /** {@code 0.5,-1.0E-5} */
  static StringBuilder joined(StringBuilder text, float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      text.append(i == 0 ? "" : ",").append(vector[i]);
    }
    return text;
  }

  /** {@code [0.5,-1.0E-5]} */
  static StringBuilder array(StringBuilder text, float[] vector) {
    return joined(text.append('['), vector).append(']');
  }

  /** An array, or where every token has its vector an array of arrays. */
  static StringBuilder arrays(StringBuilder text, float[][] vectors, boolean nested) {
    if (!nested) {
      return array(text, vectors[0]);
    }
    text.append('[');
    for (int i = 0; i < vectors.length; i++) {
      array(text.append(i == 0 ? "" : ","), vectors[i]);
    }
    return text.append(']');
  }
}
