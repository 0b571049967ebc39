package dev.jora.bench;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Random weights of any type, for speed and not for text. A stock of blocks is found by trial:
 * random bytes are kept where they decode to values of a sane size. So no type needs a generator of
 * its own. Tensors are filled with pieces of the stock.
 */
public final class RandomBlocks {
  private static final int STOCK_BYTES = 1 << 16;

  /** Random blocks, then as many changes of the last one, before that is begun anew. */
  private static final int TRIALS = 1000;

  private final GgmlType type;
  private final long seed;
  private final MemorySegment stock;

  /**
   * A stock of blocks.
   *
   * @param magnitude about the root mean square of the values of a block
   */
  public RandomBlocks(GgmlType type, double magnitude, long seed) {
    this.type = type;
    this.seed = seed;
    BlockFormat format = BlockFormats.of(type);
    SplittableRandom random = new SplittableRandom(seed);
    int blocks = STOCK_BYTES / type.blockBytes();
    stock = Arena.ofAuto().allocate((long) blocks * type.blockBytes(), 64);
    float[] values = new float[type.blockSize()];
    for (int b = 0; b < blocks; b++) {
      makeBlock(format, (long) b * type.blockBytes(), values, magnitude, random);
    }
  }

  /**
   * Random blocks until one is of a sane size. Where a block has so many scales that this is rare,
   * single bytes of one are changed, as long as its size comes no farther.
   */
  private void makeBlock(
      BlockFormat format, long at, float[] values, double magnitude, SplittableRandom random) {
    double error = Double.POSITIVE_INFINITY;
    for (int trial = 0; error > 1; trial++) {
      boolean whole = trial % (2 * TRIALS) < TRIALS;
      byte[] bytes = new byte[whole ? type.blockBytes() : 1];
      MemorySegment part =
          stock.asSlice(whole ? at : at + random.nextInt(type.blockBytes()), bytes.length);
      byte before = part.get(ValueLayout.JAVA_BYTE, 0);
      random.nextBytes(bytes);
      part.copyFrom(MemorySegment.ofArray(bytes));
      double after = error(format, at, values, magnitude);
      if (whole || after <= error) {
        error = after;
      } else {
        part.set(ValueLayout.JAVA_BYTE, 0, before);
      }
    }
  }

  /** How many powers of two the size of a block is off; infinite where it has none. */
  private double error(BlockFormat format, long at, float[] values, double magnitude) {
    format.dequantize(stock, at, values, 0, values.length);
    double error = Math.abs(Math.log(rms(values) / magnitude) / Math.log(2));
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  /** Fills whole blocks of {@code out}, the same ones for the same {@code number}. */
  public void fill(MemorySegment out, long number) {
    SplittableRandom random = new SplittableRandom(seed ^ number * 0x9e3779b97f4a7c15L);
    long blocks = stock.byteSize() / type.blockBytes();
    for (long at = 0; at < out.byteSize(); ) {
      long from = random.nextLong(blocks) * type.blockBytes();
      long n = Math.min(stock.byteSize() - from, out.byteSize() - at);
      MemorySegment.copy(stock, from, out, at, n);
      at += n;
    }
  }

  private static double rms(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
