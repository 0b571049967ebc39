package dev.jora.convert.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.Utf8;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class GeneralKeysTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ParameterCounts THOUSAND = new ParameterCounts(1000, 1000, 0, 0);

  @TempDir private Path temp;

  @TestFactory
  List<DynamicTest> cardsGiveTheKeysOfLlamaCpp() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode row : Goldens.rows("folders")) {
      tests.add(DynamicTest.dynamicTest(row.get("name").textValue(), () -> compare(row)));
    }
    return tests;
  }

  private void compare(JsonNode row) throws IOException {
    Path folder = temp.resolve(row.get("name").textValue());
    Files.createDirectories(folder);
    write(folder, "README.md", row.get("readme"));
    write(folder, "generation_config.json", row.get("generation"));
    JsonNode config = row.get("config").isNull() ? null : JSON.readTree(row.get("config").asText());
    long total = row.get("total").longValue();
    GeneralKeys keys =
        GeneralKeys.of(folder, config, new ParameterCounts(total, Math.abs(total), 0, 0));
    if (row.has("fails")) {
      assertEquals(1, keys.notes().size(), keys.notes().toString());
      assertTrue(keys.notes().getFirst().startsWith("README.md: "), keys.notes().toString());
      assertEquals(
          List.of("general.type", "general.name", "general.size_label"),
          List.copyOf(keys.values().keySet()));
      return;
    }
    Map<String, GgufValue> expected = new LinkedHashMap<>();
    row.get("keys").forEach(key -> expected.put(key.get(0).textValue(), value(key)));
    assertEquals(List.copyOf(expected.entrySet()), List.copyOf(keys.values().entrySet()));
    assertEquals(row.get("file").textValue(), FileNames.of(keys.values(), "Q8_0"));
  }

  private static void write(Path folder, String file, JsonNode text) throws IOException {
    if (!text.isNull()) {
      Files.writeString(folder.resolve(file), text.textValue());
    }
  }

  private static GgufValue value(JsonNode key) {
    JsonNode value = key.get(2);
    return switch (key.get(1).textValue()) {
      case "STRING" -> new GgufValue.Str(value.textValue());
      case "INT32" -> new GgufValue.Int(GgufType.INT32, value.longValue());
      case "UINT32" -> new GgufValue.Int(GgufType.UINT32, value.longValue());
      case "FLOAT32" -> new GgufValue.F32((float) value.doubleValue());
      case "ARRAY" -> {
        List<String> texts = new ArrayList<>();
        value.forEach(item -> texts.add(item.textValue()));
        yield new GgufValue.Strs(texts);
      }
      default -> throw new IllegalArgumentException(key.toString());
    };
  }

  @Test
  void foldersGiveWhatLlamaCppsConverterWrote() throws IOException {
    Set<String> others =
        Set.of("general.architecture", "general.file_type", "general.quantization_version");
    int compared = 0;
    try (Stream<Path> folders = Files.list(Shared.path("golden/hf"))) {
      for (Path folder : folders.sorted().toList()) {
        String name = folder.getFileName().toString();
        Path model =
            Shared.path("golden/architectures")
                .resolve(name.equals("fused-three") ? "phi3" : name)
                .resolve("model.gguf");
        try (GgufFile gguf = GgufFile.open(model)) {
          Map<String, GgufValue> expected = new LinkedHashMap<>();
          gguf.metadata()
              .values()
              .forEach(
                  (key, value) -> {
                    if (key.startsWith("general.") && !others.contains(key)) {
                      expected.put(key, value);
                    }
                  });
          JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
          GeneralKeys keys = GeneralKeys.of(folder, config, ParameterCounts.of(gguf.infos()));
          assertEquals(
              List.copyOf(expected.entrySet()), List.copyOf(keys.values().entrySet()), name);
          assertEquals(List.of(), keys.notes());
          compared++;
        }
      }
    }
    assertEquals(19, compared);
  }

  /** llama.cpp ends at figures, truths and dates where it wants texts; here they are as written. */
  @Test
  void scalarsAreTexts() throws IOException {
    Map<String, GgufValue> values =
        card("version: 1.10\nlicense: true\nauthor: 2024-01-02\ntags: [7, 0x1F, yes, a]").values();
    assertEquals(new GgufValue.Str("1.10"), values.get("general.version"));
    assertEquals(new GgufValue.Str("true"), values.get("general.license"));
    assertEquals(new GgufValue.Str("2024-01-02"), values.get("general.author"));
    assertEquals(new GgufValue.Strs(List.of("7", "0x1F", "yes", "a")), values.get("general.tags"));
    assertEquals(
        new GgufValue.Strs(List.of("no")), card("language: no").values().get("general.languages"));
  }

  @Test
  void whatIsNoTextIsPassedOverWithANote() throws IOException {
    GeneralKeys keys =
        card("author: [a, b]\nversion: {a: b}\nlicense: [mit, {a: b}]\ntags: [a, [b], {c: d}, ~]");
    assertEquals(
        List.of(
            "README.md: author is passed over: it is no text",
            "README.md: version is passed over: it is no text",
            "README.md: of license 1 are passed over: they are no texts",
            "README.md: of tags 3 are passed over: they are no texts"),
        keys.notes());
    assertEquals(new GgufValue.Str("mit"), keys.values().get("general.license"));
    assertEquals(new GgufValue.Strs(List.of("a")), keys.values().get("general.tags"));
  }

  /** JSON and YAML can write halves of pairs, which no file can have. */
  @Test
  void halvesOfSurrogatesAreReplaced() throws IOException {
    Files.writeString(
        temp.resolve("README.md"),
        "---\nauthor: \"\\uDC00\"\ntags: [\"\\uD800\"]\nlanguage: \"x\\uD800\"\n---\n");
    Files.writeString(temp.resolve("generation_config.json"), "{\"sequence\": \"\\ud800\"}");
    JsonNode config = JSON.readTree("{\"_name_or_path\": \"a\\udc80/b-7B\"}");
    Map<String, GgufValue> values = GeneralKeys.of(temp, config, THOUSAND).values();
    for (String key : List.of("author", "organization", "sampling.sequence")) {
      GgufValue.Str text = (GgufValue.Str) values.get("general." + key);
      assertFalse(Utf8.isEscaped(text.value()), key);
    }
    assertEquals(new GgufValue.Strs(List.of("\uFFFD")), values.get("general.tags"));
    assertEquals(new GgufValue.Strs(List.of("x\uFFFD")), values.get("general.languages"));
  }

  @Test
  void samplingOfTheWrongTypeIsPassedOverWithANote() throws IOException {
    Files.writeString(
        temp.resolve("generation_config.json"),
        """
        {"sequence": 5, "top_k": 1.5, "top_p": "a", "min_p": true, "temperature": 1e300,
         "penalty_last_n": 99999999999, "mirostat": 2.0, "mirostat_tau": [1]}
        """);
    GeneralKeys keys = GeneralKeys.of(temp, null, THOUSAND);
    assertEquals(
        List.of(
            "generation_config.json: sequence is passed over: it is no text",
            "generation_config.json: top_k is passed over: it is no integer of 32 bits",
            "generation_config.json: top_p is passed over: it is no number",
            "generation_config.json: min_p is passed over: it is no number",
            "generation_config.json: temperature is passed over: it is no number",
            "generation_config.json: penalty_last_n is passed over: it is no integer of 32 bits",
            "generation_config.json: mirostat_tau is passed over: it is no number"),
        keys.notes());
    assertEquals(
        new GgufValue.Int(GgufType.INT32, 2), keys.values().get("general.sampling.mirostat"));
  }

  @Test
  void brokenSamplingIsPassedOverWithANote() throws IOException {
    for (String broken : List.of("{\"top_k\": ", "[", "\u0000", "{\n\"a\": nix}")) {
      Files.writeString(temp.resolve("generation_config.json"), broken);
      GeneralKeys keys = GeneralKeys.of(temp, null, THOUSAND);
      assertEquals(1, keys.notes().size(), broken);
      assertTrue(keys.notes().getFirst().endsWith("is not JSON"), keys.notes().toString());
    }
    for (String other : List.of("", "[]", "5", "null")) {
      Files.writeString(temp.resolve("generation_config.json"), other);
      assertEquals(List.of(), GeneralKeys.of(temp, null, THOUSAND).notes(), other);
    }
  }

  @Test
  void configsNeedNotBeWhatTheyShould() throws IOException {
    for (String config : List.of("[]", "5", "{\"_name_or_path\": 5}", "null")) {
      GeneralKeys keys = GeneralKeys.of(temp.resolve("x-1B"), JSON.readTree(config), THOUSAND);
      assertEquals(new GgufValue.Str("X 1B"), keys.values().get("general.name"), config);
    }
  }

  @Test
  void aGivenNameGoesBeforeOthers() {
    Map<String, GgufValue> values =
        GeneralKeys.of(
                temp.resolve("llama-7B-chat"),
                null,
                new ParameterCounts(7_000_000_000L, 0, 0, 0),
                Optional.of("Mine"))
            .values();
    assertEquals(new GgufValue.Str("Mine"), values.get("general.name"));
    assertEquals("llama-7B-chat-F16.gguf", FileNames.of(values, "f16"));
  }

  @Test
  void inTheHubsCacheTheRepositoryGivesTheName() {
    String hash = "0123456789abcdef0123456789abcdef01234567";
    Path cached =
        temp.resolve("models--HuggingFaceTB--SmolLM2--x-135M").resolve("snapshots/" + hash);
    Map<String, GgufValue> values = GeneralKeys.of(cached, null, THOUSAND).values();
    assertEquals(new GgufValue.Str("SmolLM2 X 135M"), values.get("general.name"));
    assertEquals(new GgufValue.Str("HuggingFaceTB"), values.get("general.organization"));
    assertEquals(
        new GgufValue.Str("Snapshots"),
        GeneralKeys.of(cached.getParent(), null, THOUSAND).values().get("general.name"));
  }

  /** A folder is named by where it is, not by how one came there. */
  @Test
  void foldersOfAnySpellingHaveNames() {
    Path folder = temp.resolve("llama-x").resolve(".").resolve("a").resolve("..");
    assertEquals(
        new GgufValue.Str("Llama X"),
        GeneralKeys.of(folder, null, THOUSAND).values().get("general.name"));
    assertTrue(GeneralKeys.of(Path.of("."), null, THOUSAND).values().containsKey("general.name"));
    GeneralKeys.of(temp.getRoot(), null, THOUSAND);
  }

  private GeneralKeys card(String yaml) throws IOException {
    Files.writeString(temp.resolve("README.md"), "---\n" + yaml + "\n---\n");
    return GeneralKeys.of(temp, null, THOUSAND);
  }
}
