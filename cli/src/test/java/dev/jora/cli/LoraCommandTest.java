package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestAdapter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --lora}, {@code --control-vector} and {@code /lora}, with the small model. */
final class LoraCommandTest {
  private static final String[] RUN = {
    "run", "--temp", "0", "-n", "8", "--raw", "--no-display-prompt", "-p", "Once upon a time"
  };

  @TempDir Path dir;
  private Path adapter;

  @BeforeEach
  void write() {
    adapter = dir.resolve("a,b:1.gguf"); // as a list and a scale would be written
    try (GgufFile file = GgufFile.open(Shared.testdata("jora-demo.gguf"))) {
      TestAdapter.ofAll(file, 4, 1).write(adapter, GgmlType.F16);
    }
  }

  private static JoraProcess.Result run(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of(RUN));
    words.addAll(List.of(more));
    return JoraWorker.run(words.toArray(String[]::new));
  }

  private static String text(String... more) throws Exception {
    JoraProcess.Result result = run(more);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  @Test
  void scalesAreWrittenAsLlamaCppAndWeWriteThem() throws Exception {
    Path copy = Files.copy(adapter, dir.resolve("c.gguf"));
    String file = copy.toString();
    String plain = text();
    String whole = text("--lora", file);
    assertNotEquals(plain, whole);
    assertEquals(whole, text("--lora", adapter.toString()));
    assertEquals(whole, text("--lora", file + ":1"));
    assertEquals(whole, text("--lora-scaled", file + ":1"));
    assertEquals(whole, text("--lora-scaled", file, "1"));
    assertEquals(whole, text("--lora", file + "," + file + ":0"));
    assertEquals(plain, text("--lora", file + ":0"));
    assertEquals(plain, text("--lora", file, "--lora-init-without-apply"));
    assertEquals(plain, text("--lora-scaled", file + ":0.5," + file + ":-0.5"));
    assertNotEquals(whole, text("--lora", file, "--lora", file));
  }

  @ParameterizedTest
  @CsvSource({
    "--lora-scaled, FILE, 2, '--lora-scaled takes FILE:SCALE, and'",
    "--lora, no-such.gguf, 1, 'no-such.gguf: cannot open: expected a GGUF file, found no such'",
    "--lora, MODEL, 1, 'general.type'",
    "--lora, FILE:1e99, 2, 'no finite scale'",
    "--control-vector, MODEL, 1, 'tensors: expected a control vector''s'",
  })
  void faultsAreSentences(String option, String value, int code, String said) throws Exception {
    Path copy = Files.copy(adapter, dir.resolve("c.gguf"));
    String model = Shared.testdata("jora-demo.gguf").toString();
    String given = value.replace("FILE", copy.toString()).replace("MODEL", model);
    JoraProcess.Result result = run(option, given);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(said), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals("", result.text());
  }

  @Test
  void rangesAreChecked() throws Exception {
    JoraProcess.Result result = run("--control-vector-layer-range", "4", "2");
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().contains("takes two layers"), result.err());
  }

  @Test
  void aSavedPromptIsOfItsScales() throws Exception {
    Path copy = Files.copy(adapter, dir.resolve("c.gguf"));
    String cache = dir.resolve("cache").toString();
    String whole = text("--lora", copy.toString(), "--prompt-cache", cache);
    assertEquals(whole, text("--lora", copy.toString(), "--prompt-cache", cache));
    JoraProcess.Result other = run("--lora", copy + ":0.5", "--prompt-cache", cache);
    assertTrue(other.err().contains("adapters: expected"), other.err());
  }

  @Test
  void aChatListsAdaptersAndChangesScales() throws Exception {
    Path copy = Files.copy(adapter, dir.resolve("c.gguf"));
    String words = "Who is Bruno?\n";
    String said = words + "/lora 1 0\n/regen\n/lora\n/lora 1 1\n/regen\n/lora 2 1\n";
    JoraProcess.Result changed = chat(said, "--lora", copy.toString());
    String[] answers = changed.text().split("\n");
    assertEquals(chat(words, "--lora", copy.toString()).text().strip(), answers[0]);
    assertEquals(chat(words).text().strip(), answers[1], "without it");
    assertEquals(answers[0], answers[2], "as before");
    assertTrue(changed.err().contains("1  0.0  " + copy), changed.err());
    assertTrue(changed.err().contains("1  1.0  " + copy), changed.err());
    assertTrue(changed.err().contains("/lora takes an adapter's number, 1 to 1"), changed.err());
    assertEquals(1, changed.code());
  }

  private static JoraProcess.Result chat(String stdin, String... args) throws Exception {
    List<String> words = new ArrayList<>(List.of("chat", "--temp", "0", "-n", "6"));
    words.addAll(List.of(args));
    return JoraWorker.run(stdin.getBytes(StandardCharsets.UTF_8), words.toArray(String[]::new));
  }
}
