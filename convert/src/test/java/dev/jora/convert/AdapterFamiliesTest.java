package dev.jora.convert;

import static dev.jora.convert.AdapterTesting.distance;
import static dev.jora.convert.AdapterTesting.logits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.model.arch.Architectures;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.quantize.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An adapter of all matrices of a model, of every family: beside the model, merged into its file,
 * and merged into its folder, it is the same.
 */
class AdapterFamiliesTest {
  /** Families of which a file does not say how its tensors were made. */
  private static final Set<String> NEED_THE_FOLDER = Set.of("falcon-h1");

  /** Modules that only a folder takes. */
  private static final Pattern ONLY_MERGED =
      Pattern.compile(".*(_norm|norm\\.(weight|bias)|wpe|conv1d)");

  @TempDir Path temporary;

  static List<String> all() throws IOException {
    return CheckpointsTest.folders();
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void everyFamily(String name) throws IOException {
    isTheSameEverywhere(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "mixtral", "qwen35", "falcon", "deepseek2"})
  void someFamilies(String name) throws IOException {
    isTheSameEverywhere(name);
  }

  private void isTheSameEverywhere(String name) throws IOException {
    Path base = AdapterTesting.base(name, temporary);
    Path model = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(base, model);
    Path folder = adapter(base, name);
    int[] tokens = new Random(3).ints(12, 3, 90).toArray();
    float[][] plain = logits(model, tokens);
    try (PeftAdapter adapter = AdapterFolder.open(folder)) {
      Path file = AdapterTesting.converted(adapter, base, temporary.resolve("adapter.gguf"));
      Path merged =
          AdapterTesting.merged(
              base, temporary.resolve("merged.gguf"), List.of(new Merging.Scaled(adapter, 0.75)));
      ScaledFile scaled = new ScaledFile(file, 0.75f);
      Path both = AdapterTesting.merged(model, temporary.resolve("both.gguf"), Recipe.COPY, scaled);
      float[][] expected = logits(merged, tokens);
      double effect = distance(plain, expected);
      assertTrue(effect > 0.02, "an effect of " + effect);
      double beside = distance(expected, logits(model, tokens, scaled));
      assertTrue(beside < 2e-3 * Math.max(1, effect), "beside it: off by " + beside);
      double into = distance(expected, logits(both, tokens));
      assertTrue(into < 2e-3 * Math.max(1, effect), "in its file: off by " + into);
      try {
        Path other = AdapterTesting.converted(adapter, model, temporary.resolve("other.gguf"));
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other), "by the file alone");
        assertTrue(!NEED_THE_FOLDER.contains(name), "is not in the list");
      } catch (SourceException e) {
        assertTrue(NEED_THE_FOLDER.contains(name), e.getMessage());
      }
    }
  }

  /** Some experts of a layer, of different ranks and scales: the others are not adapted. */
  @Test
  void someExpertsAreAdapted() throws IOException {
    String experts = "model.layers.1.block_sparse_moe.experts.";
    TestPeft some =
        new TestPeft(7)
            .add(experts + "1.w1", 1, 48, 32)
            .add(experts + "3.w1", 4, 48, 32)
            .add(experts + "0.w2", 2, 32, 48)
            .config(
                "\"peft_type\": \"LORA\", \"lora_alpha\": 3, \"use_rslora\": true,"
                    + " \"alpha_pattern\": {\"3.w1\": 11}");
    Path base = AdapterTesting.base("mixtral", temporary);
    Path model = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(base, model);
    int[] tokens = new Random(3).ints(12, 3, 90).toArray();
    try (PeftAdapter adapter = AdapterFolder.open(some.write(temporary.resolve("some")))) {
      Path file = AdapterTesting.converted(adapter, model, temporary.resolve("adapter.gguf"));
      Path merged =
          AdapterTesting.merged(
              base, temporary.resolve("merged.gguf"), List.of(new Merging.Scaled(adapter, 1)));
      float[][] expected = logits(merged, tokens);
      assertTrue(distance(expected, logits(model, tokens)) > 0.01);
      double far = distance(expected, logits(model, tokens, new ScaledFile(file, 1)));
      assertTrue(far < 1e-3, "off by " + far);
    }
    Path beyond = new TestPeft(7).add(experts + "9.w1", 1, 48, 32).write(temporary.resolve("9"));
    try (PeftAdapter adapter = AdapterFolder.open(beyond)) {
      String said =
          assertThrows(SourceException.class, () -> AdapterBase.convert(adapter, base))
              .getMessage();
      assertTrue(said.contains("ffn_gate_exps.weight has no place for it"), said);
    }
  }

  /** All matrices that adapters can be of. */
  private Path adapter(Path base, String name) throws IOException {
    Checkpoint checkpoint = Architectures.checkpoint(ModelFolder.open(base).config());
    AdapterRules rules = new AdapterRules(checkpoint);
    TestPeft adapter = new TestPeft(name.hashCode());
    int rank = 1;
    try (Weights weights = Checkpoints.open(base)) {
      for (SourceTensor tensor : weights.tensors().values()) {
        long[] shape = tensor.shape();
        if (shape.length != 2 || !tensor.name().endsWith(".weight")) {
          continue;
        }
        String module = tensor.name().substring(0, tensor.name().length() - 7);
        int rows = (int) shape[0];
        int columns = (int) shape[1];
        rank = 1 + rank % 4;
        TestPeft alone = new TestPeft(1);
        add(alone, rules, module, rank, rows, columns);
        try (PeftAdapter one = AdapterFolder.open(alone.write(temporary.resolve("one")))) {
          new AdapterConversion(one, checkpoint);
          add(adapter, rules, module, rank, rows, columns);
        } catch (SourceException e) {
          assertTrue(ONLY_MERGED.matcher(module).matches(), module + ": " + e.getMessage());
          assertTrue(e.getMessage().contains("merge-lora"), e.getMessage());
        }
      }
    }
    return adapter.write(temporary.resolve("adapter"));
  }

  private static void add(
      TestPeft adapter, AdapterRules rules, String module, int rank, int rows, int columns) {
    if (rules.isEmbeddings(module)) {
      adapter.addTable(module, rank, rows, columns);
    } else if (rules.isTransposed(module)) {
      adapter.add(module, rank, columns, rows);
    } else {
      adapter.add(module, rank, rows, columns);
    }
  }
}
