package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sequences and batches promise, on tiny models; gemma2 has windows of 16 positions. */
class SequenceTest {
  private static final float TOLERANCE = 2e-4f;

  private static TestModel open(String name) {
    return open(name, GgmlType.F32, 512);
  }

  private static TestModel open(String name, GgmlType cache, int context) {
    Path file = Shared.testdata("architectures/" + name + "/model.gguf");
    return new TestModel(file, KernelSelector.best().kernels(), 2, cache, 256, context);
  }

  private static int[] randomTokens(int n, int seed) {
    return new Random(seed).ints(n, 0, 384).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral", "gpt2", "gptoss", "deepseek2", "mamba"})
  void sequencesOfABatchDoNotSeeEachOther(String name) {
    try (TestModel m = open(name);
        Sequence a = m.decoder.newSequence();
        Sequence b = m.decoder.newSequence()) {
      int[] x = randomTokens(70, 1);
      int[] y = randomTokens(33, 2);
      float[][] xAlone = m.logits(x, 70);
      float[][] yAlone = m.logits(y, 33);
      Batch batch = new Batch();
      batch.add(a, x, 0, 70, Batch.Outputs.ALL);
      batch.add(b, y, 0, 33, Batch.Outputs.LAST);
      m.decoder.forward(batch);
      float[] row = new float[m.model.vocabularySize()];
      for (int i = 0; i < 70; i++) {
        m.decoder.logits(i, row);
        assertArrayEquals(xAlone[i], row, TOLERANCE);
      }
      m.decoder.logits(70, row);
      assertArrayEquals(yAlone[32], row, TOLERANCE);
      assertEquals(70, a.length());
      assertArrayEquals(y, b.tokens());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "gptoss", "deepseek2", "mamba"})
  void forksGoTheirOwnWay(String name) {
    try (TestModel m = open(name);
        Sequence trunk = m.decoder.newSequence()) {
      int[] common = randomTokens(100, 3);
      int[] left = randomTokens(40, 4);
      int[] right = randomTokens(40, 5);
      float[][] ignored = new float[100][384];
      m.read(trunk, common, 50, ignored);
      try (Sequence branch = trunk.fork()) {
        float[][] leftLogits = new float[40][384];
        float[][] rightLogits = new float[40][384];
        m.read(trunk, left, 1, leftLogits);
        m.read(branch, right, 7, rightLogits);
        assertContinues(m, common, left, leftLogits);
        assertContinues(m, common, right, rightLogits);
        assertArrayEquals(common, Arrays.copyOf(branch.tokens(), 100));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2"})
  void aCutSequenceGoesOnAsIfTheRestHadNeverBeen(String name) {
    try (TestModel m = open(name);
        Sequence s = m.decoder.newSequence()) {
      int[] first = randomTokens(90, 6);
      int[] second = randomTokens(30, 7);
      m.read(s, first, 90, new float[90][384]);
      assertEquals(80, s.truncate(80));
      float[][] logits = new float[30][384];
      m.read(s, second, 30, logits);
      assertContinues(m, Arrays.copyOf(first, 80), second, logits);
      assertThrows(IllegalArgumentException.class, () -> s.truncate(111));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "gptoss", "deepseek2", "mamba"})
  void aCancelledPassLeavesNothingBehind(String name) {
    try (TestModel m = open(name);
        Sequence s = m.decoder.newSequence()) {
      int[] first = randomTokens(20, 9);
      int[] second = randomTokens(10, 10);
      m.read(s, first, 20, new float[20][384]);
      for (int layers = 0; layers < m.model.layers().size(); layers++) {
        Batch batch = new Batch();
        batch.add(s, randomTokens(8, 11), 0, 8, Batch.Outputs.ALL);
        AtomicInteger left = new AtomicInteger(layers);
        assertFalse(m.decoder.forward(batch, () -> left.getAndDecrement() == 0));
        assertEquals(20, s.length());
        float[] row = new float[384];
        assertThrows(IndexOutOfBoundsException.class, () -> m.decoder.logits(0, row));
      }
      float[][] logits = new float[10][384];
      m.read(s, second, 10, logits);
      assertContinues(m, first, second, logits);
    }
  }

  @Test
  void aWindowForgetsAndSaysSo() {
    try (TestModel m = open("gemma2");
        Sequence s = m.decoder.newSequence()) {
      int[] tokens = randomTokens(400, 8);
      m.read(s, tokens, 100, new float[400][384]);
      assertEquals(0, s.truncate(100), "position 100 of a window of 16 is long gone");
      float[][] again = new float[50][384];
      m.read(s, Arrays.copyOf(tokens, 50), 50, again);
      assertArrayEquals(m.logits(Arrays.copyOf(tokens, 50), 50)[49], again[49], TOLERANCE);
    }
  }

  @Test
  void windowedLayersKeepTheirWindowOnly() {
    try (TestModel m = open("gemma2");
        Sequence s = m.decoder.newSequence()) {
      m.read(s, randomTokens(256, 9), 64, new float[256][384]);
      long before = s.bytes();
      m.read(s, randomTokens(192, 10), 64, new float[192][384]);
      long positions = 2 * 192; // two of the four layers are full
      long full = 2 * 32 * 2 * Float.BYTES;
      assertEquals(positions * full, s.bytes() - before, 2 * 64 * full);
    }
  }

  @Test
  void outputsAreThoseAskedFor() {
    try (TestModel m = open("llama");
        Sequence s = m.decoder.newSequence()) {
      int[] tokens = randomTokens(60, 11);
      float[][] all = m.logits(tokens, 60);
      Batch batch = new Batch();
      batch.add(s, tokens, 0, 40, Batch.Outputs.NONE);
      m.decoder.forward(batch);
      assertThrows(IndexOutOfBoundsException.class, () -> m.decoder.logits(0, new float[384]));
      batch.clear();
      batch.add(s, tokens, 40, 20, Batch.Outputs.LAST);
      m.decoder.forward(batch);
      float[] last = new float[384];
      m.decoder.logits(0, last);
      assertArrayEquals(all[59], last, TOLERANCE);
    }
  }

  @Test
  void moreThanTheContextIsRefusedWithBothCounts() {
    try (TestModel m = open("llama", GgmlType.F16, 32);
        Sequence s = m.decoder.newSequence()) {
      Batch batch = new Batch();
      ContextOverflowException e =
          assertThrows(
              ContextOverflowException.class,
              () -> batch.add(s, randomTokens(33, 12), 0, 33, Batch.Outputs.LAST));
      assertEquals(33, e.tokens());
      assertEquals(32, e.context());
      assertEquals(0, batch.size());
    }
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    try (TestModel m = open("llama");
        Sequence s = m.decoder.newSequence()) {
      Batch batch = new Batch();
      batch.add(s, new int[] {1, 384}, 0, 2, Batch.Outputs.LAST);
      assertThrows(IllegalArgumentException.class, () -> m.decoder.forward(batch));
      assertEquals(0, s.length());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"F32", "F16", "BF16", "Q8_0"})
  void everyCacheTypeIsNear(GgmlType type) {
    // head sizes of 32, which Q8_0 needs
    try (TestModel exact = open("gemma2");
        TestModel m = open("gemma2", type, 512)) {
      int[] tokens = randomTokens(120, 13);
      float[][] a = exact.logits(tokens, 120);
      float[][] b = m.logits(tokens, 40);
      float bound =
          switch (type) {
            case F32 -> TOLERANCE;
            case F16 -> 0.02f;
            case BF16 -> 0.15f;
            default -> 0.3f;
          };
      for (int i = 0; i < tokens.length; i++) {
        assertArrayEquals(a[i], b[i], bound);
      }
    }
  }

  @Test
  void layersMaySitOnDifferentBackends() {
    Path file = Shared.testdata("architectures/gemma2/model.gguf");
    try (TestModel whole = open("gemma2");
        GgufFile gguf = GgufFile.open(file);
        WorkPool pool = new WorkPool(1);
        CpuBackend one = new CpuBackend(KernelSelector.best().kernels(), pool);
        CpuBackend two = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      Model model = Model.of(gguf);
      Placement split = new Placement(one, List.of(one, two, two, one), two);
      DecoderOptions options =
          new DecoderOptions(256, 64, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
      Decoder decoder = new Decoder(model, split, options);
      int[] tokens = randomTokens(50, 14);
      Sequence s = decoder.newSequence();
      Batch batch = new Batch();
      batch.add(s, tokens, 0, 50, Batch.Outputs.ALL);
      decoder.forward(batch);
      float[][] expected = whole.logits(tokens, 50);
      float[] row = new float[384];
      for (int i : IntStream.range(0, 50).toArray()) {
        decoder.logits(i, row);
        assertArrayEquals(expected[i], row, TOLERANCE);
      }
    }
  }

  @Test
  void memoryIsKnownBeforeLoading() {
    try (TestModel m = open("gemma2", GgmlType.F16, 512)) {
      MemoryPlan plan = MemoryPlan.of(m.model, m.decoder.options());
      long perPosition = 2 * 2 * 32 * 2; // K and V, two heads of 32 halves
      assertTrue(plan.cache() >= 2 * 512 * perPosition);
      assertTrue(plan.cache() <= 4 * 512 * perPosition);
      assertEquals(m.model.tensorBytes(), plan.weights());
    }
  }

  private static void assertContinues(TestModel m, int[] common, int[] tail, float[][] tailLogits) {
    int[] all = Arrays.copyOf(common, common.length + tail.length);
    System.arraycopy(tail, 0, all, common.length, tail.length);
    float[][] expected = m.logits(all, all.length);
    for (int i = 0; i < tail.length; i++) {
      assertArrayEquals(expected[common.length + i], tailLogits[i], TOLERANCE);
    }
  }
}
