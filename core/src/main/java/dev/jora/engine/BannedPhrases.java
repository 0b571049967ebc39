package dev.jora.engine;

import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Phrases that must not come in a text, wherever in it: also within a word. Immutable.
 *
 * <p>An automaton over code points (Aho and Corasick 1975): its state is the longest end of the
 * text so far that begins a phrase.
 */
public final class BannedPhrases {
  /** None. */
  public static final BannedPhrases NONE = new BannedPhrases(List.of(), false);

  /** The state where no end of the text begins a phrase. */
  static final int NOTHING = 0;

  private static final int CODE_POINT_BITS = 21;

  private final List<String> phrases;
  private final boolean ignoresCase;
  private final boolean beyondAscii;
  private final Map<Long, Integer> next = new HashMap<>();
  private int states = 1;
  private int[] depth = new int[16];
  private int[] shorter; // the state of the next shorter end that begins a phrase
  private int[] whole = new int[16]; // 1 + the phrase that ends here, the shortest one

  /**
   * Some.
   *
   * @param phrases as they would stand in the text, none empty
   * @param ignoresCase true: in capital or small letters, code point by code point; false: as given
   * @throws ParameterException if one is empty
   */
  public BannedPhrases(List<String> phrases, boolean ignoresCase) {
    this.phrases = List.copyOf(phrases);
    this.ignoresCase = ignoresCase;
    for (int i = 0; i < phrases.size(); i++) {
      if (phrases.get(i).isEmpty()) {
        throw new ParameterException(
            Sentence.of("%s is empty: a phrase has a character", new Parameter("ban_string")));
      }
      add(phrases.get(i).codePoints().map(this::folded).toArray(), i + 1);
    }
    this.shorter = new int[states];
    link();
    this.beyondAscii = ignoresCase || phrases.stream().anyMatch(p -> p.codePointAt(0) > 0x7f);
  }

  private void add(int[] points, int phrase) {
    int state = NOTHING;
    for (int point : points) {
      Integer known = next.get(key(state, point));
      if (known == null) {
        known = states++;
        if (known == depth.length) {
          depth = Arrays.copyOf(depth, 2 * known);
          whole = Arrays.copyOf(whole, 2 * known);
        }
        depth[known] = depth[state] + 1;
        next.put(key(state, point), known);
      }
      state = known;
    }
    whole[state] = phrase;
  }

  /** Finds the shorter ends, of states nearer to the beginning first. */
  private void link() {
    next.entrySet().stream()
        .sorted((a, b) -> Integer.compare(depth[a.getValue()], depth[b.getValue()]))
        .forEach(
            edge -> {
              int from = (int) (edge.getKey() >>> CODE_POINT_BITS);
              int point = (int) (edge.getKey() & (1 << CODE_POINT_BITS) - 1);
              int to = edge.getValue();
              shorter[to] = from == NOTHING ? NOTHING : step(shorter[from], point);
              if (whole[shorter[to]] != 0) {
                whole[to] = whole[shorter[to]];
              }
            });
  }

  private static long key(int state, int point) {
    return (long) state << CODE_POINT_BITS | point;
  }

  /** Simple folding, the same in every country. */
  private int folded(int point) {
    return ignoresCase ? Character.toLowerCase(Character.toUpperCase(point)) : point;
  }

  private int step(int state, int point) {
    int at = state;
    while (true) {
      Integer to = next.get(key(at, point));
      if (to != null) {
        return to;
      }
      if (at == NOTHING) {
        return NOTHING;
      }
      at = shorter[at];
    }
  }

  /** True if there are none. */
  public boolean isEmpty() {
    return phrases.isEmpty();
  }

  /** The state behind one more code point. */
  int next(int state, int point) {
    return step(state, folded(point));
  }

  /** The shortest phrase that ends here; null for none. */
  String whole(int state) {
    return whole[state] == 0 ? null : phrases.get(whole[state] - 1);
  }

  /** Code points of the longest end of the text that begins a phrase. */
  int depth(int state) {
    return depth[state];
  }

  /** The state of the next shorter such end. */
  int shorter(int state) {
    return shorter[state];
  }

  /** True if the first character of one may have several bytes. */
  boolean beginBeyondAscii() {
    return beyondAscii;
  }
}
