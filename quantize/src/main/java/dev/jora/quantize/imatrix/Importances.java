package dev.jora.quantize.imatrix;

/**
 * What was measured for one tensor: for each of its matrices, one or one per expert, the sum of
 * squares that every input column has seen.
 *
 * @param sums Σ x² per column, matrix after matrix: {@code counts.length} times ne0 values
 * @param counts tokens that each matrix has seen (of a legacy file: chunks)
 */
public record Importances(float[] sums, long[] counts) {
  /**
   * Checks that all matrices have as many columns.
   *
   * @throws IllegalArgumentException if they have not, or if there are none
   */
  public Importances {
    if (counts.length == 0 || sums.length == 0 || sums.length % counts.length != 0) {
      throw new IllegalArgumentException(
          sums.length + " sums do not divide into " + counts.length + " matrices");
    }
  }

  /** Matrices: 1, or the experts. */
  public int matrices() {
    return counts.length;
  }

  /** Columns of a matrix: ne0 of the tensor. */
  public int columns() {
    return sums.length / counts.length;
  }

  /**
   * The mean of x² per column, matrix after matrix, as quantizers take it: sum ÷ count in float32.
   * A matrix that has seen nothing has 1 everywhere.
   */
  public float[] means() {
    float[] means = new float[sums.length];
    int columns = columns();
    for (int m = 0; m < counts.length; m++) {
      float count = counts[m];
      for (int i = m * columns; i < (m + 1) * columns; i++) {
        means[i] = counts[m] > 0 ? sums[i] / count : 1;
      }
    }
    return means;
  }

  /** Matrices that have seen no token: experts that the text never chose. */
  public int unseen() {
    int unseen = 0;
    for (long count : counts) {
      unseen += count > 0 ? 0 : 1;
    }
    return unseen;
  }

  /** The largest of the counts, 0 or more. */
  long most() {
    long most = 0;
    for (long count : counts) {
      most = Math.max(most, count);
    }
    return most;
  }

  /** Sums and counts {@code factor} times as large. */
  Importances times(int factor) {
    float[] scaled = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      scaled[i] = sums[i] * factor;
    }
    long[] more = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      more[i] = Math.multiplyExact(counts[i], (long) factor);
    }
    return new Importances(scaled, more);
  }

  /**
   * What both have measured together. A single count, as legacy files have it, holds for each
   * matrix of the other.
   *
   * @throws IllegalArgumentException if they are not of the same shape
   */
  Importances plus(Importances other) {
    boolean broadcast = counts.length == 1 || other.counts.length == 1;
    if (sums.length != other.sums.length || counts.length != other.counts.length && !broadcast) {
      throw new IllegalArgumentException(
          "%d sums and %d counts there, %d and %d here"
              .formatted(sums.length, counts.length, other.sums.length, other.counts.length));
    }
    float[] added = new float[sums.length];
    for (int i = 0; i < added.length; i++) {
      added[i] = sums[i] + other.sums[i];
    }
    long[] both = new long[Math.max(counts.length, other.counts.length)];
    for (int i = 0; i < both.length; i++) {
      both[i] = Math.addExact(count(i), other.count(i));
    }
    return new Importances(added, both);
  }

  private long count(int matrix) {
    return counts[counts.length == 1 ? 0 : matrix];
  }
}
