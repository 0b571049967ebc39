package dev.jora.convert.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelIdTest {
  /** Names in Latin letters and others, sizes, contexts, adapters: what llama.cpp makes of them. */
  @TestFactory
  List<DynamicTest> idsComeApartAsLlamaCppHasThem() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode row : Goldens.rows("ids")) {
      String id = row.get("id").textValue();
      long total = row.get("total").longValue();
      List<String> expected = new ArrayList<>();
      row.get("parts").forEach(part -> expected.add(part.textValue()));
      tests.add(
          DynamicTest.dynamicTest(
              id + " " + total, () -> assertEquals(expected, parts(ModelId.of(id, total)))));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> titlesAreLlamaCpps() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode row : Goldens.rows("titles")) {
      String name = row.get(0).textValue();
      tests.add(
          DynamicTest.dynamicTest(
              "'" + name + "'", () -> assertEquals(row.get(1).textValue(), ModelId.title(name))));
    }
    return tests;
  }

  /**
   * The size of all experts stays where the next part gives that of the active ones, as llama.cpp
   * has it since its Python package 0.19.
   */
  @ParameterizedTest
  @CsvSource({
    "gemma-26B-A4B-it, 25800000000, 26B-A4B, it",
    "gemma-26B-A4B-it, 2200000000, 26B-A4B, it",
    "gemma-26B-a4_5b-it, 2500000000, 26B-a4.5B, it",
    "gemma-26B-A400M, 410000000, 26B-A400M,",
    // 4B is far off too, and what reads like no active size vouches for nothing.
    "gemma-26B-A4B-it, 100000000, A4B, 26b-it",
    "gemma-26B-4B-it, 2600000000, 4B, 26b-it",
    "gemma-26B-3, 1000000000, , 26b",
  })
  void activeParametersVouchForTheWhole(String id, long total, String size, String finetune) {
    ModelId parts = ModelId.of(id, total);
    assertEquals(size, parts.sizeLabel());
    assertEquals(finetune, parts.finetune());
  }

  @Test
  void hugeFiguresAreNoSizes() {
    String digits = "9".repeat(400);
    assertEquals(digits + "b", ModelId.of("x-" + digits + "B", 7_000_000_000L).finetune());
    assertNull(ModelId.of("x-" + digits + "B", 7_000_000_000L).sizeLabel());
    assertEquals("7b", ModelId.of("x-7B", Long.MAX_VALUE).finetune());
  }

  @Test
  void endlessNamesAreNoFault() {
    for (String unit : List.of("1.", "v1.1", "1", "_a", "q4_K", "a-", "7b-", "-", "/", ".", "é")) {
      for (String start : List.of("", "v1", "x-q4_", "x-1")) {
        ModelId id = ModelId.of(start + unit.repeat(20_000), 7_000_000_000L);
        assertEquals(id.name().replace("-", "").isBlank(), ModelId.title(id.name()).isBlank());
      }
    }
  }

  private static List<String> parts(ModelId id) {
    return Arrays.asList(
        id.name(), id.organization(), id.basename(), id.finetune(), id.version(), id.sizeLabel());
  }
}
