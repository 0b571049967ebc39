package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order, selection and guards of candidates. */
class CandidatesTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  /** Few distinct values, so that ties abound; −0 and −∞ among them. */
  private static float[] tied(int n, int seed) {
    float[] values = {-INF, -2.5f, -1e-30f, -0f, 0, 1e-30f, 1.25f, 88};
    Random random = new Random(seed);
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] = random.nextInt(3) == 0 ? random.nextFloat() : values[random.nextInt(8)];
    }
    return logits;
  }

  /** Ids by descending logit, then ascending id. */
  private static int[] order(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -(logits[i] + 0f)).thenComparing(i -> i))
        .mapToInt(i -> i)
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 40, 64, 65, 200, 256, 257, 999, 1000, 5000})
  void topIsThePrefixOfTheWholeOrder(int k) {
    for (int seed = 0; seed < 20; seed++) {
      float[] logits = tied(1000, seed);
      int[] expected = Arrays.copyOf(order(logits), Math.min(k, 1000));
      Candidates c = new Candidates(1000);
      c.fill(logits);
      c.top(k);
      assertArrayEquals(expected, Chains.ids(c));
      for (int i = 0; i < c.count(); i++) {
        assertEquals(logits[c.id(i)] + 0f, c.logit(i) + 0f);
      }

      c.fill(logits);
      c.sortPrefix(k);
      assertEquals(1000, c.count());
      assertArrayEquals(expected, Arrays.copyOf(Chains.ids(c), expected.length));
      assertArrayEquals(
          IntStream.range(0, 1000).toArray(), Arrays.stream(Chains.ids(c)).sorted().toArray());
    }
  }

  @Test
  void topOfAPartlySortedListStillFindsTheRest() {
    float[] logits = tied(500, 5);
    Candidates c = new Candidates(500);
    c.fill(logits);
    c.top(300);
    c.sortUpTo(0);
    c.logit(0, -3); // the largest is not the largest any more
    float[] changed = logits.clone();
    changed[order(logits)[0]] = -3;
    c.top(20);
    assertArrayEquals(Arrays.copyOf(order(changed), 20), Chains.ids(c));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 3000})
  void sortByScoreTakesTheLowest(int n) {
    Random random = new Random(n);
    Candidates c = new Candidates(3000);
    float[] logits = Chains.random(1, 3000);
    float[] scores = new float[3000];
    c.fill(logits);
    c.sort();
    for (int i = 0; i < 3000; i++) {
      float score = random.nextInt(10) == 0 ? INF : random.nextInt(50) / 8f;
      scores[c.id(i)] = score;
      c.score(i, score);
    }
    int[] expected =
        IntStream.range(0, 3000)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> scores[i]).thenComparing(i -> i))
            .mapToInt(i -> i)
            .limit(n)
            .toArray();
    c.sortByScore(n);
    assertArrayEquals(expected, Arrays.copyOf(Chains.ids(c), n));
    for (int i = 0; i < 3000; i++) {
      assertEquals(logits[c.id(i)], c.logit(i));
    }
  }

  @Test
  void equalLogitsComeById() {
    Candidates c = new Candidates(5);
    c.fill(new float[] {1, 2, 2, 0, 2});
    assertEquals(1, c.id(c.argmax()));
    c.sort();
    assertArrayEquals(new int[] {1, 2, 4, 0, 3}, Chains.ids(c));
  }

  @Test
  void notANumberIsForbiddenAndInfinityIsLarge() {
    Candidates c = new Candidates(4);
    c.fill(new float[] {Float.NaN, INF, 0, -INF});
    c.softmax();
    assertEquals(0, c.p(0));
    assertEquals(1, c.p(1));
    assertEquals(0, c.p(2));
    assertEquals(0, c.p(3));
  }

  @Test
  void allForbiddenIsUniform() {
    Candidates c = new Candidates(4);
    c.fill(new float[] {-INF, Float.NaN, -INF, -INF});
    c.softmax();
    assertEquals(0.25f, c.p(2));
    c.sort();
    assertEquals(0, c.id(c.argmax()));
    assertEquals(4, c.count());
  }

  @Test
  void softmaxSumsToOneWhateverTheScale() {
    for (float scale : new float[] {1e-3f, 1, 100, 1e30f}) {
      float[] logits = Chains.random(2, 1000);
      for (int i = 0; i < logits.length; i++) {
        logits[i] *= scale;
      }
      Candidates c = new Candidates(1000);
      c.fill(logits);
      c.softmax();
      double sum = 0;
      for (int i = 0; i < 1000; i++) {
        sum += c.p(i);
      }
      assertEquals(1, sum, 1e-5);
    }
  }

  @Test
  void neverEmpty() {
    Candidates c = Chains.of(0.5, 0.3, 0.2);
    c.dropFirst(7);
    assertEquals(1, c.count());
    c.keep(0);
    assertEquals(1, c.count());
    c.keepAtLeast(c.logits(), INF, 0);
    assertEquals(1, c.count());
  }

  @Test
  void anotherVocabularyIsRefused() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new Candidates(3).fill(new float[4]));
    assertTrue(e.getMessage().contains("4 logits for a vocabulary of 3"), e.getMessage());
  }
}
