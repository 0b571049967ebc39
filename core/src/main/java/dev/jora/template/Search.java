package dev.jora.template;

/**
 * Finds a part in a text, in a time that grows with the two lengths and not with their product,
 * whatever the texts are. The work is metered. Places are UTF-16 units.
 */
final class Search {
  /** The JVM's search is the fastest, and takes at most this many looks at every character. */
  private static final int SHORT = 16;

  /** Characters between two looks at the meter. */
  private static final int STRETCH = 1 << 14;

  private final Meter meter;
  private final String text;
  private final String part;
  private int[] fromLeft;
  private int[] fromRight;

  Search(Meter meter, String text, String part) {
    this.meter = meter;
    this.text = text;
    this.part = part;
  }

  /** The first place from {@code from} on, or −1. */
  int next(int from) {
    if (part.length() > SHORT) {
      fromLeft = fromLeft == null ? borders(false) : fromLeft;
      return find(from, text.length(), false, fromLeft);
    }
    for (int at = from; at + part.length() <= text.length(); at += STRETCH) {
      int end = Math.min(text.length(), at + STRETCH + part.length() - 1);
      int found = text.indexOf(part, at, end);
      meter.read((found < 0 ? end : found) - at);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  /** The last place whose part ends at {@code end} or before, or −1. */
  int before(int end) {
    fromRight = fromRight == null ? borders(true) : fromRight;
    int found = find(text.length() - end, text.length(), true, fromRight);
    return found < 0 ? -1 : text.length() - found - part.length();
  }

  private static char at(String s, int i, boolean reversed) {
    return s.charAt(reversed ? s.length() - 1 - i : i);
  }

  /** How much of its own beginning ends at each place of the part: Knuth, Morris and Pratt's. */
  private int[] borders(boolean reversed) {
    meter.read(part.length());
    int[] borders = new int[part.length()];
    int k = 0;
    for (int i = 1; i < borders.length; i++) {
      while (k > 0 && at(part, i, reversed) != at(part, k, reversed)) {
        k = borders[k - 1];
      }
      k += at(part, i, reversed) == at(part, k, reversed) ? 1 : 0;
      borders[i] = k;
    }
    return borders;
  }

  private int find(int from, int to, boolean reversed, int[] borders) {
    int matched = 0;
    if (borders.length == 0) {
      return from;
    }
    int read = from;
    for (int i = from; i < to; i++) {
      if (i - read == STRETCH) {
        meter.read(i - read);
        read = i;
      }
      char c = at(text, i, reversed);
      while (matched > 0 && c != at(part, matched, reversed)) {
        matched = borders[matched - 1];
      }
      matched += c == at(part, matched, reversed) ? 1 : 0;
      if (matched == borders.length) {
        meter.read(i - read);
        return i + 1 - matched;
      }
    }
    meter.read(to - read);
    return -1;
  }
}
