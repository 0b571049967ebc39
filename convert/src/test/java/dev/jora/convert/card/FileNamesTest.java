package dev.jora.convert.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  @Test
  void withoutANameThereIsOne() {
    assertEquals("ggml-model-F16.gguf", FileNames.of(Map.of(), "F16"));
    assertEquals("ggml-model-F16.gguf", FileNames.of(general("name", "  "), "F16"));
  }

  /** What a card says does not lead out of the folder, and is a name on every system. */
  @Test
  void partsOfPathsAreNone() {
    assertEquals(
        "..-..-etc-7B-a-b-..-x-F16.gguf",
        FileNames.of(
            general("name", "../../etc", "size_label", "7B", "finetune", "a\\b", "version", "../x"),
            "F16"));
    assertEquals(
        "a-b-c-d-e-f-g-h-F16.gguf", FileNames.of(general("name", "a:b*c?d\"e<f>g|h"), "F16"));
    assertEquals("a-b-c-F16.gguf", FileNames.of(general("name", "a\u0000b\nc"), "F16"));
  }

  @Test
  void longNamesAreCut() {
    for (String unit : new String[] {"x", "é", "漢", "🦙"}) {
      String file = FileNames.of(general("name", unit.repeat(500), "type", "adapter"), "Q8_0");
      assertTrue(file.endsWith("-Q8_0-LoRA.gguf"), file);
      int bytes = file.getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes <= 225 && bytes > 215, file);
      assertEquals(file, new String(file.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
  }

  private static Map<String, GgufValue> general(String... pairs) {
    Map<String, GgufValue> general = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      general.put("general." + pairs[i], new GgufValue.Str(pairs[i + 1]));
    }
    return general;
  }
}
