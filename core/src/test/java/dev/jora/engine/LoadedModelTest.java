package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What opens, what is refused, and with which words. */
class LoadedModelTest {
  /** Heads of 16 values. */
  private static final Path FILE = Shared.testdata("architectures/llama/model.gguf");

  private static LoadOptions options(
      int context, GgmlType keys, GgmlType values, Supplier<KernelSelector.Choice> kernels) {
    return new LoadOptions(
        context,
        512,
        keys,
        values,
        RopeOptions.Overrides.NONE,
        1,
        1,
        kernels,
        null,
        Offload.DEFAULT);
  }

  @Test
  void theContextIsTheModelsUnlessOneIsAskedFor() {
    try (LoadedModel model = LoadedModel.open(FILE, LoadOptions.DEFAULT)) {
      assertEquals(model.model().contextLength(), model.options().contextSize());
    }
    try (LoadedModel model = LoadedModel.open(FILE, LoadOptions.DEFAULT.withContextSize(64))) {
      assertEquals(64, model.options().contextSize());
    }
  }

  @Test
  void aCacheWhoseBlocksCutHeadsIsRefusedForKeysAndForValues() {
    LoadOptions keys = options(0, GgmlType.Q8_0, GgmlType.F16, KernelSelector::best);
    LoadOptions values = options(0, GgmlType.F16, GgmlType.Q8_0, KernelSelector::best);
    assertEquals(
        "a KV cache of keys in q8_0 needs heads that are multiples of 32, this model has 16: use"
            + " f16",
        assertThrows(DecoderOptions.Unfit.class, () -> LoadedModel.open(FILE, keys)).getMessage());
    assertTrue(
        assertThrows(DecoderOptions.Unfit.class, () -> LoadedModel.open(FILE, values))
            .getMessage()
            .startsWith("a KV cache of values in q8_0 needs"));
  }

  @Test
  void aDecoderOfItsOwnOptionsIsCheckedToo() {
    try (LoadedModel model = LoadedModel.open(FILE, LoadOptions.DEFAULT)) {
      DecoderOptions own =
          new DecoderOptions(64, 64, GgmlType.Q8_0, GgmlType.F16, RopeOptions.Overrides.NONE);
      assertThrows(DecoderOptions.Unfit.class, () -> model.decoder(own));
    }
  }

  @Test
  void aContextBeyondTheMachineSaysWhatItWouldTake() {
    LoadOptions all = LoadOptions.DEFAULT.withContextSize(Integer.MAX_VALUE);
    MemoryException e = assertThrows(MemoryException.class, () -> LoadedModel.open(FILE, all));
    assertEquals(Integer.MAX_VALUE, e.contextSize());
    assertTrue(e.plan().total() > e.available(), e.getMessage());
    assertEquals(FILE.toString(), e.file());
  }

  @Test
  void severalTextsAtOnceAreCounted() {
    LoadOptions one = LoadOptions.DEFAULT.withContextSize(64);
    try (LoadedModel model = LoadedModel.open(FILE, one);
        LoadedModel two = model.again(one.withSequences(2));
        Decoder decoder = two.decoder()) {
      assertEquals(2 * model.memory().cache(), two.memory().cache());
      assertEquals(model.memory().weights(), two.memory().weights());
      assertEquals(128, decoder.options().rows());
      assertEquals("64", model.options().contextTokens());
      assertEquals("2 x 64", two.options().contextTokens());
      LoadOptions all = one.withContextSize(Integer.MAX_VALUE).withSequences(2);
      String message = assertThrows(MemoryException.class, () -> model.again(all)).getMessage();
      assertTrue(message.contains("for 2 x 2147483647 tokens"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> one.withSequences(0));
  }

  @Test
  void aModelOpenedAgainSharesWhatItIsMadeOf() {
    LoadedModel first = LoadedModel.open(FILE, LoadOptions.DEFAULT.withContextSize(64));
    try (LoadedModel second = first.again(LoadOptions.DEFAULT.withContextSize(32))) {
      assertSame(first.model(), second.model());
      assertSame(first.tokenizer(), second.tokenizer());
      assertEquals(64, first.options().contextSize());
      assertEquals(32, second.options().contextSize());
      first.close();
      first.close();
      assertThrows(IllegalStateException.class, () -> first.again(LoadOptions.DEFAULT));
      assertThrows(
          MemoryException.class,
          () -> second.again(LoadOptions.DEFAULT.withContextSize(Integer.MAX_VALUE)));
      try (Decoder decoder = second.decoder();
          Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        batch.add(sequence, new int[] {1, 2, 3}, 0, 3, Batch.Outputs.LAST);
        decoder.forward(batch); // what they share is still open
        assertEquals(3, sequence.length());
      }
    }
  }

  @Test
  void whatTheChoiceOfKernelsThrowsComesOutAsItIs() {
    RuntimeException fault = new IllegalStateException("no such set");
    LoadOptions broken =
        options(
            0,
            GgmlType.F16,
            GgmlType.F16,
            () -> {
              throw fault;
            });
    assertSame(
        fault, assertThrows(IllegalStateException.class, () -> LoadedModel.open(FILE, broken)));
    Error error = new ExceptionInInitializerError("no incubator");
    LoadOptions worse =
        options(
            0,
            GgmlType.F16,
            GgmlType.F16,
            () -> {
              throw error;
            });
    assertSame(error, assertThrows(Error.class, () -> LoadedModel.open(FILE, worse)));
  }
}
