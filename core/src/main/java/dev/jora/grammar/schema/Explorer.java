package dev.jora.grammar.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An automaton from what it remembers: values that are equal are one state.
 *
 * @param <S> what is remembered; records
 */
interface Explorer<S> {
  /** What is remembered behind a character, or null if no text goes on like this. */
  S step(S state, char c);

  boolean accepts(S state);

  /** The texts of some characters that begin at a state and end where they are accepted. */
  static <S> Dfa dfa(String alphabet, S start, Explorer<S> explorer) {
    List<CharSet> sets = alphabet.chars().mapToObj(c -> CharSet.range(c, c)).toList();
    Letters letters = Letters.of(sets);
    DfaBuilder builder = new DfaBuilder(letters);
    Map<S, Integer> numbers = new HashMap<>();
    Deque<S> todo = new ArrayDeque<>(List.of(start));
    numbers.put(start, builder.add(explorer.accepts(start)));
    while (!todo.isEmpty()) {
      S from = todo.pop();
      for (char c : alphabet.toCharArray()) {
        S to = explorer.step(from, c);
        if (to == null) {
          continue;
        }
        Integer number = numbers.get(to);
        if (number == null) {
          number = builder.add(explorer.accepts(to));
          numbers.put(to, number);
          todo.push(to);
        }
        builder.set(numbers.get(from), letters.letter(c), number);
      }
    }
    return builder.build();
  }
}
