package dev.jora.quantize.row;

import dev.jora.quant.BlockEncoder;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** The types that core itself writes by plain rounding. */
record EncodedRows(BlockEncoder encoder) implements RowQuantizer {
  EncodedRows(GgmlType type) {
    this(BlockFormats.findEncoder(type).orElseThrow());
  }

  @Override
  public GgmlType type() {
    return encoder.type();
  }

  @Override
  public Importance importance() {
    return Importance.IGNORED;
  }

  @Override
  public void quantize(
      float[] x, int from, int rows, int n, float[] importance, MemorySegment out, long at) {
    type().rowBytes(n);
    encoder.quantize(x, from, out, at, rows * n);
  }
}
