package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/** Quantizes blocks in groups, whose units are searched side by side. */
abstract class GroupQuantizer implements RowQuantizer {
  /** Values of a group: 16 blocks of the K types. */
  private static final int GROUP = 4096;

  private final GgmlType type;
  private final Supplier<Arithmetic> arithmetic;

  GroupQuantizer(GgmlType type, Supplier<Arithmetic> arithmetic) {
    this.type = type;
    this.arithmetic = arithmetic;
  }

  /** The work of one call, with its scratch. */
  interface Worker {
    /** out = blocks {@code first} to {@code first + blocks − 1} of the rows, from 0 on. */
    void encode(int first, int blocks, byte[] out);
  }

  /**
   * Makes the scratch of a call.
   *
   * @param blocks most blocks of a group
   */
  abstract Worker worker(Rows rows, int blocks, Arithmetic arithmetic);

  @Override
  public final GgmlType type() {
    return type;
  }

  @Override
  public Importance importance() {
    return Importance.USED;
  }

  @Override
  public final void quantize(
      float[] x, int from, int rows, int n, float[] importance, MemorySegment out, long at) {
    type.rowBytes(n); // n must be whole blocks
    int size = type.blockSize();
    int bytes = type.blockBytes();
    Rows all = new Rows(x, from, rows, n, size, importance);
    int most = Math.min(GROUP / size, all.blocks());
    Worker worker = worker(all, most, arithmetic.get());
    byte[] encoded = new byte[most * bytes];
    for (int b = 0; b < all.blocks(); b += most) {
      int blocks = Math.min(most, all.blocks() - b);
      worker.encode(b, blocks, encoded);
      MemorySegment.copy(
          encoded, 0, out, ValueLayout.JAVA_BYTE, at + (long) b * bytes, blocks * bytes);
    }
  }
}
