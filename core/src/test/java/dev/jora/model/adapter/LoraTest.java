package dev.jora.model.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.PromptCache;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Sequence;
import dev.jora.model.SequenceFile;
import dev.jora.model.SequenceFileException;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestAdapter;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters in the forward pass, against peft and against weights that they are merged into. */
class LoraTest {
  @TempDir Path folder;

  static List<Arguments> goldens() {
    List<Arguments> all = new ArrayList<>();
    for (Kernels kernels : KernelSets.all()) {
      for (String name : List.of("r4-a8", "r8-a4-all")) {
        all.add(Arguments.of(Named.of(kernels.name(), kernels), name));
      }
    }
    return all;
  }

  private static Path model(String name) {
    return Shared.golden("architectures/" + name + "/model.gguf");
  }

  private static Adaptation.Wanted wanted(ScaledFile... files) {
    return new Adaptation.Wanted(List.of(files), ControlVector.Wanted.NONE);
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("goldens")
  void logitsAreThoseOfPeft(Kernels kernels, String name) throws IOException {
    Path golden = Shared.path("golden/formats/lora/" + name);
    int[] tokens = Golden.ints(Golden.json(golden.resolve("expected.json")).get("tokens"));
    MemorySegment expected =
        MemorySegment.ofArray(Files.readAllBytes(golden.resolve("logits.f32")));
    ValueLayout.OfFloat real = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    Adaptation.Wanted wanted = wanted(new ScaledFile(golden.resolve("adapter.gguf"), 1));
    try (TestModel model = new TestModel(model("llama"), kernels, 2, null, wanted)) {
      for (float[][] logits : List.of(model.logits(tokens, 512), model.single(tokens))) {
        for (int i = 0; i < tokens.length; i++) {
          for (int j = 0; j < logits[i].length; j++) {
            float should = expected.get(real, 4L * (i * logits[i].length + j));
            assertEquals(should, logits[i][j], 1e-3, "token " + i + ", logit " + j);
          }
        }
      }
    }
  }

  private static int[] tokens(TestModel model) {
    return new Random(5).ints(20, 3, model.model.vocabularySize()).toArray();
  }

  private static void assertNear(float[][] expected, float[][] found, double most) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        worst = Math.max(worst, Math.abs(expected[i][j] - found[i][j]));
      }
    }
    assertTrue(worst <= most, "off by " + worst);
  }

  private static double distance(float[][] a, float[][] b) {
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        worst = Math.max(worst, Math.abs(a[i][j] - b[i][j]));
      }
    }
    return worst;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "gemma2",
        "gemma3",
        "gemma4e",
        "phi3",
        "phi2",
        "gptneox",
        "bloom",
        "mixtral",
        "qwen3moe",
        "qwen2moe",
        "gptoss",
        "granitemoe",
        "mamba",
        "mamba2",
        "lfm2",
        "qwen35",
        "qwen3next",
        "deepseek2",
        "deepseek3",
        "glm4",
        "falcon",
        "llama-bias",
        "cohere"
      })
  void isWhatMergedWeightsCompute(String name) {
    try (GgufFile file = GgufFile.open(model(name))) {
      TestAdapter first = TestAdapter.ofAll(file, 8, 1);
      TestAdapter second = TestAdapter.ofAll(file, 0, 2);
      Path a = first.write(folder.resolve("a.gguf"), GgmlType.F32);
      Path b = second.write(folder.resolve("b.gguf"), GgmlType.F32);
      List<TestAdapter> both = List.of(first, second);
      Path merged = TestAdapter.merge(file, folder.resolve("m.gguf"), both, List.of(0.75f, -0.5f));
      Kernels kernels = new ScalarKernels();
      Adaptation.Wanted wanted = wanted(new ScaledFile(a, 0.75f), new ScaledFile(b, -0.5f));
      try (TestModel plain = new TestModel(model(name), kernels, 2, null, wanted());
          TestModel oracle = new TestModel(merged, kernels, 2, null, wanted());
          TestModel adapted = new TestModel(model(name), kernels, 2, null, wanted)) {
        int[] tokens = tokens(plain);
        float[][] expected = oracle.logits(tokens, 512);
        float[][] without = plain.logits(tokens, 512);
        double effect = distance(expected, without);
        assertTrue(effect > 0.05, "an effect of " + effect);
        assertNear(expected, adapted.logits(tokens, 512), 2e-3 * Math.max(1, effect));
        assertNear(expected, adapted.logits(tokens, 3), 2e-3 * Math.max(1, effect));
        assertNear(expected, adapted.single(tokens), 2e-3 * Math.max(1, effect));
        assertArrayEquals(adapted.single(tokens), adapted.inCompany(tokens, 3));
        adapted.decoder.scaleAdapters(List.of(0f, 0f));
        assertArrayEquals(without, adapted.logits(tokens, 512), "scales of 0");
      }
    }
  }

  @Test
  void partsOfAFusedTensorAreAdaptedByTheirOwnNamesToo() {
    try (GgufFile file = GgufFile.open(model("phi3"))) {
      Random random = new Random(3);
      TestAdapter adapter = new TestAdapter(file, 4);
      String qkv = "blk.0.attn_qkv.weight";
      long q = file.tensor("blk.0.attn_output.weight").shape().ne0();
      long k = (file.tensor(qkv).shape().ne1() - q) / 2;
      adapter.addPart("blk.0.attn_q.weight", qkv, q, 2, random);
      adapter.addPart("blk.0.attn_k.weight", qkv, k, 1, random);
      adapter.addPart("blk.0.attn_v.weight", qkv, k, 3, random);
      adapter.add("blk.1.attn_qkv.weight", 2, random);
      adapter.add("blk.1.ffn_up.weight", 2, random); // gate and up in one
      String up = "blk.0.ffn_up.weight";
      long half = file.tensor(up).shape().ne1() / 2;
      adapter.addPart("blk.0.ffn_gate.weight", up, half, 3, random);
      adapter.addPart(up, up, half, 2, random);
      assertMerged("phi3", file, adapter);
    }
  }

  /** An adapter of a fused tensor that the model has in parts is that of the parts, cut. */
  @Test
  void aFusedTensorIsAdaptedInItsPartsToo() {
    String layer = "blk.0.attn_";
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter whole = new TestAdapter(file, 4);
      whole.put(layer + "qkv.weight.lora_a", Shape.of(64, 3), 1, new Random(1));
      whole.put(layer + "qkv.weight.lora_b", Shape.of(3, 128), 0.05, new Random(2));
      TestAdapter parts = new TestAdapter(file, 4);
      int at = 0;
      for (String part : List.of("q", "k", "v")) {
        int rows = part.equals("q") ? 64 : 32;
        parts.put(layer + part + ".weight.lora_a", Shape.of(64, 3), 1, new Random(1));
        parts.put(layer + part + ".weight.lora_b", Shape.of(3, rows), 0.05, new Random(2));
        for (int i = 0; i < 3 * rows; i++) {
          float value = whole.get(layer + "qkv.weight.lora_b", at++);
          parts.set(layer + part + ".weight.lora_b", i, value);
        }
      }
      assertMerged("llama", file, parts, whole.write(folder.resolve("a.gguf"), GgmlType.F32));
    }
  }

  private void assertMerged(String name, GgufFile file, TestAdapter adapter) {
    assertMerged(name, file, adapter, adapter.write(folder.resolve("a.gguf"), GgmlType.F32));
  }

  private void assertMerged(String name, GgufFile file, TestAdapter adapter, Path one) {
    Path merged = TestAdapter.merge(file, folder.resolve("m.gguf"), List.of(adapter), List.of(1f));
    Kernels kernels = new ScalarKernels();
    try (TestModel oracle = new TestModel(merged, kernels, 1, null, wanted());
        TestModel adapted =
            new TestModel(model(name), kernels, 1, null, wanted(new ScaledFile(one, 1)))) {
      int[] tokens = tokens(oracle);
      assertNear(oracle.logits(tokens, 512), adapted.logits(tokens, 512), 2e-3);
    }
  }

  /** Adapters of half precision, and of one rank and many. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 33})
  void anyRankAndHalves(int rank) {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter adapter = new TestAdapter(file, 3);
      Random random = new Random(rank);
      adapter.add("blk.0.attn_q.weight", rank, random);
      adapter.add("blk.1.ffn_down.weight", rank, random);
      adapter.add("output.weight", rank, random);
      Path one = adapter.write(folder.resolve("a.gguf"), GgmlType.F16);
      Path merged =
          TestAdapter.merge(file, folder.resolve("m.gguf"), List.of(adapter), List.of(1f));
      for (Kernels kernels : KernelSets.all()) {
        try (TestModel oracle = new TestModel(merged, new ScalarKernels(), 1, null, wanted());
            TestModel adapted =
                new TestModel(model("llama"), kernels, 2, null, wanted(new ScaledFile(one, 1)))) {
          int[] tokens = tokens(oracle);
          float[][] expected = oracle.logits(tokens, 512);
          assertNear(expected, adapted.logits(tokens, 512), 2e-2);
          assertNear(expected, adapted.single(tokens), 2e-3);
        }
      }
    }
  }

  @Test
  void quantizedAdaptersAreRead() {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter adapter = new TestAdapter(file, 32);
      adapter.add("blk.0.attn_q.weight", 32, new Random(1));
      adapter.add("blk.1.ffn_down.weight", 64, new Random(2));
      Path one = adapter.write(folder.resolve("a.gguf"), GgmlType.Q8_0);
      assertMerged("llama", file, adapter, one);
    }
  }

  /** The same text at any number of threads, in any company, and however it is cut. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mixtral", "mamba", "deepseek2", "llama-k256-quantized"})
  void companyAndThreadsChangeNothing(String name) {
    try (GgufFile file = GgufFile.open(model(name))) {
      Path one = TestAdapter.ofAll(file, 8, 3).write(folder.resolve("a.gguf"), GgmlType.F16);
      Adaptation.Wanted wanted = wanted(new ScaledFile(one, 1));
      for (Kernels kernels : KernelSets.all()) {
        try (TestModel first = new TestModel(model(name), kernels, 1, null, wanted);
            TestModel second = new TestModel(model(name), kernels, 3, null, wanted)) {
          int[] tokens = tokens(first);
          float[][] alone = first.single(tokens);
          assertArrayEquals(alone, second.single(tokens), kernels.name());
          assertArrayEquals(alone, second.inCompany(tokens, 5), kernels.name());
          float[][] read = first.logits(tokens, 512);
          assertArrayEquals(read, second.logits(tokens, 512), kernels.name());
          assertArrayEquals(read, second.logits(tokens, 7), kernels.name());
        }
      }
    }
  }

  @Test
  void scalesChangeBetweenPassesAndTextsKnowTheirs() throws IOException {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      Path one = TestAdapter.ofAll(file, 8, 4).write(folder.resolve("a.gguf"), GgmlType.F32);
      Adaptation.Wanted wanted = wanted(new ScaledFile(one, 1), new ScaledFile(one, -1));
      Kernels kernels = new ScalarKernels();
      try (TestModel plain = new TestModel(model("llama"), kernels, 1, null, wanted());
          TestModel half =
              new TestModel(model("llama"), kernels, 1, null, wanted(new ScaledFile(one, 0.5f)));
          TestModel adapted = new TestModel(model("llama"), kernels, 1, null, wanted);
          Sequence sequence = adapted.decoder.newSequence()) {
        int[] tokens = tokens(plain);
        assertNear(plain.logits(tokens, 512), adapted.logits(tokens, 512), 1e-4);
        adapted.decoder.scaleAdapters(List.of(0.5f, 0f));
        assertArrayEquals(half.logits(tokens, 512), adapted.logits(tokens, 512));

        adapted.read(sequence, Arrays.copyOf(tokens, 5), 5, new float[5][384]);
        adapted.decoder.scaleAdapters(List.of(1f, 0f));
        assertThrows(
            IllegalStateException.class,
            () -> adapted.read(sequence, new int[] {7}, 1, new float[1][384]));
        Path saved = folder.resolve("saved");
        SequenceFile.save(saved, adapted.decoder, sequence, List.of());
        try (Sequence other = adapted.decoder.newSequence()) {
          SequenceFileException refused =
              assertThrows(
                  SequenceFileException.class,
                  () -> SequenceFile.load(saved, adapted.decoder, other));
          assertTrue(refused.getMessage().contains("adapters: expected"), refused.getMessage());
          assertThrows(
              SequenceFileException.class, () -> SequenceFile.load(saved, plain.decoder, other));
          adapted.decoder.scaleAdapters(List.of(0.5f, 0f));
          assertTrue(SequenceFile.load(saved, adapted.decoder, other).isPresent());
          adapted.read(other, new int[] {7}, 1, new float[1][384]);
        }
        try (Sequence of = half.decoder.newSequence()) { // the same adapter at the same scale
          assertTrue(SequenceFile.load(saved, half.decoder, of).isPresent());
        }
        sequence.truncate(0);
        adapted.decoder.scaleAdapters(List.of(0f, 0f));
        adapted.read(sequence, new int[] {7}, 1, new float[1][384]);
        SequenceFile.save(saved, adapted.decoder, sequence, List.of());
        try (Sequence of = plain.decoder.newSequence()) { // nothing was added
          assertTrue(SequenceFile.load(saved, plain.decoder, of).isPresent());
        }
      }
    }
  }

  @Test
  void aPromptIsReadAnewWithOtherScales() {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      Path one = TestAdapter.ofAll(file, 8, 4).write(folder.resolve("a.gguf"), GgmlType.F32);
      Adaptation.Wanted wanted = wanted(new ScaledFile(one, 1));
      try (TestModel model = new TestModel(model("llama"), new ScalarKernels(), 1, null, wanted);
          PromptCache cache = new PromptCache(model.decoder, -1)) {
        int[] prompt = {5, 6, 7, 8};
        int[] unread = cache.prepare(prompt, 1);
        model.read(cache.sequence(), unread, 4, new float[4][384]);
        assertEquals(1, cache.prepare(prompt, 1).length);
        model.decoder.scaleAdapters(List.of(2f));
        assertArrayEquals(prompt, cache.prepare(prompt, 1));
      }
    }
  }

  @Test
  void memoryIsCounted() {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter adapter = new TestAdapter(file, 1).add("blk.0.attn_q.weight", 4, new Random(1));
      Path one = adapter.write(folder.resolve("a.gguf"), GgmlType.F16);
      Model model = Model.of(file);
      DecoderOptions options = DecoderOptions.defaults(model).withBatchUpTo(10);
      MemoryPlan before = MemoryPlan.of(model, options);
      MemoryPlan after =
          MemoryPlan.of(model, options.withAdaptation(model.read(wanted(new ScaledFile(one, 1)))));
      assertEquals(2 * 4 * (64 + 64), after.weights() - before.weights());
      assertEquals(4 * 10 * (4 + 64), after.compute() - before.compute());
    }
  }

  // ---- faults ------------------------------------------------------------------------------

  /** What is done to an adapter, and what is said of it. */
  private record Fault(String name, Consumer<TestAdapter> change, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Fault> faults() {
    String q = "blk.0.attn_q.weight";
    Random random = new Random(1);
    return List.of(
        new Fault(
            "a model",
            a -> a.metadata().put("general.type", new GgufValue.Str("model")),
            "key general.type: expected adapter, as LoRA adapters have it, found model"),
        new Fault(
            "no type",
            a -> a.metadata().remove("general.type"),
            "key general.type: expected a string, found no such key"),
        new Fault(
            "another adapter",
            a -> a.metadata().put("adapter.type", new GgufValue.Str("loha")),
            "key adapter.type: expected lora, found loha"),
        new Fault(
            "another architecture",
            a -> a.metadata().put("general.architecture", new GgufValue.Str("qwen2")),
            "key general.architecture: expected llama, the model's, found qwen2"),
        new Fault(
            "alpha that is no number",
            a -> a.metadata().put("adapter.lora.alpha", new GgufValue.F32(Float.NaN)),
            "key adapter.lora.alpha: expected a finite number, found NaN"),
        new Fault(
            "no second half",
            a -> a.remove(q + ".lora_b"),
            "tensor " + q + ".lora_b: expected it beside " + q + ".lora_a, found no such tensor"),
        new Fault(
            "no first half",
            a -> a.remove(q + ".lora_a"),
            "tensor " + q + ".lora_a: expected it beside " + q + ".lora_b, found no such tensor"),
        new Fault(
            "something else",
            a -> a.put("output_norm.weight", Shape.of(64), 1, random),
            "tensor output_norm.weight: expected a name that ends in .lora_a or .lora_b"),
        new Fault(
            "a magnitude",
            a -> a.put(q + ".lora_magnitude", Shape.of(64), 1, random),
            "tensor " + q + ".lora_magnitude: expected a name that ends in"),
        new Fault(
            "nothing",
            a -> {
              a.remove(q + ".lora_a");
              a.remove(q + ".lora_b");
            },
            "tensors: expected pairs of .lora_a and .lora_b, found none"),
        new Fault(
            "no such tensor",
            a -> pair(a, "blk.9.attn_q.weight", 64, 4, 4, 64),
            "tensor blk.9.attn_q.weight.lora_a: expected a tensor of the model, found no tensor"
                + " blk.9.attn_q.weight in the model"),
        new Fault(
            "a norm",
            a -> pair(a, "output_norm.weight", 64, 4, 4, 64),
            "tensor output_norm.weight.lora_a: expected a matrix that rows are multiplied with"),
        new Fault(
            "inputs",
            a -> pair(a, q, 63, 4, 4, 64),
            "tensor " + q + ".lora_a: expected shape [64, 4], as the model has it, found [63, 4]"),
        new Fault(
            "outputs",
            a -> pair(a, q, 64, 4, 4, 32),
            "tensor " + q + ".lora_b: expected shape [4, 64], as the model has it, found [4, 32]"),
        new Fault(
            "ranks",
            a -> pair(a, q, 64, 4, 5, 64),
            "tensor " + q + ".lora_a: expected shape [64, 5], as the model has it, found [64, 4]"),
        new Fault(
            "turned",
            a -> pair(a, q, 4, 64, 64, 4),
            "tensor " + q + ".lora_a: expected shape [64, 64], as the model has it, found [4, 64]"),
        new Fault(
            "experts",
            a -> {
              a.put(q + ".lora_a", Shape.of(64, 4, 2), 1, random);
              a.put(q + ".lora_b", Shape.of(4, 64, 2), 1, random);
            },
            "expected shape [64, 4], as the model has it, found [64, 4, 2]"),
        new Fault(
            "rank 0",
            a -> pair(a, q, 64, 0, 0, 64),
            "tensor " + q + ".lora_a: expected a matrix of rank 1 or more"),
        new Fault(
            "a table that is not turned",
            a -> pair(a, "token_embd.weight", 64, 4, 4, 384),
            "tensor token_embd.weight.lora_a: expected shape [4, 384]"),
        new Fault(
            "NaN",
            a -> a.set(q + ".lora_a", 70, Float.NaN),
            "tensor " + q + ".lora_a: expected finite numbers, found NaN in row 1, column 6"),
        new Fault(
            "infinity",
            a -> a.set(q + ".lora_b", 5, Float.NEGATIVE_INFINITY),
            "tensor "
                + q
                + ".lora_b: expected finite numbers, found -Infinity in row 1, column 1"));
  }

  private static void pair(TestAdapter a, String name, long in, long r, long r2, long out) {
    a.put(name + ".lora_a", Shape.of(in, r), 1, new Random(1));
    a.put(name + ".lora_b", Shape.of(r2, out), 1, new Random(1));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultsAreSentences(Fault fault) {
    try (GgufFile file = GgufFile.open(model("llama"))) {
      TestAdapter adapter = new TestAdapter(file, 1);
      adapter.add("blk.0.attn_q.weight", 4, new Random(1));
      fault.change().accept(adapter);
      Path path = adapter.write(folder.resolve("a.gguf"), GgmlType.F32);
      Model model = Model.of(file);
      GgufException e =
          assertThrows(
              GgufException.class,
              () ->
                  MemoryPlan.of(
                      model,
                      DecoderOptions.defaults(model)
                          .withAdaptation(model.read(wanted(new ScaledFile(path, 1))))));
      assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
      assertTrue(e.getMessage().contains(fault.said()), e.getMessage());
    }
  }
}
