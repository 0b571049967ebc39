package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A type whose blocks are made one by one.
 *
 * @param writer makes what a call writes blocks with
 */
record BlockRows(
    GgmlType type,
    Importance importance,
    Function<Arithmetic, BlockWriter> writer,
    Supplier<Arithmetic> arithmetic)
    implements RowQuantizer {
  /** A type that needs neither searches nor importance. */
  BlockRows(GgmlType type, Supplier<BlockWriter> writer) {
    this(type, Importance.IGNORED, unused -> writer.get(), () -> null);
  }

  @Override
  public void quantize(
      float[] x, int from, int rows, int n, float[] importance, MemorySegment out, long at) {
    check(importance, n);
    BlockWriter blocks = writer.apply(arithmetic.get());
    long to = at;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < n; column += type.blockSize()) {
        blocks.write(x, from + row * n + column, importance, column);
        MemorySegment.copy(blocks.bytes, 0, out, ValueLayout.JAVA_BYTE, to, type.blockBytes());
        to += type.blockBytes();
      }
    }
  }

  private void check(float[] importance, int n) {
    type.rowBytes(n); // n must be whole blocks
    if (importance == null && this.importance == Importance.REQUIRED) {
      throw new IllegalArgumentException(
          type + " needs an importance matrix: nothing else tells what its few bits should keep");
    }
  }
}
