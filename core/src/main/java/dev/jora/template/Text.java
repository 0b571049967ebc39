package dev.jora.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text that knows which of its characters are trusted, being the template's own, and which are
 * data. Immutable. Offsets count UTF-16 units.
 */
public final class Text {
  /** A stretch of text of one kind. */
  public record Piece(String text, boolean trusted) {}

  private static final int[] NONE = {};

  static final Text EMPTY = new Text("", NONE);

  private final String string;

  /** Begin and end of each range of data, ascending, no two touching. */
  private final int[] data;

  private Text(String string, int[] data) {
    this.string = string;
    this.data = data;
  }

  /** A text that is trusted as a whole. */
  public static Text trusted(String string) {
    return new Text(string, NONE);
  }

  /** A text that is data as a whole. */
  public static Text data(String string) {
    return string.isEmpty() ? EMPTY : new Text(string, new int[] {0, string.length()});
  }

  /** The characters. */
  public String string() {
    return string;
  }

  /** Number of UTF-16 units. */
  public int length() {
    return string.length();
  }

  /** True if none of the characters [from, to) is data. */
  public boolean isTrusted(int from, int to) {
    int i = rangeAfter(from);
    return i == data.length || data[i] >= to;
  }

  /** Index of the first range that ends after {@code offset}. */
  private int rangeAfter(int offset) {
    int low = 0;
    int high = data.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (data[2 * middle + 1] > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return 2 * low;
  }

  /** The stretches in order: of two neighbours one is trusted and one is not. */
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < data.length; i += 2) {
      if (data[i] > at) {
        pieces.add(new Piece(string.substring(at, data[i]), true));
      }
      pieces.add(new Piece(string.substring(data[i], data[i + 1]), false));
      at = data[i + 1];
    }
    if (at < string.length()) {
      pieces.add(new Piece(string.substring(at), true));
    }
    return pieces;
  }

  /** The characters [from, to). */
  Text slice(int from, int to) {
    if (from == 0 && to == string.length()) {
      return this;
    }
    if (from >= to) {
      return EMPTY;
    }
    int first = rangeAfter(from);
    int end = rangeAfter(to - 1);
    end += end < data.length && data[end] < to ? 2 : 0;
    int[] ranges = Arrays.copyOfRange(data, first, end);
    for (int i = 0; i < ranges.length; i += 2) {
      ranges[i] = Math.max(ranges[i], from) - from;
      ranges[i + 1] = Math.min(ranges[i + 1], to) - from;
    }
    return new Text(string.substring(from, to), ranges);
  }

  @Override
  public String toString() {
    return string;
  }

  /** Puts a text together; the work is metered. */
  static final class Builder {
    private final StringBuilder string = new StringBuilder();
    private final Meter meter;
    private int[] data = NONE;
    private int ends; // used elements of data

    Builder(Meter meter) {
      this.meter = meter;
    }

    int length() {
      return string.length();
    }

    /** Adds trusted characters. */
    Builder add(String own) {
      grow(own.length());
      string.append(own);
      return this;
    }

    Builder add(Text text) {
      return add(text, 0, text.length());
    }

    /** Adds the characters [from, to) of a text. */
    Builder add(Text text, int from, int to) {
      grow(to - from);
      int shift = string.length() - from;
      string.append(text.string, from, to);
      for (int i = text.rangeAfter(from); i < text.data.length && text.data[i] < to; i += 2) {
        mark(Math.max(text.data[i], from) + shift, Math.min(text.data[i + 1], to) + shift);
      }
      return this;
    }

    /** Adds characters that are what {@code like}'s characters [from, to) are: data or trusted. */
    Builder add(String characters, Text like, int from, int to) {
      grow(characters.length());
      string.append(characters);
      if (!characters.isEmpty() && !like.isTrusted(from, to)) {
        mark(string.length() - characters.length(), string.length());
      }
      return this;
    }

    private void grow(int length) {
      meter.text(string.length() + (long) length, length);
    }

    private void mark(int from, int to) {
      if (ends > 0 && data[ends - 1] == from) {
        data[ends - 1] = to;
        return;
      }
      if (ends == data.length) {
        data = Arrays.copyOf(data, Math.max(8, 2 * ends));
      }
      data[ends++] = from;
      data[ends++] = to;
    }

    Text build() {
      return new Text(string.toString(), Arrays.copyOf(data, ends));
    }
  }
}
