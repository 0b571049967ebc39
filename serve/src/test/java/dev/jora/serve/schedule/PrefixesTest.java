package dev.jora.serve.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.ScalarKernels;
import dev.jora.model.Batch;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PrefixesTest {
  private static Sequence read(TestModel model, int... tokens) {
    Sequence sequence = model.decoder.newSequence();
    Batch batch = new Batch();
    batch.add(sequence, tokens, 0, tokens.length, Batch.Outputs.NONE);
    model.decoder.forward(batch);
    return sequence;
  }

  private static TestModel tiny() {
    return new TestModel(
        Shared.testdata("jora-demo.gguf"), new ScalarKernels(), 1, GgmlType.F32, 64, 128);
  }

  @Test
  void theLongestCommonBeginningIsFound() {
    try (TestModel model = tiny();
        Prefixes prefixes = new Prefixes(Long.MAX_VALUE)) {
      SplittableRandom random = new SplittableRandom(1);
      int[][] texts = new int[40][];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = random.ints(1 + random.nextInt(6), 5, 8).toArray();
        prefixes.keep(read(model, texts[i]));
      }
      for (int i = 0; i < 300; i++) {
        int[] prompt = random.ints(1 + random.nextInt(8), 5, 8).toArray();
        int best = 0;
        for (int[] text : texts) {
          int first = Arrays.mismatch(text, prompt);
          best = Math.max(best, first < 0 ? prompt.length : first);
        }
        int expected = Math.min(best, prompt.length - 1);
        assertEquals(expected, prefixes.find(prompt, prompt.length - 1).common());
      }
    }
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() {
    try (TestModel model = tiny()) {
      Sequence one = read(model, 5, 6, 7);
      long each = one.bytes();
      try (Prefixes prefixes = new Prefixes(2 * each)) {
        prefixes.keep(one);
        prefixes.keep(read(model, 6, 6, 6));
        assertEquals(2, prefixes.find(new int[] {5, 6, 8}, 2).common());
        prefixes.keep(read(model, 7, 7, 7));
        assertEquals(2, prefixes.size());
        assertEquals(0, prefixes.find(new int[] {6, 6, 6}, 2).common());
        assertEquals(2, prefixes.find(new int[] {5, 6, 8}, 2).common());
        assertTrue(prefixes.bytes() <= 2 * each);
      }
    }
  }

  @Test
  void aBeginningOfAnotherIsNotKeptTwice() {
    try (TestModel model = tiny();
        Prefixes prefixes = new Prefixes(Long.MAX_VALUE)) {
      prefixes.keep(read(model, 5, 6));
      prefixes.keep(read(model, 5, 6, 7));
      prefixes.keep(read(model, 5));
      prefixes.keep(read(model, 5, 6, 7));
      assertEquals(1, prefixes.size());
      assertEquals(2, prefixes.find(new int[] {5, 6, 9}, 2).common());
    }
  }
}
