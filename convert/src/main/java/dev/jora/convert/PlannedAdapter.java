package dev.jora.convert;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorResult;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An adapter file that is to be written. */
public final class PlannedAdapter implements PlannedFile {
  private final PeftAdapter adapter;
  private final AdapterConversion conversion;
  private final GgmlType type;
  private final Optional<String> name;

  /**
   * Of an adapter, which is this one's to close.
   *
   * @param type what tensors are written as, where its blocks divide their rows
   * @param name of the adapter, in place of the folder's
   */
  public PlannedAdapter(
      PeftAdapter adapter, AdapterConversion conversion, GgmlType type, Optional<String> name) {
    this.adapter = adapter;
    this.conversion = conversion;
    this.type = type;
    this.name = name;
  }

  @Override
  public Map<String, GgufValue> metadata() {
    return conversion.metadata(tensors(), name);
  }

  @Override
  public List<TensorInfo> tensors() {
    return conversion.tensors(type);
  }

  @Override
  public String type() {
    return "adapter of a " + conversion.architecture() + " model";
  }

  @Override
  public String fileName() {
    Path folder = adapter.folder().toAbsolutePath().normalize().getFileName();
    return (folder == null ? "adapter" : folder) + "-lora-" + type + ".gguf";
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public List<TensorResult> write(Path output, Quantizer quantizer, QuantizeListener listener)
      throws IOException {
    return conversion.write(output, type, name, quantizer, listener);
  }

  @Override
  public void close() {
    adapter.close();
  }
}
