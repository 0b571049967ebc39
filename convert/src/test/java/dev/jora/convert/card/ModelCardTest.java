package dev.jora.convert.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCardTest {
  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  /** Faults are told with the line of README.md, the fence being the first. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "license: mit\\ntags: [a|line 4",
        "description: a: b|line 2",
        "a: b\\n c: d|line 3",
        "a: \"open|line 3",
        "a: @b|line 2",
        "a: *none|nothing is named &none before *none",
        "a: &a [*a]|nothing is named &a before *a",
        "a: \"\\UFFFFFFFF\"|not YAML",
        "a: \\xZZ: b|line 2",
        "a: !e!x b|line 2",
        "- a|it has no keys",
        "text|it has no keys",
      })
  void brokenCardsArePassedOver(String yaml, String said) throws IOException {
    assertEquals(0, read("---\n" + yaml.replace("\\n", "\n") + "\n---\n").size());
    assertEquals(1, notes.size(), notes.toString());
    assertTrue(notes.getFirst().contains(said), notes.toString());
    assertTrue(notes.getFirst().startsWith("README.md: the model card is passed over: "));
    assertEquals(-1, notes.getFirst().indexOf('\n'));
  }

  @Test
  void cardsWithoutYamlAreNoFault() throws IOException {
    for (String text :
        List.of("", "\n", "# x", "---", "---\n---", "---\n\n# only\n---", "--- \na: b\n---")) {
      assertEquals(0, read(text).size(), text);
    }
    assertEquals(List.of(), notes);
  }

  @Test
  void theLastOfEqualKeysCounts() throws IOException {
    assertEquals("c", read("---\na: b\na: c\n? [x, y]\n: z\n---\n").path("a").textValue());
    assertEquals(List.of(), notes);
  }

  /** Objects that YAML's tags name are not made; what follows the tag is text like any other. */
  @Test
  void tagsMakeNothing() throws IOException {
    JsonNode card =
        read(
            "---\n"
                + "a: !!java.net.URL http://example.org\n"
                + "b: !!python/object:os.system {c: d}\n"
                + "---\n");
    assertEquals("http://example.org", card.path("a").textValue());
    assertEquals("d", card.path("b").path("c").textValue());
  }

  @Test
  void deepCardsArePassedOver() throws IOException {
    for (int depth : new int[] {60, 100_000}) {
      notes.clear();
      assertEquals(0, read("---\na: " + "[".repeat(depth) + "]".repeat(depth) + "\n---\n").size());
      assertEquals(1, notes.size());
    }
  }

  /** Few characters that mean many: a list of lists of lists by names. */
  @Test
  void aliasesAreFew() throws IOException {
    StringBuilder yaml = new StringBuilder("---\na0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertEquals(0, read(yaml + "---\n").size());
    assertTrue(notes.getFirst().contains("more than 32 aliases"), notes.toString());
  }

  @Test
  void endlessCardsArePassedOver() throws IOException {
    assertEquals(0, read("---\n" + "a: b\n".repeat(1 << 20)).size());
    assertTrue(notes.getFirst().contains("no second --- in its first"), notes.toString());
  }

  @Test
  void bytesThatAreNoTextArePassedOver() throws IOException {
    Files.write(folder.resolve("README.md"), new byte[] {'-', '-', '-', '\n', 'a', ':', ' ', 0, 1});
    assertEquals(0, ModelCard.read(folder, notes).size());
    assertEquals(1, notes.size(), notes.toString());
  }

  /** Whatever a card says, it ends in keys or in a note. */
  @Test
  void mutantsEndInKeysOrANote() throws IOException {
    Random random = new Random(7);
    List<byte[]> seeds = new ArrayList<>();
    for (JsonNode row : Goldens.rows("folders")) {
      if (row.get("readme").isTextual()) {
        seeds.add(row.get("readme").textValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] signs = "---\n: -[]{}&*!|>'\"%@`#?,\t\r\\\u0000~<=UuxF".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 800; i++) {
      byte[] text = seeds.get(random.nextInt(seeds.size())).clone();
      for (int n = random.nextInt(6); n >= 0 && text.length > 5; n--) {
        text[4 + random.nextInt(text.length - 4)] = signs[random.nextInt(signs.length)];
      }
      Files.write(folder.resolve("README.md"), text);
      GeneralKeys keys = GeneralKeys.of(folder, null, new ParameterCounts(1000, 1000, 0, 0));
      assertTrue(keys.values().containsKey("general.type"));
      for (String note : keys.notes()) {
        assertEquals(-1, note.indexOf('\n'), note);
      }
    }
  }

  private JsonNode read(String text) throws IOException {
    Files.writeString(folder.resolve("README.md"), text);
    return ModelCard.read(folder, notes);
  }
}
