package dev.jora.kernel.x86;

import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Addresses of the points of grids as bytes q, for code to look them up. They are made when the
 * first is needed and stay until the process ends, as code does.
 */
final class GridTables {
  static final long IQ2_XXS = table(GgmlType.IQ2_XXS, v -> v + CodeIQ2.OFFSET);
  static final long IQ2_XS = table(GgmlType.IQ2_XS, v -> v + CodeIQ2.OFFSET);
  static final long IQ2_S = table(GgmlType.IQ2_S, v -> v + CodeIQ2.OFFSET);

  /** All values of this grid are even. */
  static final long IQ3_XXS = table(GgmlType.IQ3_XXS, v -> v / 2 + CodeIQ3_XXS.OFFSET);

  static final long IQ3_S = table(GgmlType.IQ3_S, v -> v + CodeIQ3_S.OFFSET);

  /** Eight times the values with the upper one of their two shifts. */
  static final long IQ1 = table(GgmlType.IQ1_S, v -> 8 * v + 1 + CodeIQ1.OFFSET);

  private GridTables() {}

  private static long table(GgmlType type, IntUnaryOperator q) {
    byte[] values = IqGrids.values(type);
    MemorySegment table = Arena.global().allocate(values.length, 64);
    for (int i = 0; i < values.length; i++) {
      table.set(ValueLayout.JAVA_BYTE, i, (byte) q.applyAsInt(values[i]));
    }
    return table.address();
  }

  /**
   * Emits what {@link #index} wants once for all points: 32 bits with the upper bits of indices.
   */
  static void upper(Assembler a, Mem bits) {
    a.mov32(Gpr.R15, bits);
    a.shl(Gpr.R15, 8);
  }

  /**
   * Emits an index of a lower byte and, from bit 8 on, bits of what {@link #upper} got.
   *
   * @param bit where the first of them is
   */
  static void index(Assembler a, Mem lower, int bit, int mask) {
    a.mov(Gpr.RAX, Gpr.R15);
    a.shr(Gpr.RAX, bit);
    a.and(Gpr.RAX, mask << 8);
    a.mov8(Gpr.RAX, lower);
  }

  /**
   * Emits the lookup of as many points as 16 bytes are, 0 above; rbp is the table.
   *
   * @param size bytes of a point, 8 or 4
   * @param index emits the index of point i into rax
   */
  static void lookup(Assembler a, int size, int first, IntConsumer index, Ymm to) {
    for (int i = 0; i < 16 / size; i++) {
      index.accept(first + i);
      Mem point = Mem.at(Gpr.RBP, Gpr.RAX, size, 0);
      if (i == 0) {
        if (size == 8) {
          a.vmovq(to, point);
        } else {
          a.vmovd(to, point);
        }
      } else if (size == 8) {
        a.vmovhps(to, to, point);
      } else {
        a.vpinsrd(to, to, point, i);
      }
    }
  }
}
