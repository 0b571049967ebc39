package dev.jora.convert.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.model.checkpoint.TokenizerKind;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of llama.cpp's converter, in its order. */
final class GoldenTokenizersTest {
  @ParameterizedTest
  @CsvSource({
    "deepseek3, BPE",
    "falcon, BPE",
    "fused-three, PHI3",
    "gemma2, GEMMA2",
    "gemma3, GEMMA2",
    "gemma4e, GEMMA4",
    "gpt2, BPE",
    "gptoss, BPE",
    "lfm2, BPE",
    "llama, LLAMA",
    "llama-bias, LLAMA",
    "llama-rope3, LLAMA",
    "llama-spm, LLAMA",
    "mixtral, LLAMA",
    "qwen2, SENTENCE_PIECE",
    "qwen3, SENTENCE_PIECE",
    "qwen35, SENTENCE_PIECE",
    "qwen3moe, SENTENCE_PIECE",
    "starcoder2, BPE"
  })
  void keysAreThoseOfLlamaCpp(String name, TokenizerKind kind) throws IOException {
    Path folder = Shared.path("golden/hf/" + name);
    String model = name.equals("fused-three") ? "phi3" : name;
    Path file = Shared.path("golden/architectures/" + model + "/model.gguf");
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    int size = config.path("vocab_size").asInt();

    Map<String, GgufValue> keys =
        TokenizerFiles.read(folder, new TokenizerRequest(kind, size, config, Optional.empty()));

    List<String> wanted = new ArrayList<>();
    GgufFile.readMetadata(file)
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith("tokenizer.")) {
                wanted.add(shown(key, value));
              }
            });
    List<String> found = new ArrayList<>();
    keys.forEach((key, value) -> found.add(shown(key, value)));
    assertEquals(String.join("\n", wanted), String.join("\n", found));
  }

  private static String shown(String key, GgufValue value) {
    String all =
        switch (value) {
          case GgufValue.Strs strings -> String.join(" ; ", strings.values());
          case GgufValue.Ints ints -> Arrays.toString(ints.values());
          case GgufValue.F32s floats -> Arrays.toString(floats.values());
          default -> value.toString();
        };
    return key + " " + value.label() + " " + all;
  }
}
