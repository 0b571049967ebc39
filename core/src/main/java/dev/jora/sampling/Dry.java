package dev.jora.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * DRY: a token that would go on with a repetition of length n is made less likely by multiplier ·
 * base^(n − allowed). Texts that break sequences end the search.
 */
public final class Dry implements Sampler {
  /**
   * Don't repeat yourself: a penalty that grows with the length of the sequence being repeated.
   *
   * @param multiplier 0 off
   * @param lastN tokens looked at; 0 off, −1 all
   * @param breakers texts that no repetition reaches across
   */
  public record Params(
      float multiplier, float base, int allowedLength, int lastN, List<String> breakers) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(0, 1.75f, 2, 64, List.of("\n", ":", "\"", "*"));

    /** Checks the numbers. */
    public Params {
      breakers = List.copyOf(breakers);
      Range.atLeast("dry_multiplier", multiplier, 0);
      Range.finite("dry_base", base);
      Range.atLeast("dry_allowed_length", allowedLength, 0);
      Range.atLeast("dry_penalty_last_n", lastN, -1);
    }

    /** True if it changes nothing. */
    boolean isOff() {
      return multiplier == 0 || base < 1 || lastN == 0;
    }
  }

  private static final int MAX_BREAKER_CHARS = 40;
  private static final int MAX_TAIL_TOKENS = 20;

  /** ln of the largest float: penalties stay finite. */
  private static final float MAX_LOG = 88.7228391f;

  private final Params params;
  private final History history;

  /** First token of a breaker → the tokens that must follow; an empty tail for whole breakers. */
  private final Map<Integer, List<int[]>> breakers;

  Dry(Params params, TokenTexts vocabulary) {
    this(params, new History(params.lastN()), breakers(params.breakers(), vocabulary));
  }

  private Dry(Params params, History history, Map<Integer, List<int[]>> breakers) {
    this.params = params;
    this.history = history;
    this.breakers = breakers;
  }

  private static Map<Integer, List<int[]>> breakers(List<String> texts, TokenTexts vocabulary) {
    List<String> cut =
        texts.stream()
            .filter(text -> !text.isEmpty())
            .map(text -> text.substring(0, Math.min(text.length(), MAX_BREAKER_CHARS)))
            .toList();
    Map<Integer, List<int[]>> breakers = new HashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.text(id);
      for (String breaker : cut) {
        for (int[] tail : tails(token, breaker, vocabulary)) {
          List<int[]> known = breakers.computeIfAbsent(id, key -> new ArrayList<>());
          if (known.stream().noneMatch(other -> Arrays.equals(other, tail))) {
            known.add(tail);
          }
        }
      }
    }
    return breakers;
  }

  /**
   * What must follow a token to make the breaker whole: nothing if it contains it, the rest if it
   * ends with a beginning of it.
   */
  private static List<int[]> tails(String token, String breaker, TokenTexts vocabulary) {
    if (token.contains(breaker)) {
      return List.of(new int[0]);
    }
    List<int[]> tails = new ArrayList<>();
    char first = breaker.charAt(0);
    for (int at = token.indexOf(first); at >= 0; at = token.indexOf(first, at + 1)) {
      if (breaker.startsWith(token.substring(at))) {
        int[] tail = vocabulary.tokenize(breaker.substring(token.length() - at));
        tails.add(Arrays.copyOf(tail, Math.min(tail.length, MAX_TAIL_TOKENS)));
      }
    }
    return tails;
  }

  @Override
  public void apply(Candidates c) {
    int[] recent = history.backwards();
    if (recent.length <= params.allowedLength()) {
      return;
    }
    int limit = distanceToBreaker(recent);
    if (limit < params.allowedLength()) {
      return;
    }
    Map<Integer, Integer> longest = new HashMap<>();
    int[] match = prefixMatches(recent);
    for (int i = 1; i < recent.length; i++) {
      int length = Math.min(match[i], limit);
      if (length >= params.allowedLength() && !breaksAlone(recent[i - 1])) {
        longest.merge(recent[i - 1], length, Math::max);
      }
    }
    if (longest.isEmpty()) {
      return;
    }
    int maxExponent = params.base() > 1.000001f ? (int) (MAX_LOG / Math.log(params.base())) : 0;
    for (int i = 0; i < c.count(); i++) {
      Integer length = longest.get(c.id(i));
      if (length != null) {
        int exponent = length - params.allowedLength();
        if (maxExponent > 0) {
          exponent = Math.min(exponent, maxExponent);
        }
        double penalty = params.multiplier() * Math.pow(params.base(), exponent);
        c.logit(i, c.logit(i) - (float) penalty);
      }
    }
  }

  /** Tokens since the last breaker; all of them if there is none. */
  private int distanceToBreaker(int[] recent) {
    for (int i = 0; i < recent.length; i++) {
      int longest = -1;
      for (int[] tail : breakers.getOrDefault(recent[i], List.of())) {
        if (tail.length <= i && tail.length > longest && follows(recent, i, tail)) {
          longest = tail.length;
        }
      }
      if (longest >= 0) {
        return i - longest;
      }
    }
    return recent.length;
  }

  private static boolean follows(int[] recent, int i, int[] tail) {
    for (int j = 0; j < tail.length; j++) {
      if (recent[i - j - 1] != tail[j]) {
        return false;
      }
    }
    return true;
  }

  private boolean breaksAlone(int id) {
    return breakers.getOrDefault(id, List.of()).stream().anyMatch(tail -> tail.length == 0);
  }

  /** The Z algorithm: z[i] is the length of the longest common prefix of s and s[i..]. */
  private static int[] prefixMatches(int[] s) {
    int[] z = new int[s.length];
    int left = 0;
    int right = 0;
    for (int i = 1; i < s.length; i++) {
      if (i < right) {
        z[i] = Math.min(right - i, z[i - left]);
      }
      while (i + z[i] < s.length && s[z[i]] == s[i + z[i]]) {
        z[i]++;
      }
      if (i + z[i] > right) {
        left = i;
        right = i + z[i];
      }
    }
    return z;
  }

  @Override
  public void accept(int id) {
    history.add(id);
  }

  @Override
  public void takeBack() {
    history.takeBack();
  }

  @Override
  public void reset() {
    history.clear();
  }

  @Override
  public Dry copy() {
    return new Dry(params, history.copy(), breakers);
  }
}
