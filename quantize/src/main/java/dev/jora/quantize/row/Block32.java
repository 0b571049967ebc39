package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * Q4_0, Q5_0, Q4_1, Q5_1: 32 values of four or five bits with a scale d, around zero, d (q - 8) or
 * d (q - 16), or with a minimum m, d q + m.
 *
 * <pre>
 * d   half
 * m   half, where there is a minimum
 * qh  4 bytes, where there are five bits: bit i is the fifth bit of value i
 * qs  16 bytes: value j in the low nibble, value j + 16 in the high nibble
 * </pre>
 */
final class Block32 extends GroupQuantizer {
  private static final int N = 32;

  private final int bits;
  private final boolean minimum;

  Block32(GgmlType type, int bits, boolean minimum, Supplier<Arithmetic> arithmetic) {
    super(type, arithmetic);
    this.bits = bits;
    this.minimum = minimum;
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return rows.weighted()
        ? new Searched(rows, blocks, arithmetic)
        : new Plain(rows, blocks, arithmetic.levels());
  }

  /** Levels on both sides of zero. */
  private int half() {
    return 1 << bits - 1;
  }

  private int top() {
    return (1 << bits) - 1;
  }

  private void put(float d, float m, int[] levels, int b, byte[] out) {
    int to = b * type().blockBytes();
    Halves.put(out, to, d);
    to += 2;
    if (minimum) {
      Halves.put(out, to, m);
      to += 2;
    }
    if (bits == 5) {
      int fifth = 0;
      for (int i = 0; i < N; i++) {
        fifth |= levels[b * N + i] >> 4 << i;
      }
      for (int i = 0; i < 4; i++) {
        out[to + i] = (byte) (fifth >> 8 * i);
      }
      to += 4;
    }
    Bits.putNibbles(levels, b * N, N, 16, out, to);
  }

  /** Without importance: the range of a block is divided evenly, and values are rounded. */
  private final class Plain implements Worker {
    private final Rows rows;
    private final Levels levels;
    private final float[] base;
    private final float[] largest;
    private final float[] d;
    private final float[] k;
    private final int[] q;

    Plain(Rows rows, int blocks, Levels levels) {
      this.rows = rows;
      this.levels = levels;
      base = new float[blocks];
      largest = new float[blocks];
      d = new float[blocks];
      k = new float[blocks];
      q = new int[N * blocks];
    }

    @Override
    public void encode(int first, int blocks, byte[] out) {
      float[] x = rows.x();
      int at = rows.at(first);
      if (minimum) {
        levels.extremes(x, at, N, blocks, base, largest);
      } else {
        levels.largest(x, at, N, blocks, largest);
      }
      for (int b = 0; b < blocks; b++) {
        d[b] = minimum ? (largest[b] - base[b]) / top() : largest[b] / -half();
        k[b] = d[b] != 0 ? 1 / d[b] : 0;
      }
      float add = minimum ? 0.5f : half() + 0.5f;
      levels.truncate(x, at, N, blocks, base, k, add, top(), q);
      for (int b = 0; b < blocks; b++) {
        put(d[b], base[b], q, b, out);
      }
    }
  }

  /** With importance: scale and minimum are searched for. Nothing is rounded a second time. */
  private final class Searched implements Worker {
    private final Rows rows;
    private final Arithmetic arithmetic;
    private final float[] means;
    private final Units units;
    private final Fits fits;
    private final float[] weights;
    private final int[] q;

    Searched(Rows rows, int blocks, Arithmetic arithmetic) {
      this.rows = rows;
      this.arithmetic = arithmetic;
      means = new float[rows.rows()];
      Weights.squareSums(rows.x(), rows.from(), rows.n(), rows.rows(), means);
      for (int r = 0; r < means.length; r++) {
        means[r] /= rows.n();
      }
      units = Units.of(N, blocks);
      fits = Fits.of(units.count());
      weights = new float[N * blocks];
      q = new int[N * blocks];
    }

    @Override
    public void encode(int first, int blocks, byte[] out) {
      float[] x = rows.x();
      int at = rows.at(first);
      for (int b = 0; b < blocks; b++) {
        float mean = means[(first + b) * N / rows.n()];
        int from = rows.at(first + b);
        int column = rows.column(first + b);
        Weights.important(x, from, N, mean, rows.importance(), column, weights, b * N);
      }
      units.putValues(x, at, blocks);
      units.putWeights(weights, 0, blocks);
      int low = minimum ? 0 : -half();
      if (minimum) {
        Steps steps = new Steps(top(), -0.9f, 0.05f, 36, false);
        arithmetic.searches().affine(units, steps, fits);
      } else {
        arithmetic.searches().symmetric(units, half(), fits);
      }
      arithmetic.levels().multiply(x, at, N, blocks, fits.k(), fits.base(), low, low + top(), q);
      for (int b = 0; b < blocks; b++) {
        put(fits.scale()[b], -fits.min()[b], q, b, out);
      }
    }
  }
}
