package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * 256 values of 5 bits, each 32 with a 6-bit scale s and minimum m: d s q - dmin m.
 *
 * <pre>
 * 0   d       half
 * 2   dmin    half
 * 4   scales  12 bytes, see Scales6
 * 16  qh      32 bytes, byte l bit b is the fifth bit of value 32 b + l
 * 48  qs      128 bytes, the low four bits as in Q4_K
 * </pre>
 */
final class Q5_K extends GroupQuantizer {
  private static final Steps PLAIN = new Steps(31, -0.5f, 0.1f, 15, false);
  private static final Steps WEIGHTED = new Steps(31, -0.9f, 0.05f, 36, false);

  Q5_K(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q5_K, arithmetic);
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic, rows.weighted() ? WEIGHTED : PLAIN);
  }

  private static final class Group extends Scales6Group {
    Group(Rows rows, int blocks, Arithmetic arithmetic, Steps steps) {
      super(GgmlType.Q5_K, rows, blocks, arithmetic, steps, 63);
    }

    @Override
    void putLevels(int[] levels, int at, byte[] out, int to) {
      Bits.putSingles(levels, at, 4, out, to + 16);
      Bits.putNibbles(levels, at, BLOCK, 32, out, to + 48);
    }
  }
}
