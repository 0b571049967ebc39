package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.function.Supplier;

/**
 * 256 values of 4 bits, each 32 with a 6-bit scale s and minimum m: d s q - dmin m.
 *
 * <pre>
 * 0   d       half
 * 2   dmin    half
 * 4   scales  12 bytes, see Scales6
 * 16  qs      128 bytes
 * </pre>
 *
 * <p>Byte 32 g + l of qs: value 64 g + l in the low nibble, value 64 g + 32 + l in the high nibble.
 */
final class Q4_K extends GroupQuantizer {
  private static final Steps PLAIN = new Steps(15, -1, 0.1f, 20, false);
  private static final Steps WEIGHTED = new Steps(15, -0.9f, 0.05f, 36, false);

  Q4_K(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q4_K, arithmetic);
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic, rows.weighted() ? WEIGHTED : PLAIN);
  }

  private static final class Group extends Scales6Group {
    Group(Rows rows, int blocks, Arithmetic arithmetic, Steps steps) {
      super(GgmlType.Q4_K, rows, blocks, arithmetic, steps, rows.weighted() ? 255 : 63);
    }

    @Override
    void putLevels(int[] levels, int at, byte[] out, int to) {
      Bits.putNibbles(levels, at, BLOCK, 32, out, to + 16);
    }
  }
}
