package dev.jora.convert.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.model.checkpoint.TokenizerKind;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Converted tokenizers give the ids of the libraries tokenizers and sentencepiece. */
final class TokenizerIdsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILES = Shared.testdata("tokenizer-files");

  static Stream<Integer> cases() throws IOException {
    return IntStream.range(0, cases("cases").size()).boxed();
  }

  private static JsonNode cases(String key) throws IOException {
    return JSON.readTree(FILES.resolve("byte-level/cases.json").toFile()).get(key);
  }

  /** One vocabulary, whose merges go across words, and every way to cut that has a name. */
  @ParameterizedTest
  @MethodSource("cases")
  void byteLevelIsCutAsItsFileSays(int number, @TempDir Path folder) throws IOException {
    JsonNode one = cases("cases").get(number);
    ObjectNode model = (ObjectNode) JSON.readTree(FILES.resolve("byte-level/model.json").toFile());
    model.put("ignore_merges", one.get("ignore_merges").asBoolean());
    ObjectNode file = JSON.createObjectNode();
    file.putArray("added_tokens");
    file.set("normalizer", one.get("normalizer"));
    file.set("pre_tokenizer", one.get("pre_tokenizer"));
    file.set("model", model);
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), file);
    JSON.writeValue(folder.resolve("tokenizer_config.json").toFile(), one.get("config"));

    Map<String, GgufValue> keys = read(folder, TokenizerKind.BPE, 0, JSON.createObjectNode());

    assertEquals(new GgufValue.Str(one.get("pre").asText()), keys.get("tokenizer.ggml.pre"));
    Tokenizer tokenizer = tokenizer(keys);
    for (int i = 0; i < cases("texts").size(); i++) {
      JsonNode ids = one.get("encodings").get(i); // null where llama.cpp's cuts are simpler
      if (!ids.isNull()) {
        requireIds(tokenizer, cases("texts").get(i).asText(), ids);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2-slow, BPE, false",
    "llama-spm, LLAMA, false",
    "llama-spm, GEMMA2, false",
    "llama-hf, LLAMA, false",
    "llama-hf, SENTENCE_PIECE, false",
    "gemma4, GEMMA4, false",
    "t5, T5, false",
    "unigram, T5, false",
    "bert-uncased, BERT, true",
    "bert-cased, BERT, true"
  })
  void filesGiveTheIdsOfTheirLibraries(String name, TokenizerKind kind, boolean special)
      throws IOException {
    Path folder = FILES.resolve(name);
    JsonNode config =
        Files.exists(folder.resolve("config.json"))
            ? JSON.readTree(folder.resolve("config.json").toFile())
            : JSON.createObjectNode();
    int size = config.path("vocab_size").asInt();

    Map<String, GgufValue> keys = read(folder, kind, size, config);
    if (kind == TokenizerKind.GEMMA2) {
      keys.put("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(true)); // as it was learned
    }

    Tokenizer tokenizer = tokenizer(keys);
    for (JsonNode one : JSON.readTree(folder.resolve("expected.json").toFile())) {
      int[] ids = tokenizer.encode(one.get("text").asText(), special, false);
      assertArrayEquals(ids(one.get("ids")), ids, one.get("text").asText());
    }
  }

  private static Map<String, GgufValue> read(
      Path folder, TokenizerKind kind, int size, JsonNode config) {
    return new LinkedHashMap<>(
        TokenizerFiles.read(folder, new TokenizerRequest(kind, size, config, Optional.empty())));
  }

  private static Tokenizer tokenizer(Map<String, GgufValue> keys) {
    Map<String, GgufValue> all = new LinkedHashMap<>(keys);
    all.put("general.architecture", new GgufValue.Str("llama"));
    return Tokenizer.from(new GgufMetadata(Path.of("test.gguf"), all));
  }

  private static void requireIds(Tokenizer tokenizer, String text, JsonNode expected) {
    assertArrayEquals(ids(expected), tokenizer.encode(text, false, false), text);
  }

  private static int[] ids(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }
}
