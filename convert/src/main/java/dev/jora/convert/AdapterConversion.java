package dev.jora.convert;

import dev.jora.convert.adapter.LowRank;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.TensorRule;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PEFT adapter's way into an adapter file of GGUF. What a family does to its weights is done to
 * the two matrices; every scale is folded into the second one, so that alpha / rank is right.
 */
public final class AdapterConversion {
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, float[][]> tensors = new LinkedHashMap<>();

  /**
   * Plans it.
   *
   * @param base how the model that it was made for becomes a model file
   * @param name of the adapter
   * @throws SourceException if no adapter file can say what it does
   */
  public AdapterConversion(PeftAdapter adapter, Checkpoint base, String name) {
    if (adapter.isDecomposed()) {
      throw new SourceException(
          adapter.folder()
              + ": a DoRA adapter scales rows of the model's weights, which an adapter file cannot"
              + " say; merge it into the model");
    }
    if (!adapter.whole().isEmpty()) {
      throw new SourceException(
          "%s: the adapter has whole tensors, such as %s, which an adapter file cannot hold; merge"
                  .formatted(adapter.folder(), adapter.whole().keySet().iterator().next())
              + " it into the model");
    }
    metadata.put("general.architecture", new GgufValue.Str(base.architecture()));
    metadata.put("general.type", new GgufValue.Str("adapter"));
    metadata.put("adapter.type", new GgufValue.Str("lora"));
    metadata.put("general.name", new GgufValue.Str(name));
    metadata.put("adapter.lora.alpha", new GgufValue.F32((float) adapter.alpha()));
    metadata.put("general.quantization_version", new GgufValue.Int(GgufType.UINT32, 2));
    for (String module : adapter.modules()) {
      add(adapter, base, module);
    }
  }

  private void add(PeftAdapter adapter, Checkpoint base, String module) {
    SourceName source = SourceName.of(module + ".weight");
    List<TensorRule> rules =
        base.rules().stream()
            .filter(
                rule -> rule.source().equals(source.base()) || rule.source().equals(source.whole()))
            .toList();
    if (rules.isEmpty()) {
      throw new SourceException(
          "%s: module %s: a %s model has none of this name; was the adapter made for another model?"
              .formatted(adapter.folder(), module, base.architecture()));
    }
    for (TensorRule rule : rules) {
      if (rule.stacked() > 0) {
        throw new SourceException(
            "%s: module %s: adapters of single experts cannot be written; merge it into the model"
                .formatted(adapter.folder(), module));
      }
      LowRank product = adapter.folded(module);
      for (Change change : rule.changes()) {
        product = product.with(change);
      }
      put(rule.target().replace("*", Integer.toString(source.layer())), product);
    }
  }

  private void put(String target, LowRank product) {
    String name = target.endsWith(".weight") ? target : target + ".weight";
    boolean rows = target.equals("token_embd"); // rows of it are looked up
    tensors.put(name + ".lora_a", rows ? product.left() : product.right());
    tensors.put(name + ".lora_b", rows ? LowRank.transposed(product.right()) : product.left());
  }

  /** Writes the file, whole or not at all. */
  public void write(Path output) throws IOException {
    List<TensorInfo> infos = new ArrayList<>();
    tensors.forEach(
        (name, rows) ->
            infos.add(
                new TensorInfo(name, GgmlType.F32, Shape.of(rows[0].length, rows.length), 0)));
    try (GgufWriter writer = GgufWriter.create(output, metadata, infos);
        Arena arena = Arena.ofConfined()) {
      for (float[][] matrix : tensors.values()) {
        for (float[] row : matrix) {
          writer.append(arena.allocateFrom(ValueLayout.JAVA_FLOAT, row));
        }
      }
      writer.finish();
    }
  }
}
