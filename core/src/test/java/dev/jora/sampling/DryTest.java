package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DRY on short histories; penalties are multiplier · base^(length − allowed). */
class DryTest {
  private static final TokenTexts LETTERS = Chains.texts("a", "b", "c", "d", "e", "x:y", ":", "");

  /** Penalties per token, after these tokens. */
  private static float[] penalties(Dry.Params params, TokenTexts vocabulary, int... history) {
    Dry dry = new Dry(params, vocabulary);
    for (int id : history) {
      dry.accept(id);
    }
    Candidates c = new Candidates(vocabulary.size());
    c.fill(new float[vocabulary.size()]);
    dry.apply(c);
    float[] penalties = new float[vocabulary.size()];
    for (int i = 0; i < penalties.length; i++) {
      penalties[i] = -c.logit(i);
    }
    return penalties;
  }

  private static Dry.Params dry(
      double multiplier, double base, int allowed, int lastN, String... breakers) {
    return new Dry.Params((float) multiplier, (float) base, allowed, lastN, List.of(breakers));
  }

  private static void assertPenalties(float[] actual, double... expected) {
    for (int i = 0; i < actual.length; i++) {
      assertEquals(i < expected.length ? expected[i] : 0, actual[i], 1e-5, "token " + i);
    }
  }

  @Test
  void theTokenThatWouldGoOnIsPenalized() {
    assertPenalties(penalties(dry(1, 1.1, 2, 4), LETTERS, 0, 1));
    assertPenalties(penalties(dry(1, 1.1, 2, 5), LETTERS, 0, 1, 2, 0, 1), 0, 0, 1);
    assertPenalties(penalties(dry(2, 1.1, 2, 5), LETTERS, 0, 1, 2, 0, 1), 0, 0, 2);
    assertPenalties(penalties(dry(1, 1.1, 4, 7), LETTERS, 0, 1, 2, 3, 4, 0, 1));
  }

  @Test
  void longerRepetitionsCostMore() {
    assertPenalties(
        penalties(dry(0.8, 2, 2, -1), LETTERS, 0, 1, 2, 3, 4, 0, 1, 2, 3), 0, 0, 0, 0, 3.2);
    // c follows "a b" and "e a b": the longer counts
    assertPenalties(penalties(dry(1, 2, 2, -1), LETTERS, 4, 0, 1, 2, 3, 0, 1, 2, 4, 0, 1), 0, 0, 2);
  }

  @Test
  void overlapsCount() {
    assertPenalties(penalties(dry(1, 2, 1, -1), LETTERS, 0, 0, 0, 0), 4); // z = 3, 2, 1
  }

  @Test
  void onlyTheWindowIsSeen() {
    assertPenalties(penalties(dry(1, 1.1, 2, 4), LETTERS, 0, 1, 2, 0, 1));
    assertPenalties(penalties(dry(1, 1.1, 2, 5), LETTERS, 3, 3, 0, 1, 2, 0, 1), 0, 0, 1);
  }

  @Test
  void breakersEndTheSearch() {
    int[] repeated = {0, 1, 6, 4, 2, 0, 1, 6, 4, 2};
    assertPenalties(penalties(dry(1, 2, 2, -1), LETTERS, repeated), 8);
    assertPenalties(penalties(dry(1, 2, 2, -1, ":"), LETTERS, repeated), 1);
    int[] short2 = {0, 1, 6, 4, 0, 1, 6, 4};
    assertPenalties(penalties(dry(1, 2, 2, -1, ":"), LETTERS, short2));
    int[] contains = {0, 1, 5, 4, 2, 0, 1, 5, 4, 2}; // "x:y" contains the breaker
    assertPenalties(penalties(dry(1, 2, 2, -1, ":"), LETTERS, contains), 1);
  }

  @Test
  void breakersAreNotPenalized() {
    int[] history = {0, 1, 6, 2, 0, 1};
    assertPenalties(penalties(dry(1, 2, 2, -1), LETTERS, history), 0, 0, 0, 0, 0, 0, 1);
    assertPenalties(penalties(dry(1, 2, 2, -1, ":"), LETTERS, history));
  }

  @Test
  void aBreakerMayBeSeveralTokens() {
    TokenTexts vocabulary = Chains.texts("a", "b", "-", ">", "a-", "");
    int[] arrows = {0, 1, 2, 3, 0, 1, 0, 1, 2, 3, 0, 1}; // ab->ab ab->ab
    assertPenalties(penalties(dry(1, 2, 2, -1), vocabulary, arrows), 16, 0, 1);
    assertPenalties(penalties(dry(1, 2, 2, -1, "->"), vocabulary, arrows), 1, 0, 1);
    int[] overlap = {1, 4, 3, 0, 1, 0, 1, 4, 3, 0, 1}; // "a-" ends with a beginning of it
    assertPenalties(penalties(dry(1, 2, 2, -1, "->"), vocabulary, overlap), 1, 0, 0, 0, 1);
    int[] apart = {0, 2, 0, 3, 1, 0, 2, 0, 3}; // "-" alone breaks nothing
    assertPenalties(penalties(dry(1, 2, 2, -1, "->"), vocabulary, apart), 0, 4);
  }

  @Test
  void hugePenaltiesStayFinite() {
    int[] history = new int[200];
    float[] penalties = penalties(dry(1, 3, 1, -1), LETTERS, history);
    assertEquals(Math.pow(3, 80), penalties[0], 1e32); // ⌊88.72 / ln 3⌋ = 80, not 198
  }

  @Test
  void matchesAreThoseOfAPlainSearch() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      int n = 2 + random.nextInt(40);
      int[] history = random.ints(n, 0, 3).toArray();
      int allowed = 1 + random.nextInt(3);
      double[] expected = new double[3];
      for (int end = 0; end < n - 1; end++) { // a match ends at history[end]
        int length = 0;
        while (length <= end && history[end - length] == history[n - 1 - length]) {
          length++;
        }
        if (length >= allowed && n > allowed) {
          int next = history[end + 1];
          expected[next] = Math.max(expected[next], Math.pow(1.5, length - allowed));
        }
      }
      float[] actual = penalties(dry(1, 1.5, allowed, -1), LETTERS, history);
      for (int id = 0; id < 3; id++) {
        assertEquals(expected[id], actual[id], 1e-5 * expected[id]);
      }
    }
  }
}
