package dev.jora.quantize;

import dev.jora.gguf.FileType;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.SplitSet;
import dev.jora.quantize.recipe.LayerPruning;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The metadata of a file that is written: the source's, and what became of it. */
final class OutputMetadata {
  private static final int QUANTIZATION_VERSION = 2;

  private OutputMetadata() {}

  /** All pairs, in llama.cpp's order: what is set moves to the end. */
  static Map<String, GgufValue> of(
      GgufMetadata source, Optional<LayerPruning> pruning, QuantizeRequest request) {
    Map<String, GgufValue> values =
        pruning
            .map(layers -> layers.apply(source))
            .orElseGet(() -> new LinkedHashMap<>(source.values()));
    for (String key : new String[] {SplitSet.NO, SplitSet.COUNT, SplitSet.TENSORS}) {
      values.remove(key);
    }
    set(values, "general.quantization_version", u32(QUANTIZATION_VERSION));
    request
        .recipe()
        .fileType()
        .map(FileType::id)
        .ifPresent(id -> set(values, "general.file_type", u32(id)));
    request.overrides().forEach((key, value) -> set(values, key, value));
    request.matrix().ifPresent(matrix -> addMatrix(values, matrix));
    return values;
  }

  private static void addMatrix(Map<String, GgufValue> values, QuantizeRequest.Matrix matrix) {
    set(values, "quantize.imatrix.file", new GgufValue.Str(matrix.file()));
    if (!matrix.values().dataset().isEmpty()) {
      set(values, "quantize.imatrix.dataset", new GgufValue.Str(matrix.values().dataset()));
    }
    set(values, "quantize.imatrix.entries_count", u32(matrix.values().tensors().size()));
    if (matrix.values().chunks() > 0) {
      set(values, "quantize.imatrix.chunks_count", u32(matrix.values().chunks()));
    }
  }

  /** The pairs of file {@code no} of a set of {@code count}, which has {@code tensors} in all. */
  static Map<String, GgufValue> ofPart(
      Map<String, GgufValue> whole, int no, int count, int tensors) {
    Map<String, GgufValue> values = no == 0 ? new LinkedHashMap<>(whole) : new LinkedHashMap<>();
    values.put(SplitSet.NO, new GgufValue.Int(GgufType.UINT16, no));
    values.put(SplitSet.COUNT, new GgufValue.Int(GgufType.UINT16, count));
    values.put(SplitSet.TENSORS, new GgufValue.Int(GgufType.INT32, tensors));
    return values;
  }

  private static GgufValue u32(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }

  private static void set(Map<String, GgufValue> values, String key, GgufValue value) {
    values.remove(key);
    values.put(key, value);
  }
}
