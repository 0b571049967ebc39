package dev.jora.convert;

import static dev.jora.convert.AdapterTesting.distance;
import static dev.jora.convert.AdapterTesting.logits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import dev.jora.testing.TestAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapter files merged into model files, against a merging of its own and against the pass. */
class AdapterEditsTest {
  private static final int[] TOKENS = new Random(5).ints(12, 3, 90).toArray();

  @TempDir Path temporary;

  private static Path model(String name) {
    return Shared.golden("architectures/" + name + "/model.gguf");
  }

  /** Experts, tables, a tied output, latent attention, recurrent layers, fused tensors. */
  @ParameterizedTest
  @ValueSource(
      strings = {"llama", "gemma2", "mixtral", "gptoss", "phi3", "deepseek2", "qwen35", "mamba"})
  void twoAdaptersAreMerged(String name) throws IOException {
    try (GgufFile file = GgufFile.open(model(name))) {
      TestAdapter first = TestAdapter.ofAll(file, 8, 1);
      TestAdapter second = TestAdapter.ofAll(file, 0, 2);
      ScaledFile a = new ScaledFile(first.write(temporary.resolve("a"), GgmlType.F32), 0.75f);
      ScaledFile b = new ScaledFile(second.write(temporary.resolve("b"), GgmlType.F16), -0.5f);
      Path should =
          TestAdapter.merge(
              file, temporary.resolve("m"), List.of(first, second), List.of(0.75f, -0.5f));
      Path made = AdapterTesting.merged(model(name), temporary.resolve("made"), Recipe.COPY, a, b);
      float[][] expected = logits(should, TOKENS);
      double effect = distance(expected, logits(model(name), TOKENS));
      assertTrue(effect > 0.05, "an effect of " + effect);
      double far = distance(expected, logits(made, TOKENS));
      assertTrue(far < 2e-3 * Math.max(1, effect), "off by " + far);
      double beside = distance(logits(model(name), TOKENS, a, b), logits(made, TOKENS));
      assertTrue(beside < 2e-3 * Math.max(1, effect), "beside it: off by " + beside);
    }
  }

  /** Parts by names of their own, in a tensor that the file has fused; and the other way round. */
  @Test
  void partsAreMergedIntoWhatIsFused() throws IOException {
    try (GgufFile file = GgufFile.open(model("phi3"))) {
      Random random = new Random(3);
      TestAdapter adapter = new TestAdapter(file, 4);
      String qkv = "blk.0.attn_qkv.weight";
      long q = file.tensor("blk.0.attn_output.weight").shape().ne0();
      long k = (file.tensor(qkv).shape().ne1() - q) / 2;
      adapter.addPart("blk.0.attn_k.weight", qkv, k, 1, random);
      adapter.addPart("blk.0.attn_v.weight", qkv, k, 3, random);
      String up = "blk.1.ffn_up.weight";
      adapter.addPart(up, up, file.tensor(up).shape().ne1() / 2, 2, random);
      assertMerged("phi3", adapter);
    }
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter adapter = new TestAdapter(file, 4);
      adapter.put("blk.0.attn_qkv.weight.lora_a", Shape.of(64, 3), 1, new Random(1));
      adapter.put("blk.0.attn_qkv.weight.lora_b", Shape.of(3, 128), 0.05, new Random(2));
      assertMerged("llama", adapter);
    }
  }

  private void assertMerged(String name, TestAdapter adapter) throws IOException {
    ScaledFile one = new ScaledFile(adapter.write(temporary.resolve("a"), GgmlType.F32), 1);
    Path made = AdapterTesting.merged(model(name), temporary.resolve("made"), Recipe.COPY, one);
    float[][] expected = logits(model(name), TOKENS, one);
    assertTrue(distance(expected, logits(model(name), TOKENS)) > 0.01);
    double far = distance(expected, logits(made, TOKENS));
    assertTrue(far < 2e-3, "off by " + far);
  }

  /** What changes neither embeddings nor output leaves them one; a scale of 0 changes nothing. */
  @Test
  void onlyWhatChangesIsWrittenAnew() throws IOException {
    Path base = model("gemma2");
    try (GgufFile file = GgufFile.open(base)) {
      TestAdapter small = new TestAdapter(file, 1).add("blk.0.attn_q.weight", 2, new Random(1));
      ScaledFile one = new ScaledFile(small.write(temporary.resolve("a"), GgmlType.F32), 1);
      Path made = AdapterTesting.merged(base, temporary.resolve("made"), Recipe.COPY, one);
      ScaledFile all =
          new ScaledFile(
              TestAdapter.ofAll(file, 8, 1).write(temporary.resolve("b"), GgmlType.F32), 0);
      Path none = AdapterTesting.merged(base, temporary.resolve("none"), Recipe.COPY, all);
      for (Path each : List.of(made, none)) {
        try (GgufFile merged = GgufFile.open(each)) {
          assertEquals(file.tensors().keySet(), merged.tensors().keySet());
          file.tensors()
              .forEach(
                  (name, tensor) ->
                      assertEquals(
                          each.equals(none) || !name.equals("blk.0.attn_q.weight"),
                          tensor.data().mismatch(merged.tensor(name).data()) == -1,
                          name));
        }
      }
      ScaledFile whole = new ScaledFile(all.file(), 1);
      Path untied = AdapterTesting.merged(base, temporary.resolve("u"), Recipe.Q8_0, whole);
      try (GgufFile merged = GgufFile.open(untied)) {
        assertTrue(merged.tensors().containsKey("output.weight"));
      }
    }
  }

  @Test
  void adaptersOfAnotherModelAreRefused() throws IOException {
    Path other;
    try (GgufFile file = GgufFile.open(model("mixtral"))) {
      other = TestAdapter.ofAll(file, 8, 1).write(temporary.resolve("a"), GgmlType.F32);
    }
    Path made = temporary.resolve("made");
    assertThrows(
        GgufException.class,
        () -> AdapterTesting.merged(model("llama"), made, Recipe.COPY, new ScaledFile(other, 1)));
    assertTrue(Files.notExists(made));
  }
}
