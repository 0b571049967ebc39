package dev.jora.cli.words;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Names that a mistyped one was nearly. */
public final class NearMiss {
  /** Of names this long and longer, two letters may be wrong. */
  private static final int LONG = 6;

  /** Shorter ones have too many neighbours. */
  private static final int SHORTEST = 3;

  private NearMiss() {}

  /** The names among these that this one was meant to be; mostly one or none. */
  public static List<String> of(String typed, Collection<String> names) {
    String word = bare(typed);
    if (word.length() < SHORTEST) {
      return List.of();
    }
    int allowed = word.length() < LONG ? 1 : 2;
    List<Map.Entry<String, Integer>> near =
        names.stream()
            .filter(name -> bare(name).length() >= SHORTEST)
            .map(name -> Map.entry(name, distance(word, bare(name))))
            .filter(entry -> entry.getValue() <= allowed)
            .sorted(Comparator.comparing(Map.Entry<String, Integer>::getValue))
            .toList();
    return near.stream()
        .filter(entry -> entry.getValue().equals(near.getFirst().getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String bare(String name) {
    String word = name.indexOf('=') < 0 ? name : name.substring(0, name.indexOf('='));
    return word.replaceFirst("^-+", "");
  }

  /** Letters to insert, remove, change or swap with the next. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
