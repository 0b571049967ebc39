package dev.jora.cli.quantize;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.cli.common.UserException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of {@code quantize} in the place of a file's name that cannot be one. */
final class QuantizeWordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://example.org/a/model.gguf",
        "hf://a/b.gguf",
        "file:///a/model.gguf",
        "~/model.gguf"
      })
  void areRefused(String word) {
    assertThrows(UserException.class, () -> QuantizeWords.parse(List.of(word, "Q8_0")));
    assertThrows(UserException.class, () -> QuantizeWords.parse(List.of("a.gguf", word, "Q8_0")));
    assertThrows(UserException.class, () -> QuantizeWords.parseWithoutType(List.of(word)));
  }
}
