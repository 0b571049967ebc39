package dev.jora.testing;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A place of a tensor of 32-bit floats, and a value for it.
 *
 * @param row counted over all dimensions behind the first; −1 for all
 * @param column −1 for all
 */
public record BrokenModel(String tensor, long row, int column, float value) {
  /** The tensors of a file with the value in its place. */
  public Map<String, Tensor> tensors(GgufFile file) {
    return in(file.tensors());
  }

  /** Tensors with the value in its place. */
  public Map<String, Tensor> in(Map<String, Tensor> all) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(all);
    tensors.computeIfPresent(tensor, (name, t) -> broken(t));
    return tensors;
  }

  /** A copy of a file with the value in its place. */
  public Path copy(Path source, Path target) throws IOException {
    try (GgufFile file = GgufFile.open(source);
        GgufWriter out = GgufWriter.create(target, file.metadata().values(), file.infos())) {
      Map<String, Tensor> tensors = tensors(file);
      for (TensorInfo info : file.infos()) {
        out.append(tensors.get(info.name()).data());
      }
      out.finish();
    }
    return target;
  }

  private Tensor broken(Tensor t) {
    if (t.type() != GgmlType.F32) {
      throw new IllegalArgumentException(tensor + " is of type " + t.type());
    }
    int columns = (int) t.shape().ne0();
    float[] values = t.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    for (int i = 0; i < values.length; i++) {
      boolean here = (row < 0 || i / columns == row) && (column < 0 || i % columns == column);
      values[i] = here ? value : values[i];
    }
    MemorySegment data = Arena.ofAuto().allocate(t.bytes(), 64);
    return new Tensor(t.name(), t.type(), t.shape(), data.copyFrom(MemorySegment.ofArray(values)));
  }
}
