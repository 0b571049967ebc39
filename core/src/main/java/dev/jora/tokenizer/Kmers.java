package dev.jora.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bases of DNA between {@code <dna>} and {@code </dna>} (hybriddna): six at a time are a token, the
 * last filled up with A, and {@code <oov>} what is none. Their tokens end in a mark that is no part
 * of their text.
 */
final class Kmers {
  private static final int LENGTH = 6;
  private static final byte[] OPEN = "<dna>".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CLOSE = "</dna>".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "<oov>".getBytes(StandardCharsets.UTF_8);
  private static final byte[] MARK = "\uE000".getBytes(StandardCharsets.UTF_8);

  private final Vocab vocab;
  private final int open;
  private final int close;
  private final int other;

  /** What encodes text outside. */
  @FunctionalInterface
  interface Outside {
    void encode(int from, int to);
  }

  Kmers(Vocab vocab) {
    this.vocab = vocab;
    this.open = vocab.find(OPEN, 0, OPEN.length);
    this.close = vocab.find(CLOSE, 0, CLOSE.length);
    this.other = vocab.find(OTHER, 0, OTHER.length);
  }

  /** The ids of text[from, to). */
  void encode(byte[] text, int from, int to, IntBuffer ids, Outside outside) {
    boolean known = open >= 0 && close >= 0 && other >= 0;
    int at = from;
    while (at < to) {
      int start = known ? indexOf(text, at, to, OPEN) : to;
      if (start > at) {
        outside.encode(at, start);
      }
      if (start == to) {
        return;
      }
      ids.add(open);
      int first = start + OPEN.length;
      int end = indexOf(text, first, to, CLOSE);
      bases(text, first, end, ids);
      if (end == to) {
        return;
      }
      ids.add(close);
      at = end + CLOSE.length;
    }
  }

  private void bases(byte[] text, int from, int to, IntBuffer ids) {
    byte[] token = new byte[LENGTH + MARK.length];
    System.arraycopy(MARK, 0, token, LENGTH, MARK.length);
    for (int i = from; i < to; i += LENGTH) {
      for (int j = 0; j < LENGTH; j++) {
        byte base = i + j < to ? text[i + j] : (byte) 'A';
        token[j] = base >= 'a' && base <= 'z' ? (byte) (base - 'a' + 'A') : base;
      }
      int id = vocab.find(token, 0, token.length);
      ids.add(id >= 0 ? id : other);
    }
  }

  /** The text of a token without its mark. */
  static String unmarked(String token) {
    return token.endsWith("\uE000") ? token.substring(0, token.length() - 1) : token;
  }

  /** Where {@code part} begins in text[from, to), or {@code to}. */
  private static int indexOf(byte[] text, int from, int to, byte[] part) {
    for (int i = from; i + part.length <= to; i++) {
      if (Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return to;
  }
}
