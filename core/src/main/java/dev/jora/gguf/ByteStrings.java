package dev.jora.gguf;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * An array of strings as the bytes that a file has, without an object for each: a vocabulary has
 * hundreds of thousands, of which a run looks at few. As a list it makes a text, decoded as {@link
 * Utf8} says, whenever one is asked for. Immutable.
 */
public final class ByteStrings extends AbstractList<String> implements RandomAccess {
  /** What {@link #hash(int, byte[], int, int)} starts from: FNV-1a's offset. */
  public static final int HASH = 0x811c9dc5;

  /** Bytes between two strings: the length of the second, in the file. */
  static final int GAP = 8;

  private final byte[] bytes;
  private final int[] starts;

  /**
   * Strings of which the i-th starts at {@code starts[i]} and ends {@link #GAP} bytes before {@code
   * starts[i + 1]}.
   */
  ByteStrings(byte[] bytes, int[] starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /** The bytes of these texts. */
  public static ByteStrings of(List<String> texts) {
    if (texts instanceof ByteStrings strings) {
      return strings;
    }
    byte[][] encoded = texts.stream().map(Utf8::encode).toArray(byte[][]::new);
    int[] starts = new int[encoded.length + 1];
    for (int i = 0; i < encoded.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], encoded[i].length + GAP);
    }
    byte[] bytes = new byte[starts[encoded.length]];
    for (int i = 0; i < encoded.length; i++) {
      System.arraycopy(encoded[i], 0, bytes, starts[i], encoded[i].length);
    }
    return new ByteStrings(bytes, starts);
  }

  @Override
  public int size() {
    return starts.length - 1;
  }

  @Override
  public String get(int i) {
    return Utf8.decode(bytes, starts[i], length(i));
  }

  /** A copy of the bytes of a string. */
  public byte[] bytes(int i) {
    return Arrays.copyOfRange(bytes, starts[i], end(i));
  }

  /** The number of bytes of a string. */
  public int length(int i) {
    return end(i) - starts[i];
  }

  /** The byte of a string at {@code place}, which must lie within it. */
  public byte byteAt(int i, int place) {
    return bytes[starts[i] + place];
  }

  /** The first place from {@code from} on at which a string has this byte, or −1. */
  public int indexOf(int i, char ascii, int from) {
    int end = end(i);
    for (int at = starts[i] + from; at < end; at++) {
      if (bytes[at] == ascii) {
        return at - starts[i];
      }
    }
    return -1;
  }

  /** True if the bytes of a string from {@code place} on begin with other[from, to). */
  public boolean hasAt(int i, int place, byte[] other, int from, int to) {
    int at = starts[i] + place;
    int end = at + to - from;
    return end <= end(i) && Arrays.equals(bytes, at, end, other, from, to);
  }

  /** The hash of a string. */
  public int hash(int i) {
    return hash(HASH, bytes, starts[i], end(i));
  }

  /** FNV-1a, going on from {@code hash} over bytes[from, to). */
  public static int hash(int hash, byte[] bytes, int from, int to) {
    int h = hash;
    for (int i = from; i < to; i++) {
      h = (h ^ bytes[i]) * 0x01000193;
    }
    return h;
  }

  private int end(int i) {
    return starts[i + 1] - GAP;
  }
}
