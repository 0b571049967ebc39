package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * 256 values of 6 bits around zero, each 16 with a signed byte scale s: d s (q - 32).
 *
 * <pre>
 * 0    ql      128 bytes, the low four bits
 * 128  qh      64 bytes, the high two bits
 * 192  scales  16 signed bytes
 * 208  d       half
 * </pre>
 *
 * <p>Byte 64 h + l of ql: value 128 h + l low, 128 h + 64 + l high (l 0..63). Byte 32 h + l of qh,
 * bits 2 t and 2 t + 1: value 128 h + 32 t + l.
 */
final class Q6_K extends GroupQuantizer {
  Q6_K(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q6_K, arithmetic);
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic);
  }

  private static final class Group extends KGroup {
    private static final float NOTHING = 1e-15f;

    Group(Rows rows, int blocks, Arithmetic arithmetic) {
      super(GgmlType.Q6_K, rows, blocks, arithmetic, 16, -32, 31);
    }

    @Override
    boolean weigh(int first, int blocks) {
      if (rows.weighted()) {
        for (int b = 0; b < blocks; b++) {
          int column = rows.column(first + b);
          System.arraycopy(rows.importance(), column, weights, b * BLOCK, BLOCK);
        }
      } else {
        Weights.squares(rows.x(), rows.at(first), blocks * BLOCK, weights);
      }
      return true;
    }

    @Override
    void search(int blocks) {
      arithmetic.searches().symmetric(units, 32, fits);
    }

    @Override
    void putScales(int b, byte[] out, int to) {
      float largest = 0;
      for (int u = 16 * b; u < 16 * (b + 1); u++) {
        float s = fits.scale()[u];
        largest = Math.abs(s) > Math.abs(largest) ? s : largest;
      }
      boolean nothing = Math.abs(largest) < NOTHING;
      float k = -128 / largest;
      float d = Halves.put(out, to + 208, nothing ? 0 : 1 / k);
      for (int j = 0; j < 16; j++) {
        int u = 16 * b + j;
        int s = nothing ? 0 : Math.min(127, Rounding.nearest(k * fits.scale()[u]));
        out[to + 192 + j] = (byte) s;
        step[u] = d * (byte) s;
        if (nothing) {
          fits.set(u, 0, 0, 1, Fits.ABOVE_ALL); // such a block is all zeros, its levels too
        }
      }
    }

    @Override
    void putLevels(int[] levels, int at, byte[] out, int to) {
      Bits.putNibbles(levels, at, BLOCK, 64, out, to);
      for (int h = 0; h < 2; h++) {
        for (int l = 0; l < 32; l++) {
          int from = at + 128 * h + l;
          int low = levels[from] >> 4 | levels[from + 32] >> 4 << 2;
          int high = levels[from + 64] >> 4 | levels[from + 96] >> 4 << 2;
          out[to + 128 + 32 * h + l] = (byte) (low | high << 4);
        }
      }
    }
  }
}
