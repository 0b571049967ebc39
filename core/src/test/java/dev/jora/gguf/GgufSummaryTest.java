package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.gguf.GgufSummary.TypeShare;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSummaryTest {
  @TempDir Path folder;

  @Test
  void countsTypes() {
    try (GgufFile file = GgufFile.open(GgufSamples.v3().write(folder.resolve("v3.gguf")))) {
      GgufSummary summary = GgufSummary.of(file);
      assertEquals("llama", summary.architecture());
      assertEquals("", summary.name());
      assertEquals(
          List.of(new TypeShare(GgmlType.F16, 1, 5, 10), new TypeShare(GgmlType.Q8_0, 1, 96, 102)),
          summary.types());
      assertEquals(101, summary.parameters());
      assertEquals(112, summary.tensorBytes());
      assertEquals(8.0 * 112 / 101, summary.bitsPerWeight());
    }
  }

  @Test
  void countsAllShards() {
    Path first = GgufSamples.shards().get(0).write(folder.resolve("m-00001-of-00002.gguf"));
    GgufSamples.shards().get(1).write(folder.resolve("m-00002-of-00002.gguf"));
    try (GgufFile file = GgufFile.open(first)) {
      GgufSummary summary = GgufSummary.of(file);
      assertEquals(2, summary.shards());
      assertEquals(13, summary.parameters());
      assertEquals(16 + 5 + 4, summary.tensorBytes());
    }
  }

  @Test
  void aVocabularyHasNoWeights() {
    Path path = RawGguf.model(0).write(folder.resolve("vocab.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(0, GgufSummary.of(file).bitsPerWeight());
    }
  }

  @Test
  void agreesWithTheKnownSizeOfAModel() {
    Path path = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf");
    try (GgufFile file = GgufFile.open(path)) {
      GgufSummary summary = GgufSummary.of(file);
      assertEquals(134_515_008, summary.parameters());
      assertEquals("llama", summary.architecture());
    }
  }
}
