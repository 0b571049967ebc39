package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.common.FilePath;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Words in the place of a file's name that cannot be one. */
class FilePathTest {
  @ParameterizedTest
  @CsvSource({
    "'',an empty word",
    "https://example.org/a/model.gguf,https://example.org/a/model.gguf' is a URL",
    "hf://a/b.gguf,-mu URL fetches a model",
    "file:///a/model.gguf,give the path alone",
    "~/model.gguf,$HOME",
  })
  void isSaidForEveryOptionThatTakesAFile(String word, String part) {
    for (String line :
        List.of(
            "run -m",
            "run -f",
            "run --model",
            "chat --load",
            "chat --save",
            "chat -sysf",
            "info",
            "gguf dump",
            "gguf merge",
            "imatrix -o",
            "perplexity --heatmap",
            "perplexity --plot",
            "bench -m",
            "quantize --imatrix",
            "template -m")) {
      String[] words = (line + " x").split(" ");
      words[words.length - 1] = word;
      String message = message(words);
      assertTrue(message.contains(part), line + ": " + message);
      String name = words[words.length - 2];
      assertTrue(message.startsWith(name.startsWith("-") ? name + ": " : "F"), message);
      assertFalse(message.contains("Invalid value"), message);
    }
  }

  private static String message(String... words) {
    CommandLine command = Main.command(words[0]).setDefaultValueProvider(null);
    String[] rest = Arrays.copyOfRange(words, 1, words.length);
    return ParseMessage.of(
        assertThrows(ParameterException.class, () -> command.parseArgs(rest)), rest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://example.org/model.gguf", "~/model.gguf"})
  void isLeftToPicocliWhereThatWouldNotBeNeeded(String word) {
    assertNull(PlainRun.parse(new String[] {"run", "-m", word, "-p", "x"}, Set.of()));
    assertNull(PlainRun.parse(new String[] {"run", "-f", word}, Set.of()));
  }

  @Test
  void otherNamesAreFiles() {
    for (String word : List.of("a b.gguf", "C:\\a.gguf", "~a/b", "a~/b", "a:b", "./~/a")) {
      assertEquals(word, FilePath.of(word).toString());
    }
  }
}
