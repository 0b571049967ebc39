package dev.jora.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same few cases of every kind in every run; {@code scripts/fuzz} runs many. */
final class FuzzTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "model, 12",
    "split, 8",
    "template, 60",
    "card, 30",
    "chat, 30",
    "messages, 60",
    "imatrix, 20",
    "base, 20",
    "sequence, 20",
    "task, 20",
    "safetensors, 60",
    "pickle, 60",
    "tokenizer-json, 20",
    "tokenizer-model, 20",
    "options, 100"
  })
  void brokenInputIsRefusedOrDoesItsWork(String kind, int cases) throws Exception {
    Fuzzer.Figures figures = new Fuzzer(kind, 1, 60, folder).run(0, cases, 600_000);
    assertEquals(Map.of(), figures.faults, "scripts/fuzz --kind " + kind + " --seed 1 --case N");
    assertEquals(cases, figures.cases);
    assertTrue(figures.refused > 0 && figures.opened > 0, figures.line(kind));
  }
}
