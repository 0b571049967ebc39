package dev.jora.convert.card;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How a model's makers sample: {@code general.sampling.*} from generation_config.json. */
final class Sampling {
  private static final String FILE = "generation_config.json";
  private static final int MAX_BYTES = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  /** A key of the file, its name in GGUF and its type there. */
  private record Key(String json, String gguf, GgufType type) {}

  private static final List<Key> KEYS =
      List.of(
          new Key("sequence", "sequence", GgufType.STRING),
          new Key("top_k", "top_k", GgufType.INT32),
          new Key("top_p", "top_p", GgufType.FLOAT32),
          new Key("min_p", "min_p", GgufType.FLOAT32),
          new Key("xtc_probability", "xtc_probability", GgufType.FLOAT32),
          new Key("xtc_threshold", "xtc_threshold", GgufType.FLOAT32),
          new Key("temperature", "temp", GgufType.FLOAT32),
          new Key("penalty_last_n", "penalty_last_n", GgufType.INT32),
          new Key("penalty_repeat", "penalty_repeat", GgufType.FLOAT32),
          new Key("mirostat", "mirostat", GgufType.INT32),
          new Key("mirostat_tau", "mirostat_tau", GgufType.FLOAT32),
          new Key("mirostat_eta", "mirostat_eta", GgufType.FLOAT32));

  private Sampling() {}

  /** Puts what the file in {@code folder} has; what is of the wrong type gets a note. */
  static void put(Path folder, Map<String, GgufValue> values, List<String> notes) {
    JsonNode config = read(folder.resolve(FILE), notes);
    for (Key key : KEYS) {
      JsonNode json = config.path(key.json());
      if (json.isMissingNode() || json.isNull() || json.isTextual() && json.textValue().isEmpty()) {
        continue;
      }
      GgufValue value = value(json, key.type());
      if (value == null) {
        notes.add(FILE + ": " + key.json() + " is passed over: it is no " + label(key.type()));
      } else {
        values.put("general.sampling." + key.gguf(), value);
      }
    }
  }

  private static JsonNode read(Path file, List<String> notes) {
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        return JSON.readTree(in.readNBytes(MAX_BYTES));
      } catch (JsonProcessingException e) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        notes.add(FILE + " is passed over: line " + line + " is not JSON");
      } catch (IOException e) {
        notes.add(FILE + " is passed over: " + e.getMessage());
      }
    }
    return JSON.missingNode();
  }

  private static GgufValue value(JsonNode json, GgufType type) {
    return switch (type) {
      case STRING -> json.isTextual() ? new GgufValue.Str(Utf8.wellFormed(json.textValue())) : null;
      case INT32 ->
          json.isNumber() && json.canConvertToExactIntegral() && json.canConvertToInt()
              ? new GgufValue.Int(type, json.intValue())
              : null;
      default ->
          json.isNumber() && Float.isFinite(json.floatValue())
              ? new GgufValue.F32((float) json.doubleValue())
              : null;
    };
  }

  private static String label(GgufType type) {
    return switch (type) {
      case STRING -> "text";
      case INT32 -> "integer of 32 bits";
      default -> "number";
    };
  }
}
