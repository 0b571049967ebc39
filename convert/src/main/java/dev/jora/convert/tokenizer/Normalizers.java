package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufValue;
import java.util.Map;

/** What the normalizer of tokenizer.json does to letters. */
final class Normalizers {
  private static final String LOWERCASE = "tokenizer.ggml.normalizer.lowercase";
  private static final String STRIP_ACCENTS = "tokenizer.ggml.normalizer.strip_accents";

  private Normalizers() {}

  /** Writes that letters become small, if they do. */
  static void putLowerCase(TokenizerFolder folder, Map<String, GgufValue> keys) {
    if (lowers(normalizer(folder))) {
      keys.put(LOWERCASE, new GgufValue.Bool(true));
    }
  }

  /** Writes what a reader of WordPiece would not assume. */
  static void putBert(TokenizerFolder folder, Map<String, GgufValue> keys) {
    JsonNode normalizer = normalizer(folder);
    JsonNode config = folder.object("tokenizer_config.json");
    JsonNode accents =
        normalizer.isObject() ? normalizer.path("strip_accents") : config.path("strip_accents");
    boolean keeps =
        normalizer.isObject() ? !lowers(normalizer) : !config.path("do_lower_case").asBoolean(true);
    if (keeps) {
      keys.put(LOWERCASE, new GgufValue.Bool(false));
    }
    if (accents.isBoolean()) {
      keys.put(STRIP_ACCENTS, new GgufValue.Bool(accents.booleanValue()));
    }
  }

  private static JsonNode normalizer(TokenizerFolder folder) {
    return folder.object("tokenizer.json").path("normalizer");
  }

  private static boolean lowers(JsonNode normalizer) {
    return switch (normalizer.path("type").asText()) {
      case "Lowercase" -> true;
      case "BertNormalizer" -> normalizer.path("lowercase").asBoolean(true);
      case "Sequence" -> {
        boolean lowers = false;
        for (JsonNode part : normalizer.path("normalizers")) {
          lowers |= lowers(part);
        }
        yield lowers;
      }
      default -> false;
    };
  }
}
