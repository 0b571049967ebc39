package dev.jora.convert.adapter;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A checkpoint with an adapter in its weights, computed in float32 when they are read. */
public final class MergedWeights implements Weights {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Weights base;
  private final PeftAdapter adapter;
  private final float scale;
  private final SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();

  /**
   * Merges; both are closed with it.
   *
   * @param scale of the user, 1 as it was trained
   * @throws SourceException if the adapter changes what the checkpoint has not
   */
  public MergedWeights(Weights base, PeftAdapter adapter, float scale) {
    this.base = base;
    this.adapter = adapter;
    this.scale = scale;
    base.tensors().forEach((name, tensor) -> tensors.put(name, merged(tensor)));
    adapter.whole().forEach((name, tensor) -> tensors.put(name, renamed(name, tensor)));
    for (String module : adapter.modules()) {
      if (!base.tensors().containsKey(module + ".weight")) {
        throw new SourceException(
            "%s: module %s: the base has no tensor %s.weight; it was made from another model"
                .formatted(adapter.folder(), module, module));
      }
    }
  }

  private SourceTensor merged(SourceTensor tensor) {
    String name = tensor.name();
    String module = name.endsWith(".weight") ? name.substring(0, name.length() - 7) : name;
    LowRank change = adapter.lowRank(module);
    if (change == null) {
      return tensor;
    }
    long[] shape = tensor.shape();
    if (shape.length != 2 || shape[0] != change.rows() || shape[1] != change.columns()) {
      throw new SourceException(
          "%s: module %s: expected an adapter of %s, found one of [%d, %d]"
              .formatted(
                  adapter.folder(),
                  module,
                  Arrays.toString(shape),
                  change.rows(),
                  change.columns()));
    }
    return new Merged(tensor, module);
  }

  private static SourceTensor renamed(String name, SourceTensor tensor) {
    return new SourceTensor() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public ElementType type() {
        return tensor.type();
      }

      @Override
      public long[] shape() {
        return tensor.shape();
      }

      @Override
      public MemorySegment read(Arena arena) {
        return tensor.read(arena);
      }
    };
  }

  /** A weight and what the adapter adds to it. */
  private final class Merged implements SourceTensor {
    private final SourceTensor weight;
    private final String module;

    Merged(SourceTensor weight, String module) {
      this.weight = weight;
      this.module = module;
    }

    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public ElementType type() {
      return ElementType.F32;
    }

    @Override
    public long[] shape() {
      return weight.shape();
    }

    @Override
    public MemorySegment read(Arena arena) {
      LowRank change = adapter.lowRank(module);
      float by = (float) (scale * adapter.scale(module));
      float[] magnitude = adapter.magnitude(module);
      int rows = change.rows();
      int columns = change.columns();
      MemorySegment out = arena.allocate(4L * rows * columns, 64);
      try (Arena own = Arena.ofConfined()) {
        MemorySegment values = Values.floats(weight, own);
        float[] row = new float[columns];
        for (int i = 0; i < rows; i++) {
          MemorySegment.copy(values, F32, 4L * i * columns, row, 0, columns);
          for (int k = 0; k < change.rank(); k++) {
            float factor = by * change.left()[i][k];
            float[] right = change.right()[k];
            for (int j = 0; j < columns; j++) {
              row[j] += factor * right[j];
            }
          }
          if (magnitude != null) {
            toLength(row, magnitude, i);
          }
          MemorySegment.copy(row, 0, out, F32, 4L * i * columns, columns);
        }
      }
      return out;
    }

    /** DoRA: a row's direction is that of the sum, its length is learned. */
    private void toLength(float[] row, float[] magnitude, int i) {
      if (magnitude.length <= i) {
        throw new SourceException(
            "%s: module %s: expected a magnitude for each row, found %d"
                .formatted(adapter.folder(), module, magnitude.length));
      }
      double squares = 0;
      for (float value : row) {
        squares += (double) value * value;
      }
      float factor = (float) (magnitude[i] / Math.sqrt(squares));
      for (int j = 0; j < row.length; j++) {
        row[j] *= factor;
      }
    }
  }

  @Override
  public SequencedMap<String, SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    base.close();
    adapter.close();
  }
}
