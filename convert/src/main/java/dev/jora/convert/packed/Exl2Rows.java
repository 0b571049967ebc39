package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows of EXL2. Every step is rounded to a half, as its own kernels do. */
final class Exl2Rows implements Rows {
  private static final Packing NIBBLES = new Packing(4, true);

  /**
   * What rows are made of.
   *
   * @param inverse whether {@code places} says where inputs lie, else which inputs lie there
   */
  record Sources(
      SourceTensor weight,
      SourceTensor groups,
      SourceTensor scale,
      SourceTensor max,
      SourceTensor places,
      boolean inverse) {}

  private final Exl2Groups groups;
  private final MemorySegment words;
  private final long stored;
  private final MemorySegment scale;
  private final float[] max;
  private final int[] input;
  private final int[] q;

  Exl2Rows(Sources from, Exl2Groups groups, Arena arena) {
    this.groups = groups;
    this.words = from.weight.read(arena);
    this.stored = from.weight.shape()[1];
    this.scale = from.scale.read(arena);
    this.max = new float[groups.bits().length];
    Numbers maxima = new Numbers(from.max, arena);
    for (int g = 0; g < max.length; g++) {
      max[g] = half(maxima.get(g) / 256);
    }
    this.input = inputs(from);
    this.q = new int[input.length];
  }

  /** Which input lies at each place. */
  private static int[] inputs(Sources from) {
    int[] told = Numbers.wholes(from.places);
    int n = told.length;
    int[] inputs = new int[n];
    boolean[] seen = new boolean[n];
    for (int k = 0; k < n; k++) {
      int place = from.places.type() == ElementType.I16 ? told[k] & 0xffff : told[k];
      if (place < 0 || place >= n || seen[place]) {
        throw new SourceException(
            "tensor %s: expected each of 0 to %d once, found %d at %d; download the file again"
                .formatted(from.places.name(), n - 1, place, k));
      }
      seen[place] = true;
      if (from.inverse) {
        inputs[place] = k;
      } else {
        inputs[k] = place;
      }
    }
    return inputs;
  }

  @Override
  public void make(long row, float[] to) {
    int place = 0;
    for (int g = 0; g < max.length; g++) {
      int step = NIBBLES.one(scale, g * stored / 2, Integer.BYTES, row) + 1;
      float s = half(step * step * max[g]);
      int bits = groups.bits()[g];
      int zero = 1 << bits - 1;
      int n = groups.inputs()[g];
      new Packing(bits, true)
          .read(
              words,
              (groups.first()[g] * stored + row) * Integer.BYTES,
              stored * Integer.BYTES,
              n,
              q);
      for (int k = 0; k < n; k++) {
        to[input[place++]] = half((q[k] - zero) * s);
      }
    }
  }

  private static float half(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }
}
