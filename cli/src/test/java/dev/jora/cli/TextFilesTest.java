package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that options read texts of, where they are none. */
class TextFilesTest {
  private static final String MODEL = Shared.testdata("jora-demo.gguf").toString();

  @TempDir Path folder;

  private static void assertTold(String message, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-m", MODEL, "-q", "-p", "Hi", "-n", "2"));
    JoraProcess.Result result = JoraWorker.run(all.toArray(String[]::new));
    assertEquals(1, result.code(), String.join(" ", words) + result.err());
    assertTrue(result.messages().contains(message), result.err());
    assertEquals(1, result.messages().lines().count(), result.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--grammar-file",
        "--json-schema-file",
        "--tools",
        "--ban-file",
        "--negative-prompt-file",
        "--system-prompt-file",
        "--chat-template-file",
        "--chat-template",
      })
  void whatIsNoTextIsToldAsWhatItIs(String option) throws Exception {
    Path large = folder.resolve("large.gguf");
    Files.writeString(large, "GGUF");
    try (var file = Files.newByteChannel(large, java.nio.file.StandardOpenOption.WRITE)) {
      file.position(5L << 30);
      file.write(java.nio.ByteBuffer.wrap(new byte[1])); // a hole, on most machines
    }
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'P', 'K', 3, 4, 0, 0, 9});
    Path wide =
        Files.write(folder.resolve("wide"), "\ufeffroot".getBytes(StandardCharsets.UTF_16LE));
    for (String command : List.of("run", "chat")) {
      String no = " is no UTF-8 text, but ";
      assertTold("jora-demo.gguf" + no + "a GGUF model", command, option, MODEL);
      assertTold("large.gguf" + no + "a GGUF model", command, option, "" + large);
      assertTold("binary" + no + "a binary file", command, option, "" + binary);
      assertTold("wide" + no + "UTF-16: save it as UTF-8", command, option, "" + wide);
    }
  }

  @Test
  void aModelIsNoPrompt() throws Exception {
    for (String command : List.of("run", "chat")) {
      JoraProcess.Result result = JoraWorker.run(command, "-m", MODEL, "-q", "-f", MODEL);
      assertEquals(1, result.code(), result.err());
      assertTrue(result.err().contains("but a GGUF model"), result.err());
    }
  }
}
