package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * 256 values of 2 bits, each 16 with a 4-bit scale s and minimum m: d s q - dmin m.
 *
 * <pre>
 * 0   scales  16 bytes, s in the low nibble, m in the high nibble
 * 16  qs      64 bytes, byte 32 h + l, bits 2 t and 2 t + 1: value 128 h + 32 t + l
 * 80  d       half
 * 82  dmin    half
 * </pre>
 */
final class Q2_K extends GroupQuantizer {
  private static final Steps PLAIN = new Steps(3, -0.5f, 0.1f, 15, true);
  private static final Steps WEIGHTED = new Steps(3, -0.9f, 0.05f, 36, false);

  Q2_K(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q2_K, arithmetic);
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic, rows.weighted() ? WEIGHTED : PLAIN);
  }

  private static final class Group extends AffineGroup {
    Group(Rows rows, int blocks, Arithmetic arithmetic, Steps steps) {
      super(GgmlType.Q2_K, rows, blocks, arithmetic, 16, steps, 15, 255);
    }

    @Override
    boolean weigh(int first, int blocks) {
      if (rows.weighted()) {
        weighByImportance(first, blocks, 1);
      } else {
        Weights.sizes(rows.x(), rows.at(first), blocks * BLOCK, 0, weights, 0);
      }
      return true;
    }

    @Override
    void putScales(int b, byte[] out, int to) {
      float scale = Halves.put(out, to + 80, d[b]);
      float min = Halves.put(out, to + 82, dmin[b]);
      for (int j = 0; j < parts; j++) {
        int u = b * parts + j;
        int both = (scales[u] | mins[u] << 4) & 255;
        out[to + j] = (byte) both;
        step[u] = scale * (both & 15);
        offset[u] = min * (both >> 4);
      }
    }

    @Override
    void putLevels(int[] levels, int at, byte[] out, int to) {
      Bits.putPairs(levels, at, out, to + 16);
    }
  }
}
