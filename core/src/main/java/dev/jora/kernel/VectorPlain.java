package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.FLOAT;
import static dev.jora.kernel.Vectors.MEMORY;

import dev.jora.quant.BlockFormat;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** A type without decoding in vectors: blocks are decoded by its {@link BlockFormat}. */
record VectorPlain(BlockFormat format) implements VectorFormat {
  /** Values decoded at once: a multiple of every block size. */
  private static final int RUN = 256;

  @Override
  public GgmlType type() {
    return format.type();
  }

  @Override
  public void dequantize(long w, int n, long out) {
    float[] values = new float[Math.min(n, RUN)];
    for (int i = 0; i < n; i += RUN) {
      int run = Math.min(RUN, n - i);
      format.dequantize(MEMORY, (w + type().rowBytes(i)) & ADDRESS, values, 0, run);
      MemorySegment.copy(values, 0, MEMORY, FLOAT, (out + 4L * i) & ADDRESS, run);
    }
  }
}
