package dev.jora.model.adapter;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.quant.BlockFormats;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is added to the stream behind layers, so that texts lean in a direction: the sum of what
 * files have, each with its scale.
 *
 * @param layers float32[n_embd] for each layer, null for none
 * @param hash over all of it; empty for nothing
 */
public record ControlVector(List<Tensor> layers, String hash) {
  /** Nothing is added. */
  public static final ControlVector NONE = new ControlVector(List.of(), "");

  private static final String DIRECTION = "direction.";

  /**
   * Files, and where they are used.
   *
   * @param files each with its scale
   * @param first layer, counted from 0, behind which something is added; below 1: 1
   * @param last such layer; below 1: the model's last
   */
  public record Wanted(List<ScaledFile> files, int first, int last) {
    /** No files. */
    public static final Wanted NONE = new Wanted(List.of(), 0, 0);
  }

  /**
   * Reads files and adds them up.
   *
   * @param width n_embd of the model
   * @param count its layers
   * @throws GgufException if one has no directions, or others than the model takes
   */
  public static ControlVector read(Wanted wanted, int width, int count) {
    int first = Math.max(1, wanted.first());
    int last = wanted.last() < 1 ? count : wanted.last();
    float[][] sums = new float[count][];
    for (ScaledFile each : wanted.files()) {
      add(each, width, sums);
    }
    Tensor[] layers = new Tensor[count];
    Hash hash = new Hash();
    boolean any = false;
    for (int il = first; il < count && il <= last; il++) {
      if (sums[il] != null) {
        MemorySegment data = Arena.ofAuto().allocate(4L * width, 64);
        MemorySegment.copy(sums[il], 0, data, ValueLayout.JAVA_FLOAT, 0, width);
        layers[il] = new Tensor(DIRECTION + il, GgmlType.F32, Shape.of(width), data);
        hash.tensor(layers[il]);
        any = true;
      }
    }
    return any ? new ControlVector(Arrays.asList(layers), hash.hex()) : NONE;
  }

  private static void add(ScaledFile wanted, int width, float[][] sums) {
    Path path = wanted.file();
    try (GgufFile file = GgufFile.open(path)) {
      int found = 0;
      for (Tensor t : file.tensors().values()) {
        if (t.name().startsWith(DIRECTION)) {
          found++;
          int il = layer(path, t.name(), sums.length);
          float[] values = values(path, t, width);
          for (int i = 0; i < width && wanted.scale() != 0; i++) {
            sums[il] = sums[il] == null ? new float[width] : sums[il];
            sums[il][i] += wanted.scale() * values[i];
          }
        }
      }
      if (found == 0) {
        String expected = "a control vector's, " + DIRECTION + "1 and so on";
        throw new GgufException(path, -1, "tensors", expected, "no such tensor");
      }
      file.opened().requireUnchanged();
    } catch (InternalError e) {
      throw GgufException.cutWhileMapped(path, -1, "tensors", e);
    }
  }

  private static int layer(Path file, String name, int count) {
    int il;
    try {
      il = Integer.parseInt(name.substring(DIRECTION.length()));
    } catch (NumberFormatException e) {
      il = 0;
    }
    if (il < 1 || il >= count) {
      String expected = "the number of a layer behind it, 1 to " + (count - 1);
      throw new GgufException(file, -1, "tensor " + name, expected, "another");
    }
    return il;
  }

  private static float[] values(Path file, Tensor t, int width) {
    if (t.shape().ne0() != width || t.shape().rows() != 1) {
      throw fault(file, t, "shape [" + width + "], the model's n_embd", t.shape().toString());
    }
    if (BlockFormats.find(t.type()).isEmpty()) {
      throw fault(file, t, "a type that jora can compute with", t.type().name());
    }
    float[] values = TensorValues.of(t);
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(values[i])) {
        throw fault(file, t, "finite numbers", values[i] + " at " + i);
      }
    }
    return values;
  }

  private static GgufException fault(Path file, Tensor t, String expected, String found) {
    return new GgufException(file, -1, "tensor " + t.name(), expected, found);
  }
}
