package dev.jora.cli.quantize;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.PartFile;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.TensorResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code --report}: what became of each tensor, as JSON. */
final class QuantizeReport {
  private QuantizeReport() {}

  static void write(Path file, Quantization quantization, List<TensorResult> results)
      throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("output", quantization.outputs().getFirst().toString());
    root.put("recipe", quantization.recipe().name());
    root.put("bytes", quantization.plan().bytes());
    root.put("bits_per_weight", quantization.plan().bitsPerWeight());
    ArrayNode tensors = root.putArray("tensors");
    for (TensorResult result : results) {
      ObjectNode node = tensors.addObject();
      node.put("name", result.job().name());
      node.put("source_type", result.job().source().type().name());
      node.put("type", result.job().type().name());
      ArrayNode shape = node.putArray("shape");
      for (int i = 0; i < result.job().source().shape().dims(); i++) {
        shape.add(result.job().source().shape().ne(i));
      }
      node.put("bytes", result.job().bytes());
      node.put("importance", result.job().importance() != null);
      node.put("rmse", result.rmse());
      node.put("relative_rmse", result.relativeError());
      node.put("max_error", result.maxError());
    }
    String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    try (PartFile part = new PartFile(file)) {
      part.write(StandardCharsets.UTF_8.encode(text + "\n"));
      part.finish();
    }
  }
}
