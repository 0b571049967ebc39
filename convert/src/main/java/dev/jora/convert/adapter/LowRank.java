package dev.jora.convert.adapter;

import dev.jora.convert.source.SourceException;
import dev.jora.model.checkpoint.Change;
import java.util.Arrays;

/**
 * A change of a weight, W + left · right, of low rank. What becomes of the weight becomes of the
 * two.
 *
 * @param name of the module, for messages
 * @param left rows of the weight times rank, row-major
 * @param right rank times columns of the weight
 */
public record LowRank(String name, float[][] left, float[][] right) {
  /** Columns of the left side. */
  public int rank() {
    return right.length;
  }

  int rows() {
    return left.length;
  }

  int columns() {
    return right.length == 0 ? 0 : right[0].length;
  }

  /** A matrix with its rows as columns. */
  public static float[][] transposed(float[][] matrix) {
    float[][] other = new float[matrix.length == 0 ? 0 : matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        other[j][i] = matrix[i][j];
      }
    }
    return other;
  }

  LowRank transposed() {
    return new LowRank(name, transposed(right), transposed(left));
  }

  /** The left side multiplied. */
  LowRank scaled(float factor) {
    if (factor == 1) {
      return this;
    }
    float[][] other = new float[left.length][];
    for (int i = 0; i < left.length; i++) {
      other[i] = left[i].clone();
      for (int j = 0; j < other[i].length; j++) {
        other[i][j] *= factor;
      }
    }
    return new LowRank(name, other, right);
  }

  /**
   * The same of a weight that has changed so.
   *
   * @throws SourceException if no product of two is left of it
   */
  public LowRank with(Change change) {
    return switch (change) {
      case Change.Take take when take.axis() == 0 ->
          new LowRank(name, taken(left, take.slices()), right);
      case Change.Take take when take.axis() == 1 ->
          new LowRank(name, left, transposed(taken(transposed(right), take.slices())));
      case Change.Transpose _ -> transposed();
      default ->
          throw new SourceException(
              "module %s: an adapter of it cannot be moved to a GGUF model, whose weight is"
                  + " computed of it; merge it into the model".formatted(name));
    };
  }

  private float[][] taken(float[][] rows, int[] slices) {
    if (Arrays.stream(slices).anyMatch(i -> i >= rows.length)) {
      throw new SourceException(
          "module %s: expected an adapter of as many rows as the weight has, found %d"
              .formatted(name, rows.length));
    }
    return Arrays.stream(slices).mapToObj(i -> rows[i]).toArray(float[][]::new);
  }
}
