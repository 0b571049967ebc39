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

  /** Rows of the weight. */
  public int rows() {
    return left.length;
  }

  /** Its columns. */
  public int columns() {
    return right.length == 0 ? 0 : right[0].length;
  }

  /** Adds row i of the product, times a factor. */
  public void addRow(int i, double factor, double[] sum) {
    for (int k = 0; k < right.length; k++) {
      double by = factor * left[i][k];
      float[] row = right[k];
      for (int j = 0; j < row.length; j++) {
        sum[j] += by * row[j];
      }
    }
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

  /** That of the weight with its rows as columns. */
  public LowRank transposed() {
    return new LowRank(name, transposed(right), transposed(left));
  }

  /** The left side multiplied. */
  public LowRank scaled(float factor) {
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
      case Change.Scale scale -> scaled(scale.factors());
      default -> throw lost(name);
    };
  }

  /**
   * What becomes of the extents of a weight.
   *
   * @param extents rows, columns
   * @throws SourceException if they do not go with the change, or no product of two is left
   */
  public static long[] extents(String name, long[] extents, Change change) {
    return switch (change) {
      case Change.Take take when take.axis() < 2 -> {
        long[] other = extents.clone();
        int last = Arrays.stream(take.slices()).max().orElse(-1);
        if (last >= other[take.axis()]) {
          throw new SourceException(
              "module %s: expected an adapter of %d %s or more, found %d; was it made for another model?"
                  .formatted(
                      name, last + 1, take.axis() == 0 ? "rows" : "columns", other[take.axis()]));
        }
        other[take.axis()] = take.slices().length;
        yield other;
      }
      case Change.Transpose _ -> new long[] {extents[1], extents[0]};
      case Change.Scale scale -> {
        if (scale.factors().length > 1 && scale.factors().length != extents[0]) {
          throw new SourceException(
              "module %s: expected an adapter of %d rows, found %d; was it made for another model?"
                  .formatted(name, scale.factors().length, extents[0]));
        }
        yield extents;
      }
      default -> throw lost(name);
    };
  }

  private static SourceException lost(String name) {
    return new SourceException(
        "module %s: an adapter file cannot say what it does, as the model file has its weight in"
                .formatted(name)
            + " parts; merge-lora merges it into the model's folder");
  }

  private LowRank scaled(float[] factors) {
    if (factors.length == 1) {
      return scaled(factors[0]);
    }
    float[][] other = new float[left.length][];
    for (int i = 0; i < left.length; i++) {
      other[i] = left[i].clone();
      for (int j = 0; j < other[i].length; j++) {
        other[i][j] *= factors[i];
      }
    }
    return new LowRank(name, other, right);
  }

  /** The same with zeros up to a rank. */
  public LowRank widened(int rank) {
    if (rank == rank()) {
      return this;
    }
    float[][] wide = Arrays.copyOf(right, rank);
    for (int i = right.length; i < rank; i++) {
      wide[i] = new float[columns()];
    }
    return new LowRank(
        name,
        Arrays.stream(left).map(row -> Arrays.copyOf(row, rank)).toArray(float[][]::new),
        wide);
  }

  private static float[][] taken(float[][] rows, int[] slices) {
    return Arrays.stream(slices).mapToObj(i -> rows[i]).toArray(float[][]::new);
  }
}
