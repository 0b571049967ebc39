package dev.jora.bench;

import dev.jora.gguf.FileType;
import dev.jora.gguf.GgufMetadata;
import dev.jora.model.Model;
import dev.jora.tensor.GgmlType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a table of results says of a model.
 *
 * @param type architecture, size and recipe: {@code llama 1B Q4_K - Medium}
 * @param bytes of all tensors
 * @param parameters values of all tensors
 */
public record ModelFacts(String type, long bytes, long parameters) {
  /** The facts of a model. */
  public static ModelFacts of(Model model) {
    GgufMetadata metadata = model.metadata();
    String size = metadata.description("general.size_label");
    String type =
        String.join(
            " ",
            model.hyperparameters().architecture(),
            size.isEmpty() ? rounded(model.parameters()) : size,
            recipe(model));
    return new ModelFacts(type, model.tensorBytes(), model.parameters());
  }

  /** Millions, billions, and up to two of them in halves: 135M, 1B, 1.5B, 8B. */
  static String rounded(long parameters) {
    if (parameters < 950_000_000) {
      return Math.round(parameters / 1e6) + "M";
    }
    double billions = parameters / 1e9;
    double steps = billions < 2.25 ? 2 : 1;
    double value = Math.round(billions * steps) / steps;
    return String.format(Locale.ROOT, value % 1 == 0 ? "%.0fB" : "%.1fB", value);
  }

  private static String recipe(Model model) {
    return model
        .metadata()
        .fileType()
        .map(FileType::label)
        .orElseGet(() -> mostUsed(model) + " (guessed)");
  }

  /** The type that most bytes are in. */
  private static GgmlType mostUsed(Model model) {
    Map<GgmlType, Long> bytes = new EnumMap<>(GgmlType.class);
    model.tensors().values().forEach(t -> bytes.merge(t.type(), t.bytes(), Long::sum));
    return Collections.max(bytes.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
