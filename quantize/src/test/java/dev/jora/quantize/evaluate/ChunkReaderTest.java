package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks side by side and in pieces against chunks read whole, one by one. */
class ChunkReaderTest {
  private static final int BOS = 1;

  private static int[] tokens(int n) {
    return new Random(1).ints(n, 2, 380).toArray();
  }

  private static TestModel open(String name, int pass, int context) {
    return new TestModel(
        Shared.testdata("architectures/" + name + "/model.gguf"),
        KernelSelector.best().kernels(),
        2,
        GgmlType.F32,
        pass,
        context);
  }

  private static List<TokenScore> read(String name, Chunks chunks, int pass, int threads) {
    List<TokenScore> all = new ArrayList<>();
    try (TestModel model = open(name, pass, 1 << 20);
        WorkPool pool = new WorkPool(threads);
        ChunkReader reader = new ChunkReader(model.decoder, pool, BOS)) {
      boolean whole =
          reader.read(
              chunks,
              (token, logits) -> TokenScore.of(token, logits, LogSoftmax.of(logits)),
              (chunk, found) -> {
                assertEquals(chunks.scored(), found.size());
                found.forEach(score -> assertEquals(chunk, score.token().chunk()));
                all.addAll(found);
              },
              () -> false);
      assertTrue(whole);
    }
    return all;
  }

  private static void assertRight(String name, Chunks chunks, List<TokenScore> found) {
    int next = 0;
    try (TestModel model = open(name, chunks.size(), chunks.size())) {
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int[] read =
            Arrays.copyOfRange(
                chunks.tokens(), chunks.start(chunk), chunks.start(chunk) + chunks.size());
        read[0] = BOS;
        float[][] logits = model.logits(read, chunks.size());
        for (int i = chunks.first(); i < chunks.size() - 1; i++, next++) {
          int position = chunks.start(chunk) + i + 1;
          int id = chunks.tokens()[position];
          TokenScore score = found.get(next);
          assertEquals(new ScoredToken(chunk, i + 1, position, id), score.token());
          double surprise = logSum(logits[i]) - logits[i][id];
          assertEquals(surprise, score.surprise(), 1e-4);
          float[] row = logits[i];
          long likelier = 1;
          for (float logit : row) {
            likelier += logit > row[id] + 1e-4 ? 1 : 0;
          }
          assertTrue(score.rank() >= likelier, score + ", at least " + likelier);
        }
      }
    }
    assertEquals(found.size(), next);
  }

  private static double logSum(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += Math.exp(value);
    }
    return Math.log(sum);
  }

  @ParameterizedTest
  @CsvSource({
    "llama,16,16",
    "llama,16,48",
    "llama,16,63",
    "llama,16,7",
    "llama,17,100",
    "llama,300,64",
    "mixtral,16,48",
    "gemma2,48,100",
    "gemma2,48,20",
    "gpt2,16,64"
  })
  void scoresAreThoseOfChunksReadAlone(String name, int size, int pass) {
    Chunks chunks = Chunks.halves(tokens(Math.max(5 * 16 + 3, 2 * size)), size, -1);
    assertRight(name, chunks, read(name, chunks, pass, 2));
  }

  @ParameterizedTest
  @CsvSource({"20,4,20", "20,4,64", "20,19,8", "33,7,100"})
  void windowsToo(int size, int stride, int pass) {
    Chunks chunks = Chunks.strided(tokens(90), size, stride, -1);
    List<TokenScore> found = read("llama", chunks, pass, 2);
    assertRight("llama", chunks, found);
    for (int i = 0; i < found.size(); i++) {
      assertEquals(
          size - stride + i, found.get(i).token().position(), "every token once, in order");
    }
    int rest = 90 - (size - stride + found.size());
    assertTrue(rest >= 0 && rest < stride + 1, rest + " tokens left");
  }

  @Test
  void resultsDoNotDependOnThreads() {
    Chunks chunks = Chunks.halves(tokens(100), 20, -1);
    assertEquals(read("llama", chunks, 60, 1), read("llama", chunks, 60, 3));
  }

  @Test
  void chunksAreLlamaCpps() {
    Chunks chunks = Chunks.halves(new int[1024 + 511], 512, -1);
    assertEquals(2, chunks.count());
    assertEquals(255, chunks.scored());
    assertEquals(256, chunks.first());
    assertEquals(1, Chunks.halves(new int[1024], 512, 1).count());
    assertEquals(2, Chunks.halves(new int[11], 5, 7).count());
    assertEquals(2, Chunks.halves(new int[11], 5, 7).scored());
    // Windows of 640 from 0, 256, 512 …, as long as a whole one is there.
    assertEquals(4, Chunks.strided(new int[640 + 1000], 640, 256, -1).count());
    assertThrows(IllegalArgumentException.class, () -> Chunks.strided(new int[99], 20, 20, -1));
  }

  @Test
  void itEndsWhenItIsCancelled() {
    Chunks chunks = Chunks.halves(tokens(100), 20, -1);
    List<Integer> read = new ArrayList<>();
    try (TestModel model = open("llama", 20, 20);
        WorkPool pool = new WorkPool(1);
        ChunkReader reader = new ChunkReader(model.decoder, pool, BOS)) {
      assertFalse(
          reader.<Integer>read(
              chunks,
              (token, logits) -> 0,
              (chunk, found) -> read.add(chunk),
              () -> read.size() == 2));
    }
    assertEquals(List.of(0, 1), read);
  }
}
