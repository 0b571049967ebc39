package dev.jora.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The values of a set that has few, each in one text. */
final class FiniteValues {
  private FiniteValues() {}

  /** The texts of the values of a shape; null if there are more than {@code most}, or objects. */
  static List<String> of(Shape shape, int most) {
    if (!shape.objects().isEmpty() || !shape.arrays().isEmpty()) {
      return null;
    }
    List<String> texts = new ArrayList<>(shape.words());
    List<String> strings = words(shape.strings().whole(), most);
    List<String> numbers =
        shape.numbers().isWhole() ? words(shape.numbers().written(), most) : null;
    if (strings == null || numbers == null) {
      return null;
    }
    strings.forEach(string -> texts.add(ObjectRules.quoted(string)));
    texts.addAll(numbers);
    return texts.size() > most ? null : texts;
  }

  /** True if a set has more than so many texts, or texts of any length. */
  static boolean hasMore(Dfa dfa, int than) {
    return words(dfa, than) == null;
  }

  private static List<String> words(Dfa dfa, int most) {
    List<String> words = new ArrayList<>();
    if (!dfa.isFinite()) {
      return null;
    }
    Deque<Map.Entry<Integer, String>> todo = new ArrayDeque<>();
    todo.add(Map.entry(0, ""));
    while (!todo.isEmpty()) {
      Map.Entry<Integer, String> at = todo.poll();
      if (dfa.accepts(at.getKey())) {
        words.add(at.getValue());
      }
      for (int letter = 0; letter < dfa.letters().count(); letter++) {
        int next = dfa.next(at.getKey(), letter);
        if (next == Dfa.DEAD) {
          continue;
        }
        boolean[] wanted = new boolean[dfa.letters().count()];
        wanted[letter] = true;
        CharSet chars = dfa.letters().chars(wanted);
        for (int range = 0; range < chars.ranges(); range++) {
          for (int c = chars.first(range); c <= chars.last(range); c++) {
            todo.add(Map.entry(next, at.getValue() + Character.toString(c)));
            if (words.size() + todo.size() > most) { // each leads to a word
              return null;
            }
          }
        }
      }
    }
    return words;
  }
}
