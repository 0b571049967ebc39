package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.convert.source.SourceException;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Configurations of all folders with one value that is odd: a model, or one sentence that says what
 * is wrong. {@code -Djora.mutations=N} for more than a few of each folder.
 */
class ConfigMutationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EACH = Integer.getInteger("jora.mutations", 2);

  /** Values that something else may stand for; the empty one takes the key away. */
  private static final List<String> ODD =
      List.of(
          "",
          "null",
          "-1",
          "0",
          "1",
          "3",
          "7",
          "33",
          "2147483647",
          "4294967297",
          "1e300",
          "0.5",
          "\"12\"",
          "\"odd\"",
          "\"yarn\"",
          "\"dynamic\"",
          "true",
          "[]",
          "[1]",
          "[-1, 7]",
          "{}",
          "[\"full_attention\"]",
          "{\"rope_type\": \"yarn\"}");

  @TempDir Path temporary;

  /** A place in a configuration: the objects on the way to it, and its name there. */
  private record Place(List<String> way, String name) {
    ObjectNode in(ObjectNode root) {
      ObjectNode object = root;
      for (String step : way) {
        object = (ObjectNode) object.get(step);
      }
      return object;
    }
  }

  private static void collect(ObjectNode object, List<String> way, List<Place> places) {
    object
        .properties()
        .forEach(
            entry -> {
              if (!entry.getKey().contains("vision") && !entry.getKey().contains("audio")) {
                places.add(new Place(way, entry.getKey()));
                if (entry.getValue() instanceof ObjectNode part) {
                  List<String> longer = new ArrayList<>(way);
                  longer.add(entry.getKey());
                  collect(part, longer, places);
                }
              }
            });
  }

  @Test
  void oddValuesAreToldInOneSentence() throws IOException {
    Random random = new Random(18);
    List<String> wrong = new ArrayList<>();
    for (String name : CheckpointsTest.folders()) {
      Path folder = folder(name);
      JsonNode config = JSON.readTree(Files.readString(folder.resolve("config.json")));
      List<Place> places = new ArrayList<>();
      collect((ObjectNode) config, List.of(), places);
      for (int i = 0; i < EACH; i++) {
        Place place = places.get(random.nextInt(places.size()));
        String value = ODD.get(random.nextInt(ODD.size()));
        ObjectNode odd = config.deepCopy();
        if (value.isEmpty()) {
          place.in(odd).remove(place.name());
        } else {
          place.in(odd).set(place.name(), JSON.readTree(value));
        }
        Files.writeString(folder.resolve("config.json"), odd.toString());
        String fault = fault(folder);
        if (!fault.isEmpty()) {
          wrong.add(name + ": " + place + " = " + value + ": " + fault);
        }
      }
    }
    assertTrue(wrong.isEmpty(), wrong.size() + " of them:\n" + String.join("\n", wrong));
  }

  private Path folder(String name) throws IOException {
    Path from = Shared.testdata("checkpoints").resolve(name);
    Path to = Files.createDirectory(temporary.resolve(name));
    Files.copy(from.resolve("model.safetensors"), to.resolve("model.safetensors"));
    Files.copy(from.resolve("config.json"), to.resolve("config.json"));
    Files.copy(
        Shared.testdata("checkpoints").resolve("tokenizer.json"), to.resolve("tokenizer.json"));
    return to;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "architectures | [\"LlamaForCausalLm\"] | near are LlamaForCausalLM",
        "architectures | [\"Olmo9ForCausalLM\"] | near are Olmo",
        "architectures | [] | architectures: expected the class",
        "architectures | null | architectures: expected the class",
        "hidden_size | 33 | token_embd.weight: expected shape [33",
        "hidden_size | \"32\" | hidden_size: expected a whole number, found \"32\"",
        "hidden_size | NaN | hidden_size: expected a whole number, found NaN",
        "num_attention_heads | 0 | num_attention_heads: expected 1 to",
        "num_attention_heads | null | num_attention_heads: expected a whole number, found none",
        "num_hidden_layers | -2 | num_hidden_layers: expected 1 to 512, found -2",
        "num_hidden_layers | 3 | blk.2.attn_norm.weight",
        "num_hidden_layers | 2147483647 | num_hidden_layers: expected 1 to 512, found 2147483647",
        "num_key_value_heads | 3 | k_proj.weight: expected 24 or more along its extent 0",
        "rms_norm_eps | NaN | rms_norm_eps: expected a number, found NaN",
        "rms_norm_eps | 1e300 | layer_norm_rms_epsilon: expected a finite number",
        "head_dim | -8 | head_dim: expected 1 to",
        "rope_parameters | {\"rope_type\": \"spiral\"} | rope_type: expected one of default,",
        "rope_parameters | {\"rope_type\": \"yarn\", \"factor\": 4} | original_max_position",
        "vocab_size | 7 | vocab_size 7"
      })
  void oneSentenceNamesTheKey(String key, String value, String told) throws IOException {
    Path folder = folder("llama");
    JsonNode config = JSON.readTree(Files.readString(folder.resolve("config.json")));
    ((ObjectNode) config).put(key, "HERE");
    Files.writeString(folder.resolve("config.json"), config.toString().replace("\"HERE\"", value));
    ConversionRequest request =
        new ConversionRequest(OutputType.parse("f32"), Optional.of("gpt-2"), Optional.empty());
    SourceException refusal =
        assertThrows(SourceException.class, () -> Conversion.of(folder, request).close());
    assertTrue(refusal.getMessage().contains(told), refusal.getMessage());
  }

  /** What is wrong with what is said of it; empty if nothing. */
  private static String fault(Path folder) {
    ConversionRequest request =
        new ConversionRequest(OutputType.parse("f32"), Optional.of("gpt-2"), Optional.empty());
    try (Conversion conversion = Conversion.of(folder, request)) {
      return conversion.tensors().isEmpty() ? "a model without tensors" : "";
    } catch (SourceException e) {
      String message = e.getMessage();
      boolean told = message.contains(folder.toString()) || message.contains("tensor");
      boolean short_ = message.length() < 500 && !message.contains("\n");
      return told && short_ ? "" : "said badly: " + message;
    } catch (RuntimeException | Error e) {
      StackTraceElement[] where = e.getStackTrace();
      return e + " at " + (where.length == 0 ? "?" : where[0]);
    }
  }
}
