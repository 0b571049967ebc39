package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.gguf.GgufFile;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of awkward texts against llama.cpp's, for ten vocabularies. */
class TokenizerGoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-bge",
        "deepseek-llm",
        "falcon",
        "gpt-2",
        "llama-bpe",
        "llama-spm",
        "mpt",
        "phi-3",
        "qwen2",
        "starcoder"
      })
  void allIdsEqual(String name) throws IOException {
    Path file = Shared.path("golden/tokenizers/ggml-vocab-" + name + ".gguf");
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(file));
    String inputs = Files.readString(Path.of(file + ".inp"), StandardCharsets.UTF_8);
    List<String> expected = Files.readAllLines(Path.of(file + ".out"));
    String[] texts = inputs.split("\n__ggml_vocab_test__\n", -1);
    int count = expected.size();
    assertEquals(46, count);
    for (int i = 0; i < count; i++) {
      int[] ids =
          Arrays.stream(expected.get(i).trim().split("\\s+"))
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertArrayEquals(ids, tokenizer.encode(texts[i], false, false), name + ": " + texts[i]);
    }
  }
}
