package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.KvSpec;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Room;
import dev.jora.backend.Weight;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns memory, and when it goes. */
class MemoryTest {
  private static final Path DEMO = Shared.testdata("jora-demo.gguf");

  private final WorkPool pool = new WorkPool(2);
  private final CpuBackend backend = new CpuBackend(KernelSelector.best().kernels(), pool);

  @AfterEach
  void close() {
    backend.close();
    pool.close();
  }

  private long held() {
    return backend.memory().held();
  }

  private Decoder decoder(Model model) {
    DecoderOptions options =
        new DecoderOptions(256, 64, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
    return new Decoder(model, Placement.all(backend, model), options);
  }

  private static void read(Decoder decoder, Sequence sequence, int tokens) {
    Batch batch = new Batch();
    batch.add(sequence, new int[tokens], 0, tokens, Batch.Outputs.LAST);
    decoder.forward(batch);
    decoder.logits(0, new float[decoder.model().vocabularySize()]);
  }

  @Test
  void eightDecodersOpenedAndClosedLeaveNothing() {
    try (GgufFile file = GgufFile.open(DEMO)) {
      Model model = Model.of(file);
      for (int i = 0; i < 8; i++) {
        try (Decoder decoder = decoder(model);
            Sequence sequence = decoder.newSequence();
            Sequence fork = sequence.fork()) {
          read(decoder, sequence, 40);
          sequence.fork(); // the decoder closes it
          read(decoder, fork, 3);
          assertTrue(held() > 100_000, "buffers, vectors and pages are counted: " + held());
        }
        assertEquals(0, held(), "after decoder " + i);
      }
    }
  }

  @Test
  void decodersOfOneModelHoldItsWeightsOnce() {
    try (GgufFile file = GgufFile.open(DEMO)) {
      Model model = Model.of(file);
      Tensor vector = model.tensors().get("output_norm.weight");
      Tensor matrix = model.tensors().get("token_embd.weight");
      long one;
      try (Decoder first = decoder(model)) {
        one = held();
        try (Decoder second = decoder(model);
            Room a = backend.open();
            Room b = backend.open()) {
          assertTrue(held() < 2 * one, held() + " for two, " + one + " for one");
          Weight weight = a.upload(vector);
          assertSame(weight, b.upload(vector));
          assertSame(a.upload(matrix), b.upload(matrix));
          assertNotSame(weight, a.upload(model.tensors().get("blk.0.attn_norm.weight")));
          try (Sequence sequence = second.newSequence()) {
            read(second, sequence, 5);
          }
        }
        assertEquals(one, held());
        try (Sequence sequence = first.newSequence()) {
          read(first, sequence, 5); // its weights are still there
        }
      }
      assertEquals(0, held());
    }
  }

  @Test
  void weightsStayWhenTheRoomThatBroughtThemGoes() {
    try (GgufFile file = GgufFile.open(DEMO)) {
      Model model = Model.of(file);
      Decoder first = decoder(model);
      Decoder second = decoder(model);
      first.close();
      first.close(); // twice is once
      try (second;
          Sequence sequence = second.newSequence()) {
        read(second, sequence, 5);
      }
      assertEquals(0, held());
    }
  }

  /** The plan is what is taken: the same wiring, on rooms that count. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "gemma3",
        "qwen2moe",
        "cohere",
        "gptoss",
        "deepseek2",
        "mamba",
        "mamba2",
        "qwen35",
        "gemma4"
      })
  void thePlanIsWhatIsTaken(String name) {
    Path path = Shared.golden("architectures/" + name).resolve("model.gguf");
    try (GgufFile file = GgufFile.open(path)) {
      Model model = Model.of(file);
      try (Decoder decoder = decoder(model)) {
        MemoryPlan plan = MemoryPlan.of(model, decoder.options());
        long vectors = // and what else a CPU does not compute with where it is mapped
            model.tensors().values().stream()
                .filter(t -> (t.shape().dims() == 1 || isSmall(t.name())) && !isRead(t.name()))
                .mapToLong(t -> 4 * t.shape().elements())
                .sum();
        assertEquals(plan.compute() + vectors, held(), name);
        long read =
            model.tensors().values().stream()
                .filter(t -> isRead(t.name()))
                .mapToLong(Tensor::bytes)
                .sum();
        assertEquals(model.tensorBytes() - read, plan.weights(), "all others are held");
        try (Sequence sequence = decoder.newSequence()) {
          for (int i = 0; i < 4; i++) {
            read(decoder, sequence, 64);
          }
          long kept = sequence.bytes();
          assertTrue(kept <= plan.cache(), kept + " of a full context, planned " + plan.cache());
          assertTrue(
              2 * kept >= plan.cache(), kept + " of a full context, planned " + plan.cache());
        }
      }
      assertEquals(0, held());
    }
  }

  private static boolean isSmall(String name) {
    return name.endsWith("_exps.bias")
        || name.endsWith("ssm_a")
        || name.endsWith("ssm_d")
        || name.endsWith("ssm_norm.weight")
        || name.contains("ssm_conv1d");
  }

  /** Numbers that are taken out of the file when the model is bound. */
  private static boolean isRead(String name) {
    return name.endsWith("layer_output_scale.weight") || name.startsWith("rope_f");
  }

  @Test
  void specsKnowWhatAFullContextTakes() {
    KvSpec all = new KvSpec(2, 64, 64, GgmlType.F16, GgmlType.F16, 0, null);
    assertEquals(1000L * 2 * 2 * 128, all.bytes(1000, 64));
    KvSpec windowed = new KvSpec(2, 64, 64, GgmlType.F16, GgmlType.F16, 100, null);
    assertEquals((100L + 64 + 128) * 512, windowed.bytes(1000, 64));
    KvSpec latent = new KvSpec(1, 576, 512, GgmlType.F16, null, 0, null, 512);
    assertEquals(1000L * 1152, latent.bytes(1000, 64));
    assertEquals(2 * 4 * (3 * 8 + 128), new RecurrentSpec(8, 4, 128).bytes(1000, 64));
  }
}
