package dev.jora.serve.dialect;

import dev.jora.gguf.FileType;
import dev.jora.gguf.GgufMetadata;
import dev.jora.model.Model;
import dev.jora.serve.model.ServedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a model is, as dialects tell of it. */
final class ModelCards {
  private static final List<String> KINDS =
      List.of("", "llama", "gpt2", "bert", "t5", "rwkv", "plamo2");

  private ModelCards() {}

  /** A card as OpenAI has it, with what llama-server adds. */
  static Map<String, Object> card(ServedModel served) {
    Model model = served.model();
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("vocab_type", vocabularyKind(model.metadata()));
    meta.put("n_vocab", model.vocabularySize());
    meta.put("n_ctx", served.contextSize());
    meta.put("n_ctx_train", model.contextLength());
    meta.put("n_embd", model.hyperparameters().embeddingLength());
    meta.put("n_params", model.parameters());
    meta.put("size", model.tensorBytes());
    meta.put("ftype", fileType(served));
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("id", served.name());
    card.put("aliases", served.offer().names());
    card.put("tags", List.of());
    card.put("object", "model");
    card.put(
        "architecture",
        Map.of("input_modalities", List.of("text"), "output_modalities", List.of("text")));
    card.put("created", served.since().getEpochSecond());
    card.put("owned_by", "jora");
    card.put("max_model_len", served.contextSize());
    card.put("meta", meta);
    return card;
  }

  private static int vocabularyKind(GgufMetadata metadata) {
    return Math.max(0, KINDS.indexOf(metadata.string("tokenizer.ggml.model", "")));
  }

  /** The recipe of the file. */
  static String fileType(ServedModel served) {
    return served.model().metadata().fileType().map(FileType::label).orElse("unknown");
  }

  /** The answer to {@code GET /v1/models}, for clients of OpenAI and of Ollama. */
  static Map<String, Object> list(ServedModel served) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("parent_model", "");
    details.put("format", "gguf");
    details.put("family", served.model().hyperparameters().architecture());
    details.put("families", List.of(served.model().hyperparameters().architecture()));
    details.put("parameter_size", parameters(served));
    details.put("quantization_level", fileType(served));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", served.name());
    entry.put("model", served.name());
    entry.put("modified_at", "");
    entry.put("size", "");
    entry.put("digest", "");
    entry.put("type", "model");
    entry.put("description", "");
    entry.put("tags", List.of(""));
    entry.put("capabilities", capabilities(served));
    entry.put("parameters", "");
    entry.put("details", details);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("models", List.of(entry));
    json.put("object", "list");
    json.put("data", List.of(card(served)));
    return json;
  }

  static List<String> capabilities(ServedModel served) {
    return served.offer().embeddings() ? List.of("completion", "embedding") : List.of("completion");
  }

  /** {@code 134.52M}. */
  static String parameters(ServedModel served) {
    double n = served.model().parameters();
    return n >= 1e9
        ? String.format(Locale.ROOT, "%.1fB", n / 1e9)
        : String.format(Locale.ROOT, "%.2fM", n / 1e6);
  }
}
