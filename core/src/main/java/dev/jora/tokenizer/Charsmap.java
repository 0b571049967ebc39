package dev.jora.tokenizer;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * SentencePiece's normalisation: what stands for the longest of its keys that begins a text. The
 * blob is the size in bytes of a trie, the trie, then the replacements, each ended by a zero. The
 * trie is an XOR-compressed double array of 32-bit units: bits 10 to 30 are the base (times 256
 * where bit 9 is set), bit 8 says that a replacement is known here, bits 0 to 7 and 31 are the byte
 * that leads to the unit; the child by byte c of a unit is at its place ^ base ^ c, its value (the
 * place of the replacement) at its place ^ base.
 */
final class Charsmap {
  private static final String KEY = "tokenizer.ggml.precompiled_charsmap";

  private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  private final int[] units;
  private final byte[] replacements;

  private Charsmap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /**
   * The normalisation of a file, which changes nothing where the file has none.
   *
   * @throws GgufException if the blob is no such trie
   */
  static Charsmap of(GgufMetadata metadata) {
    if (!metadata.contains(KEY)) {
      return new Charsmap(new int[0], new byte[0]);
    }
    byte[] blob = blob(metadata);
    long size = blob.length < 4 ? -1 : Integer.toUnsignedLong(word(blob, 0));
    if (size < 0 || size % 4 != 0 || size + 4 >= blob.length || blob[blob.length - 1] != 0) {
      throw metadata.fault(
          KEY,
          "the size of a trie, the trie, and replacements that end with a zero",
          blob.length + " bytes" + (size < 0 ? "" : ", a trie of " + size));
    }
    int[] units = new int[(int) size / 4];
    for (int i = 0; i < units.length; i++) {
      units[i] = word(blob, 4 + 4 * i);
    }
    byte[] replacements = new byte[blob.length - 4 - (int) size];
    System.arraycopy(blob, 4 + (int) size, replacements, 0, replacements.length);
    Charsmap map = new Charsmap(units, replacements);
    map.check(metadata);
    return map;
  }

  private static byte[] blob(GgufMetadata metadata) {
    boolean bytes =
        metadata.get(KEY).orElseThrow() instanceof GgufValue.Ints array
            && (array.elementType() == GgufType.INT8 || array.elementType() == GgufType.UINT8);
    if (!bytes) {
      throw metadata.fault(
          KEY, "an array of 8-bit integers", metadata.get(KEY).orElseThrow().label());
    }
    int[] values = metadata.integers(KEY);
    byte[] blob = new byte[values.length];
    for (int i = 0; i < blob.length; i++) {
      blob[i] = (byte) values[i];
    }
    return blob;
  }

  private static int word(byte[] b, int at) {
    return b[at] & 0xff | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) << 16 | b[at + 3] << 24;
  }

  /** Goes to all units that any text can lead to. */
  private void check(GgufMetadata metadata) {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    visit(within(units.length == 0 ? 0 : base(units[0]), metadata), seen, open);
    while (!open.isEmpty()) {
      int from = open.pop();
      for (int c = 1; c < 256; c++) {
        int at = within(from ^ c, metadata);
        if (leadsHere(at, c)) {
          int next = within(at ^ base(units[at]), metadata);
          if (hasValue(at)) {
            int place = value(next);
            if (place >= replacements.length) {
              throw fault(metadata, "a replacement at " + place + " of " + replacements.length);
            }
          }
          visit(next, seen, open);
        }
      }
    }
  }

  private static void visit(int place, BitSet seen, ArrayDeque<Integer> open) {
    if (!seen.get(place)) {
      seen.set(place);
      open.push(place);
    }
  }

  private int within(int place, GgufMetadata metadata) {
    if (place < 0 || place >= units.length) {
      throw fault(metadata, "a unit at " + Integer.toUnsignedLong(place) + " of " + units.length);
    }
    return place;
  }

  private static GgufException fault(GgufMetadata metadata, String found) {
    return metadata.fault(KEY, "a trie that stays within its bytes", found);
  }

  private static int base(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private boolean leadsHere(int at, int c) {
    return (units[at] & (1 << 31 | 0xff)) == c;
  }

  private boolean hasValue(int at) {
    return (units[at] >>> 8 & 1) != 0;
  }

  private int value(int at) {
    return units[at] & Integer.MAX_VALUE;
  }

  /**
   * Writes what the text at {@code at} becomes; returns the place after it. Bytes that are no UTF-8
   * become U+FFFD, one by one.
   */
  int put(byte[] text, int at, int to, ByteArrayOutputStream out) {
    int end = at;
    int found = -1;
    int place = units.length == 0 ? 0 : base(units[0]);
    for (int i = at; units.length > 0 && i < to && text[i] != 0; i++) {
      int c = text[i] & 0xff;
      place ^= c;
      if (!leadsHere(place, c)) {
        break;
      }
      boolean known = hasValue(place);
      place ^= base(units[place]);
      if (known) {
        found = value(place);
        end = i + 1;
      }
    }
    if (found >= 0) {
      for (int i = found; replacements[i] != 0; i++) {
        out.write(replacements[i]);
      }
      return end;
    }
    int length = CodePoints.length(text, at, to);
    if (length == 0) {
      out.writeBytes(REPLACEMENT);
      return at + 1;
    }
    out.write(text, at, length);
    return at + length;
  }
}
