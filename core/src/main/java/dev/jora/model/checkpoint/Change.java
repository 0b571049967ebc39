package dev.jora.model.checkpoint;

import java.util.stream.IntStream;

/**
 * What becomes of a tensor on its way to a model file. Shapes are PyTorch's, the outermost extent
 * first.
 */
public sealed interface Change {
  /** The same elements in another shape; an extent of −1 is what is left over. */
  record Reshape(long... shape) implements Change {}

  /** Along an axis, the slices of these numbers in this order. */
  record Take(int axis, int... slices) implements Change {}

  /** The last two axes exchanged. */
  record Transpose() implements Change {}

  /** The same where the last is so long, so that the first of the two is in the end. */
  record Upright(int rows) implements Change {}

  /**
   * The first two axes of a convolution with one channel as one, its taps the other; of a vector
   * nothing.
   */
  record Flatten(int taps) implements Change {}

  /** A number added to each element, but of biases. */
  record Add(float addend) implements Change {}

  /** Rows multiplied, each by its factor; by the one if there is but one. */
  record Scale(float... factors) implements Change {
    /** All rows by the same. */
    public static Scale of(double factor) {
      return new Scale((float) factor);
    }

    /** Runs of rows, each by its factor. */
    public static Scale rows(double[] factors, int... counts) {
      float[] each = new float[IntStream.of(counts).sum()];
      int row = 0;
      for (int i = 0; i < counts.length; i++) {
        for (int n = 0; n < counts[i]; n++) {
          each[row++] = (float) factors[i];
        }
      }
      return new Scale(each);
    }
  }

  /** Each element x becomes −exp(x). */
  record NegativeExp() implements Change {}

  /** Slices [from, to) along an axis. */
  static Take range(int axis, int from, int to) {
    return new Take(axis, IntStream.range(from, to).toArray());
  }

  /** Every {@code step}th slice along an axis, from {@code first}; {@code count} of them. */
  static Take every(int axis, int first, int step, int count) {
    return new Take(axis, IntStream.range(0, count).map(i -> first + i * step).toArray());
  }

  /**
   * Rows of q or k from Hugging Face's order, in which RoPE turns the first half of a head against
   * the second, into the original one, in which it turns neighbours.
   */
  static Take interleaved(int heads, int headSize) {
    return interleaved(heads, headSize, headSize);
  }

  /** The same of the first {@code turned} rows of each head. */
  static Take interleaved(int heads, int headSize, int turned) {
    int half = turned / 2;
    return new Take(
        0,
        IntStream.range(0, heads * headSize)
            .map(
                row -> {
                  int within = row % headSize;
                  return within >= turned ? row : row - within + within % 2 * half + within / 2;
                })
            .toArray());
  }

  /** The same the other way round, of the first {@code turned} rows of each head. */
  static Take halved(int heads, int headSize, int turned) {
    int half = turned / 2;
    return new Take(
        0,
        IntStream.range(0, heads * headSize)
            .map(
                row -> {
                  int within = row % headSize;
                  return within >= turned ? row : row - within + within % half * 2 + within / half;
                })
            .toArray());
  }

  /**
   * Rows whose parts lie side by side, group by group, brought part by part: [groups, parts, size]
   * becomes [parts, groups, size].
   */
  static Take grouped(int groups, int parts, int size) {
    return new Take(
        0,
        IntStream.range(0, groups * parts * size)
            .map(
                row -> {
                  int part = row / (groups * size);
                  int group = row / size % groups;
                  return (group * parts + part) * size + row % size;
                })
            .toArray());
  }

  /** Rows [from, from + size) of each of {@code groups} groups of {@code group} rows. */
  static Take ofGroups(int groups, int group, int from, int size) {
    return new Take(
        0,
        IntStream.range(0, groups * size)
            .map(row -> row / size * group + from + row % size)
            .toArray());
  }
}
