package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * 32 signed bytes: d q. The encoder of core writes the same bytes, for a block at a time.
 *
 * <pre>
 * 0  d   half
 * 2  qs  32 bytes
 * </pre>
 */
final class Q8_0 extends GroupQuantizer {
  private static final int N = 32;

  Q8_0(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q8_0, arithmetic);
  }

  @Override
  public Importance importance() {
    return Importance.IGNORED;
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic.levels());
  }

  private static final class Group implements Worker {
    private final Rows rows;
    private final Levels levels;
    private final float[] d;
    private final float[] k;
    private final int[] q;

    Group(Rows rows, int blocks, Levels levels) {
      this.rows = rows;
      this.levels = levels;
      d = new float[blocks];
      k = new float[blocks];
      q = new int[N * blocks];
    }

    @Override
    public void encode(int first, int blocks, byte[] out) {
      int at = rows.at(first);
      levels.largest(rows.x(), at, N, blocks, d);
      for (int b = 0; b < blocks; b++) {
        d[b] = Math.abs(d[b]) / 127;
        k[b] = d[b] != 0 ? 1 / d[b] : 0; // of the float d, not of the half that is stored
      }
      levels.round(rows.x(), at, N, blocks, k, q);
      int to = 0;
      for (int b = 0; b < blocks; b++) {
        Halves.put(out, to, d[b]);
        for (int i = 0; i < N; i++) {
          out[to + 2 + i] = (byte) q[b * N + i];
        }
        to += 2 + N;
      }
    }
  }
}
