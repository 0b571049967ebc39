package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that are broken, of another kind, or of another model: one sentence, and no file. */
class AdapterFaultsTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String A = "base_model.model." + Q + ".lora_A.weight";
  private static final String B = "base_model.model." + Q + ".lora_B.weight";
  private static final String PLAIN = "\"peft_type\": \"LORA\", \"lora_alpha\": 6";

  @TempDir Path temporary;
  private Path base;

  @BeforeEach
  void findBase() {
    base = Shared.testdata("checkpoints/llama");
  }

  /** What is done to an adapter of one matrix, and what is said of it. */
  private record Fault(String name, UnaryOperator<TestPeft> change, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault config(String more, String said) {
    String all = more.startsWith("peft") ? more.substring(4) : PLAIN + ", " + more;
    return new Fault(more, adapter -> adapter.config(all), said);
  }

  static List<Fault> faults() {
    return List.of(
        config("peft\"peft_type\": \"IA3\"", "peft_type: expected LORA, found IA3"),
        config("peft\"peft_type\": \"ADALORA\"", "merge it with PEFT"),
        config("peft\"r\": 2", "peft_type: expected LORA, found none"),
        config("peft\"peft_type\": \"LORA\"", "lora_alpha: expected a number, found none"),
        config("\"lora_alpha\": \"NaN\"", "lora_alpha: expected a number, found \"NaN\""),
        config("\"lora_alpha\": 1e300", "lora_alpha: expected a number, found 1.0E300"),
        config("\"lora_alpha\": [1]", "lora_alpha: expected a number, found [1]"),
        config("\"lora_alpha\": NaN", "lora_alpha: expected a number, found \"NaN\""),
        config("\"r\": 0", "r: expected a whole number of 1 or more, found 0"),
        config("\"r\": -2", "r: expected a whole number of 1 or more, found -2"),
        config("\"r\": 2.5", "r: expected a whole number of 1 or more, found 2.5"),
        config("\"r\": 1000000000", "expected matrices of rank 1.0E9, found 2"),
        config("\"r\": 4, \"rank_pattern\": {\"q_proj\": 3}", "matrices of rank 3, found 2"),
        config(
            "\"alpha_pattern\": {\"q_proj\": \"x\"}", "alpha_pattern, q_proj: expected a number"),
        config("\"alpha_pattern\": {\"(q_proj\": 1}", "\"(q_proj\" is no regular expression"),
        config("\"use_dora\": true", "DoRA adapter (use_dora)"),
        config("\"use_qalora\": true", "use_qalora is set"),
        config("\"lora_bias\": true", "lora_bias is set"),
        config("\"layer_replication\": [[0, 1]]", "layer_replication is set"),
        config("\"target_parameters\": [\"x\"]", "target_parameters is set"),
        config("\"trainable_token_indices\": [1]", "trainable_token_indices is set"),
        config("\"alora_invocation_tokens\": [1]", "alora_invocation_tokens is set"),
        config("\"init_lora_weights\": \"pissa_niter_4\"", "changes the weights of the base"),
        new Fault("no A", a -> a.remove(A), "has lora_B and no lora_A"),
        new Fault("no B", a -> a.remove(B), "has lora_A and no lora_B"),
        new Fault("other ranks", a -> a.put(B, 1, 32, 3), "found [2, 32] and [32, 3]"),
        new Fault("rank 0", a -> a.put(A, 1, 0, 32).put(B, 1, 32, 0), "expected A [rank, in]"),
        new Fault("a vector", a -> a.put(A, 1, 64), "found [64] and [32, 2]"),
        new Fault("not finite", a -> a.set(A, 5, Float.NaN), "expected finite numbers, found NaN"),
        new Fault("infinite", a -> a.set(B, 5, Float.POSITIVE_INFINITY), "found Infinity"),
        new Fault(
            "twice",
            a -> a.put(A.replace(".weight", ".default.weight"), 1, 2, 32),
            "there already"),
        new Fault("what is it", a -> a.put("x.lora_C", 1, 2), "tensor x.lora_C is no part of"),
        new Fault(
            "magnitudes",
            a -> a.put("base_model.model." + Q + ".lora_magnitude_vector", 1, 32),
            "DoRA adapter"),
        new Fault(
            "whole", a -> a.put("base_model.model.lm_head.weight", 1, 96, 32), "modules_to_save"),
        new Fault(
            "bias",
            a -> a.put("base_model.model." + Q + ".base_layer.bias", 1, 32),
            "modules_to_save or bias"),
        new Fault(
            "another module",
            a -> a.add("model.layers.0.self_attn.query", 2, 32, 32),
            "module model.layers.0.self_attn.query: a llama model has none of this name"),
        new Fault(
            "another layer",
            a -> a.add("model.layers.7.self_attn.v_proj", 2, 16, 32),
            "a llama model of 2 layers has none of this name"),
        new Fault(
            "a norm",
            a -> a.add("model.layers.0.input_layernorm", 2, 32, 32),
            "norms, positions and convolutions take no adapter"),
        new Fault(
            "rows of another model",
            a -> a.add("model.layers.0.self_attn.k_proj", 2, 64, 32),
            "k_proj: expected an adapter of 16 rows, found 64"),
        new Fault(
            "columns of another model",
            a -> a.add("model.layers.0.mlp.down_proj", 2, 32, 64),
            "expected an adapter of [32, 48], as the base's weight, found one of [32, 64]"),
        new Fault("nothing", a -> a.remove(A).remove(B), "the adapter changes nothing"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  @Timeout(60)
  void faultsAreSentences(Fault fault) throws IOException {
    TestPeft adapter = new TestPeft(1).add(Q, 2, 32, 32).config(PLAIN);
    Path folder = fault.change().apply(adapter).write(temporary.resolve("adapter"));
    Path made = temporary.resolve("made.gguf");
    String said =
        assertThrows(
                SourceException.class,
                () -> {
                  try (PeftAdapter opened = AdapterFolder.open(folder)) {
                    AdapterTesting.converted(opened, base, made);
                  }
                })
            .getMessage();
    assertTrue(said.contains(fault.said()), said);
    assertFalse(Files.exists(made));
  }

  @Test
  void brokenFilesAreSentences() throws IOException {
    Path folder = new TestPeft(1).add(Q, 2, 32, 32).write(temporary.resolve("adapter"));
    Path weights = folder.resolve("adapter_model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    for (int length : new int[] {0, 7, 40, whole.length - 1}) {
      Files.write(weights, Arrays.copyOf(whole, length));
      assertThrows(SourceException.class, () -> AdapterFolder.open(folder), "" + length);
    }
    Files.delete(weights);
    String none =
        assertThrows(SourceException.class, () -> AdapterFolder.open(folder)).getMessage();
    assertTrue(none.contains("expected adapter_model.safetensors or .bin"), none);
    for (String config : new String[] {"", "[]", "{", "{\"peft_type\": 3}"}) {
      Files.writeString(folder.resolve("adapter_config.json"), config);
      assertThrows(SourceException.class, () -> AdapterFolder.open(folder), config);
    }
    Files.delete(folder.resolve("adapter_config.json"));
    assertThrows(SourceException.class, () -> AdapterFolder.open(folder));
  }

  /** Patterns that a regular expression would need ages for. */
  @Test
  @Timeout(30)
  void patternsEnd() throws IOException {
    String config = PLAIN + ", \"alpha_pattern\": {\"(x?)(.|..)+\\\\1!\": 1}";
    TestPeft adapter = new TestPeft(1).add(Q, 2, 32, 32).config(config);
    try (PeftAdapter opened = AdapterFolder.open(adapter.write(temporary.resolve("a")))) {
      String said = assertThrows(SourceException.class, () -> opened.scale(Q)).getMessage();
      assertTrue(said.contains("takes too many steps"), said);
    }
  }

  /** Scales below 0 and of 0 are what they are; names may lack their beginning. */
  @Test
  void scalesMayBeAnyNumber() throws IOException {
    Path folder = AdapterTesting.base("llama", temporary);
    Path model = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(folder, model);
    int[] tokens = {5, 6, 7, 8, 9};
    float[][] plain = AdapterTesting.logits(model, tokens);
    float[][][] with = new float[3][][];
    double[] alphas = {0, 4, -4};
    for (int i = 0; i < alphas.length; i++) {
      Path adapter =
          new TestPeft(3)
              .put(Q + ".lora_A.weight", 1, 2, 32)
              .put(Q + ".lora_B.weight", 1, 32, 2)
              .config("\"peft_type\": \"LORA\", \"lora_alpha\": " + alphas[i])
              .write(temporary.resolve("adapter" + i));
      try (PeftAdapter opened = AdapterFolder.open(adapter)) {
        Path file = AdapterTesting.converted(opened, model, temporary.resolve(i + ".gguf"));
        with[i] = AdapterTesting.logits(model, tokens, new ScaledFile(file, i == 2 ? -1 : 1));
        Path merged =
            AdapterTesting.merged(
                folder,
                temporary.resolve("merged" + i + ".gguf"),
                List.of(new Merging.Scaled(opened, i == 2 ? -1 : 1)));
        double far = AdapterTesting.distance(with[i], AdapterTesting.logits(merged, tokens));
        assertTrue(far < 1e-3, "off by " + far);
      }
    }
    assertEquals(0, AdapterTesting.distance(plain, with[0]), "alpha 0");
    assertTrue(AdapterTesting.distance(plain, with[1]) > 0.1);
    assertEquals(0, AdapterTesting.distance(with[1], with[2]), 1e-5, "minus times minus");
  }

  /** What goes wrong only when an adapter is merged. */
  @Test
  void mergingNeedsTheBaseItWasMadeFor() throws IOException {
    String more = "base_model.model.";
    Object[][] cases = {
      {new TestPeft(1).add(Q, 2, 48, 32), "expected an adapter of [32, 32], as the base's weight"},
      {new TestPeft(1).put(more + "score.weight", 1, 2, 32), "no tensor score.weight"},
      {
        new TestPeft(1).put(more + "lm_head.weight", 1, 99, 32),
        "expected shape [96, 32] as the base has it, found [99, 32]"
      },
      {
        new TestPeft(1)
            .add(Q, 2, 32, 32)
            .put(more + Q + ".lora_magnitude_vector", 1, 31)
            .config(PLAIN + ", \"use_dora\": true"),
        "expected 32 magnitudes, one for each output, found 31"
      },
      {
        new TestPeft(1).add(Q, 2, 32, 32).config(PLAIN + ", \"use_dora\": true"),
        "expected a lora_magnitude_vector, as use_dora is set, found none"
      },
    };
    Path folder = AdapterTesting.base("llama", temporary);
    for (int i = 0; i < cases.length; i++) {
      Path adapter = ((TestPeft) cases[i][0]).write(temporary.resolve("adapter" + i));
      Path made = temporary.resolve("made.gguf");
      try (PeftAdapter opened = AdapterFolder.open(adapter)) {
        String said =
            assertThrows(
                    SourceException.class,
                    () ->
                        AdapterTesting.merged(folder, made, List.of(new Merging.Scaled(opened, 1))))
                .getMessage();
        assertTrue(said.contains((String) cases[i][1]), said);
        assertFalse(Files.exists(made));
      }
    }
  }
}
