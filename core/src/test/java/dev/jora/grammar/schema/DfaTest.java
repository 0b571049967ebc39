package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Automata against sets of words, all words up to some length. */
class DfaTest {
  private static final String[] LETTERS = {"a", "b", "é", "😀"};

  private static List<String> words(int max) {
    List<String> words = new ArrayList<>(List.of(""));
    for (int from = 0, length = 1; length <= max; length++) {
      int to = words.size();
      for (; from < to; from++) {
        for (String letter : LETTERS) {
          words.add(words.get(from) + letter);
        }
      }
    }
    return words;
  }

  @Test
  void operationsAreThoseOfSets() {
    Random random = new Random(2);
    List<String> all = words(4);
    for (int i = 0; i < 200; i++) {
      Set<String> left = new HashSet<>();
      Set<String> right = new HashSet<>();
      int sparse = 1 + random.nextInt(20);
      for (String word : all) {
        if (random.nextInt(sparse) == 0) {
          left.add(word);
        }
        if (random.nextInt(sparse) == 0) {
          right.add(word);
        }
      }
      Dfa a = Dfa.of(left);
      Dfa b = Dfa.of(right);
      Dfa and = a.and(b);
      Dfa or = a.or(b);
      Dfa minus = a.minus(b);
      Dfa not = a.not();
      for (String word : all) {
        boolean inLeft = left.contains(word);
        boolean inRight = right.contains(word);
        assertEquals(inLeft, a.matches(word), word);
        assertEquals(inLeft && inRight, and.matches(word), word);
        assertEquals(inLeft || inRight, or.matches(word), word);
        assertEquals(inLeft && !inRight, minus.matches(word), word);
        assertEquals(!inLeft, not.matches(word), word);
      }
      Set<String> both = new HashSet<>(left);
      both.retainAll(right);
      assertEquals(Dfa.of(both), a.and(b), "the smallest automaton is one and the same");
      assertEquals(a, a.not().not());
      assertTrue(a.isFinite() && !a.not().isFinite());
      assertEquals(left.isEmpty(), a.isEmpty());
    }
  }

  @Test
  void lengthsAreInCharacters() {
    Dfa two = Dfa.length(2, 3);
    assertFalse(two.matches("a"));
    assertTrue(two.matches("😀é") && two.matches("abc"));
    assertFalse(two.matches("abcd"));
    assertEquals(Dfa.any(), Dfa.length(0, -1));
    assertEquals(two, Dfa.length(2, -1).minus(Dfa.length(4, -1)));
    assertEquals(Dfa.none(), Dfa.length(4, 5).and(two));
    assertEquals(1, Dfa.none().states());
    assertNotEquals(Dfa.any(), Dfa.none());
    assertEquals(200_001, Dfa.length(0, 100_000).or(Dfa.length(200_000, 200_000)).states());
  }

  @Test
  void halfASurrogatePairIsInNoSet() {
    assertFalse(Dfa.any().matches("\ud83d"));
    assertFalse(Dfa.of(List.of("\ud83d")).not().matches("\ud83d"));
    assertTrue(Dfa.of(List.of("\ud83d", "a")).matches("a"));
    assertTrue(Dfa.of(List.of("\ude00a")).isEmpty());
  }

  @Test
  void whatIsTooLargeIsRefused() {
    SchemaException e = assertThrows(SchemaException.class, () -> Dfa.length(0, 2_000_000_000));
    assertTrue(e.getMessage().contains("too large"), e.getMessage());
  }
}
