package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * A group of blocks of 256 values, as all K types quantize them: units are searched, their scales
 * (and minima) rounded to the few bits that the block has for them, and then every value to a level
 * of the rounded scale.
 */
abstract class KGroup implements GroupQuantizer.Worker {
  static final int BLOCK = 256;

  final Rows rows;
  final Arithmetic arithmetic;
  final Units units;
  final Fits fits;

  /** Units of a block. */
  final int parts;

  /** Weights of the values of the group, as they lie. */
  final float[] weights;

  /** Of each unit: values become near((x + offset) / step). */
  final float[] step;

  final float[] offset;

  private final int low;
  private final int high;
  private final int bytes;
  private final int[] levels;
  private final float[] squares;

  /**
   * Makes the scratch.
   *
   * @param n values of a unit
   * @param low least level
   */
  KGroup(GgmlType type, Rows rows, int blocks, Arithmetic arithmetic, int n, int low, int high) {
    this.rows = rows;
    this.arithmetic = arithmetic;
    this.low = low;
    this.high = high;
    bytes = type.blockBytes();
    parts = BLOCK / n;
    units = Units.of(n, blocks * parts);
    fits = Fits.of(units.count());
    weights = new float[blocks * BLOCK];
    step = new float[units.count()];
    offset = new float[units.count()];
    levels = new int[blocks * BLOCK];
    squares = new float[blocks];
  }

  /**
   * Fills {@link #weights} of blocks that start at block {@code first} of the rows; false if the
   * search takes none.
   */
  abstract boolean weigh(int first, int blocks);

  /** Finds scales of all units, and of them those of the blocks. */
  abstract void search(int blocks);

  /** Writes scales of block b of the group and sets {@link #step}, {@link #offset} of its units. */
  abstract void putScales(int b, byte[] out, int to);

  /** Writes levels, counted from 0, of a block. */
  abstract void putLevels(int[] levels, int at, byte[] out, int to);

  /** The level of the search for a value that its rounded scale cannot tell, counted from 0. */
  int searchedLevel(int unit, int i, float x) {
    return fits.level(unit, x, low, high) - low;
  }

  @Override
  public final void encode(int first, int blocks, byte[] out) {
    int at = rows.at(first);
    units.putValues(rows.x(), at, blocks * parts);
    if (weigh(first, blocks)) {
      units.putWeights(weights, 0, blocks * parts);
    }
    search(blocks);
    for (int b = 0; b < blocks; b++) {
      putScales(b, out, b * bytes);
    }
    int n = units.n();
    arithmetic.levels().divide(rows.x(), at, n, blocks * parts, offset, step, low, high, levels);
    for (int u = 0; u < blocks * parts; u++) {
      if (step[u] == 0) {
        for (int i = 0; i < n; i++) {
          levels[u * n + i] = searchedLevel(u, i, rows.x()[at + u * n + i]);
        }
      }
    }
    for (int b = 0; b < blocks; b++) {
      putLevels(levels, b * BLOCK, out, b * bytes);
    }
  }

  /** {@link #weights} = q √(mean + x x), where mean = times Σ x x / 256 over the block. */
  final void weighByImportance(int first, int blocks, int times) {
    Weights.squareSums(rows.x(), rows.at(first), BLOCK, blocks, squares);
    for (int b = 0; b < blocks; b++) {
      float mean = times * squares[b] / BLOCK;
      int at = rows.at(first + b);
      int column = rows.column(first + b);
      Weights.important(rows.x(), at, BLOCK, mean, rows.importance(), column, weights, b * BLOCK);
    }
  }
}
