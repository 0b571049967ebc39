package dev.jora.quantize.row;

import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A grid of points as searches see it: which codes are on it, and for every other code its
 * neighbours on the grid, near ones first. A code holds one digit per value, {@link #bits} each,
 * the first lowest.
 *
 * <p>The neighbours of a code are the points at its nwant smallest distances, ordered by distance,
 * then by index, where distance is Σ (difference of digits)². Order matters: a search takes the
 * first of equally good ones.
 */
final class SearchGrid {
  /** Unused codes at the end of {@link #lists}, so that the last list can be read as a vector. */
  private static final int SLACK = 16;

  private static final Map<GgmlType, SearchGrid> BUILT = new EnumMap<>(GgmlType.class);

  /** Values of a point, 8 or 4. */
  final int size;

  /** Bits of a digit, 2 or 3. */
  final int bits;

  /** Digits are 0 to levels − 1. */
  final int levels;

  /** By index. */
  private final int[] codes;

  /**
   * By code: where its list starts, or ~index where the code is on the grid. Codes with digits that
   * no search makes have 0.
   */
  final int[] entries;

  /** Lists: the number of neighbours, then their codes. */
  final int[] lists;

  private SearchGrid(int[] codes, int size, int levels, int distances) {
    this.codes = codes;
    this.size = size;
    this.levels = levels;
    bits = size == 8 ? 2 : 3;
    entries = new int[1 << bits * size];
    for (int index = 0; index < codes.length; index++) {
      entries[codes[index]] = ~index;
    }
    Builder builder = new Builder(distances);
    for (int code = 0; code < entries.length; code++) {
      if (entries[code] == 0 && isReachable(code)) {
        entries[code] = builder.append(code);
      }
    }
    lists = Arrays.copyOf(builder.lists, builder.used + SLACK);
  }

  /** The grid of a type, built when first asked for: some milliseconds, one to two megabytes. */
  static SearchGrid of(GgmlType type) {
    synchronized (BUILT) {
      GgmlType key = type == GgmlType.IQ1_M ? GgmlType.IQ1_S : type; // the same grid
      return BUILT.computeIfAbsent(key, SearchGrid::build);
    }
  }

  private static SearchGrid build(GgmlType type) {
    int levels = type == GgmlType.IQ3_XXS || type == GgmlType.IQ3_S ? 8 : 3;
    int distances =
        switch (type) {
          case IQ2_S -> 1;
          case IQ2_XXS, IQ2_XS, IQ3_XXS -> 2;
          case IQ1_S, IQ3_S -> 3;
          default -> throw new IllegalArgumentException(type + " has no grid");
        };
    return new SearchGrid(IqGrids.codes(type), IqGrids.size(type), levels, distances);
  }

  /** Digit i of a code. */
  int digit(int code, int i) {
    return code >> bits * i & (1 << bits) - 1;
  }

  /** The code of the point at an index. */
  int code(int index) {
    return codes[index];
  }

  boolean contains(int code) {
    return entries[code] < 0;
  }

  /** The index of a code that is on the grid. */
  int index(int code) {
    return ~entries[code];
  }

  private boolean isReachable(int code) {
    for (int i = 0; i < size; i++) {
      if (digit(code, i) >= levels) {
        return false;
      }
    }
    return true;
  }

  /** Finds neighbours: distances are small integers, so each is a bucket and nothing is sorted. */
  private final class Builder {
    private final int wanted;
    private final int[] distance;
    private final boolean[] present;

    /** Squared distance of two halves of a code, at [first &lt;&lt; half bits | second]. */
    private final byte[] halves;

    private final int half = bits * size / 2;
    int[] lists = new int[1 << 16];
    int used = 1; // 0 says that a code has no list

    Builder(int wanted) {
      this.wanted = wanted;
      distance = new int[codes.length];
      present = new boolean[size * (1 << bits) * (1 << bits)];
      halves = new byte[1 << 2 * half];
      for (int pair = 0; pair < halves.length; pair++) {
        int sum = 0;
        for (int i = 0; i < size / 2; i++) {
          int difference = digit(pair >> half, i) - digit(pair & (1 << half) - 1, i);
          sum += difference * difference;
        }
        halves[pair] = (byte) sum;
      }
    }

    /** Adds the list of a code and says where it starts. */
    int append(int code) {
      measure(code);
      int start = used++;
      int rest = wanted;
      for (int d = 0; d < present.length && rest > 0; d++) {
        if (present[d]) {
          present[d] = false;
          rest--;
          collect(d);
        }
      }
      Arrays.fill(present, false);
      lists[start] = used - start - 1;
      return start;
    }

    private void measure(int code) {
      int mask = (1 << half) - 1;
      int low = (code & mask) << half;
      int high = code >> half << half;
      for (int p = 0; p < codes.length; p++) {
        int d = halves[low | codes[p] & mask] + halves[high | codes[p] >> half];
        distance[p] = d;
        present[d] = true;
      }
    }

    private void collect(int d) {
      if (lists.length < used + codes.length) {
        lists = Arrays.copyOf(lists, 2 * lists.length);
      }
      for (int p = 0; p < codes.length; p++) {
        if (distance[p] == d) {
          lists[used++] = codes[p];
        }
      }
    }
  }
}
