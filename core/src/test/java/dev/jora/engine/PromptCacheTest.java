package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.SequenceFileException;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is reused from prompt to prompt, on tiny models; gemma2 has windows of 16 positions. */
class PromptCacheTest {
  private static final float TOLERANCE = 2e-4f;

  private static TestModel open(String name, int context) {
    return new TestModel(
        Shared.testdata("architectures/" + name + "/model.gguf"),
        KernelSelector.best().kernels(),
        2,
        GgmlType.F32,
        64,
        context);
  }

  private static int[] text(int n, int seed) {
    return new Random(seed).ints(n, 0, 384).toArray();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** Reads a prompt as a chat does; returns how many tokens that took. */
  private static int read(TestModel m, PromptCache cache, int[] prompt, float[] logits) {
    int[] rest = cache.prepare(prompt, 1);
    assertEquals(cache.reused(), cache.sequence().length());
    Batch batch = new Batch();
    for (int from = 0; from < rest.length; from += 64) {
      batch.clear();
      int n = Math.min(64, rest.length - from);
      batch.add(cache.sequence(), rest, from, n, Batch.Outputs.LAST);
      m.decoder.forward(batch);
    }
    m.decoder.logits(0, logits);
    return rest.length;
  }

  private static void assertRead(TestModel m, PromptCache cache, int[] prompt, int expected) {
    float[] logits = new float[384];
    assertEquals(expected, read(m, cache, prompt, logits));
    assertArrayEquals(prompt, cache.sequence().tokens());
    assertArrayEquals(m.logits(prompt, 64)[prompt.length - 1], logits, TOLERANCE);
  }

  @Test
  void onlyWhatDiffersIsRead() {
    try (TestModel m = open("llama", 512);
        PromptCache cache = new PromptCache(m.decoder, -1)) {
      int[] prompt = text(150, 1);
      assertRead(m, cache, prompt, 150);
      assertRead(m, cache, join(prompt, text(30, 2)), 30);
      assertRead(m, cache, join(prompt, text(30, 2)), 1);
      int[] edited = join(Arrays.copyOf(prompt, 90), text(40, 3));
      assertRead(m, cache, edited, 40);
      assertRead(m, cache, Arrays.copyOf(edited, 50), 1);
      assertEquals(49, cache.reused());
      assertEquals(0, cache.discarded());
      assertThrows(IllegalArgumentException.class, () -> cache.prepare(new int[0], 1));
    }
  }

  @Test
  void aWindowGoesBackToItsCheckpoint() {
    try (TestModel m = open("gemma2", 512);
        PromptCache cache = new PromptCache(m.decoder, -1)) {
      int[] first = text(120, 4);
      assertRead(m, cache, first, 120);
      cache.checkpoint();
      int[] second = join(first, text(200, 5));
      assertRead(m, cache, second, 200);
      cache.checkpoint();
      int[] third = join(second, text(150, 6));
      assertRead(m, cache, third, 150);
      assertRead(m, cache, second, 1);
      assertRead(m, cache, join(first, text(20, 7)), 20);
      assertRead(m, cache, third, 150);
      assertRead(m, cache, Arrays.copyOf(third, 200), 80);
      assertRead(m, cache, Arrays.copyOf(third, 100), 1);
      assertRead(m, cache, text(10, 8), 10);
    }
  }

  /** A recurrent state cannot be cut at all: it goes on, or back to where a prompt ended. */
  @Test
  void aRecurrentStateGoesBackToItsCheckpoint() {
    try (TestModel m = open("mamba", 512);
        PromptCache cache = new PromptCache(m.decoder, -1)) {
      int[] prompt = text(90, 1);
      assertRead(m, cache, prompt, 90);
      cache.checkpoint();
      int[] answered = join(prompt, text(30, 2));
      assertRead(m, cache, answered, 30);
      assertRead(m, cache, join(answered, text(5, 3)), 5);
      assertRead(m, cache, join(prompt, text(20, 4)), 20); // from the checkpoint
      assertRead(m, cache, join(text(10, 5), prompt), 100); // from the beginning
    }
  }

  @Test
  void theOldestCheckpointGoesFirst() {
    try (TestModel m = open("gemma2", 512);
        PromptCache cache = new PromptCache(m.decoder, -1)) {
      int[] all = text(500, 9);
      for (int n = 100; n <= 500; n += 100) {
        read(m, cache, Arrays.copyOf(all, n), new float[384]);
        cache.checkpoint();
      }
      for (int again = 0; again < 5; again++) {
        assertRead(m, cache, all, 1);
        cache.checkpoint(); // in place of the one that was here
      }
      assertRead(m, cache, Arrays.copyOf(all, 400), 1);
      assertRead(m, cache, Arrays.copyOf(all, 150), 150);
    }
  }

  @Test
  void tooMuchIsRefusedBeforeAnythingIsLost() {
    try (TestModel m = open("llama", 128);
        PromptCache cache = new PromptCache(m.decoder, -1);
        PromptCache shifting = new PromptCache(m.decoder, 100)) {
      int[] prompt = text(100, 10);
      for (PromptCache c : new PromptCache[] {cache, shifting}) {
        assertRead(m, c, prompt, 100);
        int[] other = text(100, 11);
        ContextOverflowException e =
            assertThrows(ContextOverflowException.class, () -> c.prepare(other, 29));
        assertEquals(129, e.tokens());
        assertThrows(ContextOverflowException.class, () -> c.prepare(prompt, Integer.MAX_VALUE));
        assertArrayEquals(prompt, c.sequence().tokens());
        assertEquals(28, c.prepare(join(prompt, text(28, 12)), 0).length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "gpt2", "mamba"})
  void aTextThatOutgrowsTheContextIsCutInTheSamePlaces(String name) {
    try (TestModel m = open(name, 128);
        PromptCache cache = new PromptCache(m.decoder, 10)) {
      int[] whole = text(10, 20);
      read(m, cache, whole, new float[384]);
      int shifts = 0;
      for (int turn = 0; turn < 40; turn++) {
        whole = join(whole, text(20, 100 + turn));
        int before = cache.discarded();
        int count = read(m, cache, whole, new float[384]);
        boolean shifted = cache.discarded() > before;
        shifts += shifted ? 1 : 0;
        // Learned positions cannot move: what is left behind the kept tokens is read again; a
        // recurrent state cannot be cut: these too.
        int again = !shifted ? 0 : name.equals("gpt2") ? 64 : name.equals("mamba") ? 74 : 0;
        assertTrue(count <= 20 + again, name + ", turn " + turn + ": read " + count);
        assertEquals(whole.length - cache.discarded(), cache.sequence().length());
        int[] held = cache.sequence().tokens();
        assertArrayEquals(Arrays.copyOf(whole, 10), Arrays.copyOf(held, 10));
        int end = whole.length - held.length + 10;
        assertArrayEquals(
            Arrays.copyOfRange(whole, end, whole.length),
            Arrays.copyOfRange(held, 10, held.length));
      }
      assertTrue(shifts >= 10, "shifts: " + shifts);
    }
  }

  @Test
  void anEditedHistoryIsCutAnew() {
    try (TestModel m = open("llama", 128);
        PromptCache cache = new PromptCache(m.decoder, 10)) {
      int[] whole = text(120, 30);
      read(m, cache, whole, new float[384]);
      whole = join(whole, text(20, 31));
      assertEquals(20, read(m, cache, whole, new float[384]));
      assertEquals(59, cache.discarded());
      int[] shorter = Arrays.copyOf(whole, 75);
      assertRead(m, cache, shorter, 65);
      assertEquals(0, cache.discarded());
      int[] other = join(Arrays.copyOf(whole, 5), text(150, 32));
      read(m, cache, other, new float[384]);
      assertEquals(59, cache.discarded());
      int[] cut =
          IntStream.concat(Arrays.stream(other, 0, 10), Arrays.stream(other, 69, 155)).toArray();
      assertArrayEquals(cut, cache.sequence().tokens());
      float[] logits = new float[384];
      read(m, cache, other, logits);
      assertArrayEquals(m.logits(cut, 64)[cut.length - 1], logits, TOLERANCE);
    }
  }

  @Test
  void whatIsLoadedRemembersWhatWasCutOut(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("chat.kv");
    try (TestModel m = open("gemma2", 128);
        PromptCache cache = new PromptCache(m.decoder, 10);
        PromptCache other = new PromptCache(m.decoder, 10)) {
      int[] whole = text(120, 40);
      read(m, cache, whole, new float[384]);
      whole = join(whole, text(20, 41));
      read(m, cache, whole, new float[384]);
      cache.save(file);
      read(m, other, text(50, 42), new float[384]);
      other.checkpoint();
      assertFalse(other.load(folder.resolve("none.kv")));
      assertEquals(50, other.sequence().length());
      assertTrue(other.load(file));
      assertEquals(59, other.discarded());
      whole = join(whole, text(15, 43));
      float[] expected = new float[384];
      float[] found = new float[384];
      assertEquals(15, read(m, cache, whole, expected));
      assertEquals(15, read(m, other, whole, found));
      assertArrayEquals(expected, found);
      Files.writeString(file, "something else that is long enough");
      assertThrows(SequenceFileException.class, () -> other.load(file));
      assertArrayEquals(cache.sequence().tokens(), other.sequence().tokens());
    }
  }
}
