package dev.jora.model.checkpoint;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What becomes of a tensor on its way to a model file. Shapes are PyTorch's, the outermost extent
 * first.
 */
public sealed interface Change {
  /** Rows that a matrix may have. */
  long MOST = 1 << 24;

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

  /** Numbers of as many slices as these counts give together. */
  private static IntStream slices(int... counts) {
    long all = 1;
    for (int count : counts) {
      all = count < 0 || all > MOST ? MOST + 1 : all * count;
    }
    if (all > MOST) {
      throw new CheckpointException(
          "sizes of heads, groups or widths: expected %d rows at most, found %s"
              .formatted(
                  MOST, Arrays.stream(counts).mapToObj(Integer::toString).collect(joining(" × "))));
    }
    return IntStream.range(0, (int) all);
  }

  private static int half(int headSize, int turned) {
    if (turned < 0 || turned > headSize || turned % 2 != 0) {
      throw new CheckpointException(
          "rotary dimensions of a head: expected an even number up to %d, found %d"
              .formatted(headSize, turned));
    }
    return turned / 2;
  }

  /** Slices [from, to) along an axis. */
  static Take range(int axis, int from, int to) {
    int count = from < 0 || to < from ? -1 : to - from;
    return new Take(axis, slices(count).map(i -> from + i).toArray());
  }

  /** The slices of one after those of the other, along the axis of the first. */
  static Take joined(Take... parts) {
    return new Take(
        parts[0].axis(),
        Arrays.stream(parts).flatMapToInt(p -> IntStream.of(p.slices())).toArray());
  }

  /** Every {@code step}th slice along an axis, from {@code first}; {@code count} of them. */
  static Take every(int axis, int first, int step, int count) {
    return new Take(axis, slices(count).map(i -> first + i * step).toArray());
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
    int half = half(headSize, turned);
    return new Take(
        0,
        slices(heads, headSize)
            .map(
                row -> {
                  int within = row % headSize;
                  return within >= turned ? row : row - within + within % 2 * half + within / 2;
                })
            .toArray());
  }

  /** The same the other way round, of the first {@code turned} rows of each head. */
  static Take halved(int heads, int headSize, int turned) {
    int half = half(headSize, turned);
    return new Take(
        0,
        slices(heads, headSize)
            .map(
                row -> {
                  int within = row % headSize;
                  return within >= turned ? row : row - within + within % half * 2 + within / half;
                })
            .toArray());
  }

  /**
   * Rows of {@code heads} heads, {@code each} of which belong to one of the other kind, from group
   * by group to round by round; they begin behind {@code from} rows.
   */
  static Take tiled(int heads, int each, int headSize, int from) {
    int groups = each == 0 ? 0 : heads / each;
    return new Take(
        0,
        slices(heads, headSize)
            .map(
                row -> {
                  int head = row / headSize;
                  int other = groups == 0 ? head : head % groups * each + head / groups;
                  return from + other * headSize + row % headSize;
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
        slices(groups, parts, size)
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
        0, slices(groups, size).map(row -> row / size * group + from + row % size).toArray());
  }
}
