package dev.jora.quantize.evaluate;

import java.util.Arrays;

/**
 * A text cut into chunks, each of which a model reads on its own. The tokens at the end of a chunk
 * are scored, for those the model has seen something of the text.
 *
 * @param tokens of the text
 * @param size tokens of a chunk
 * @param step from the beginning of a chunk to that of the next
 * @param first the first place of a chunk whose logits are scored, against the token after it; the
 *     last is size − 2
 * @param count how many chunks
 */
public record Chunks(int[] tokens, int size, int step, int first, int count) {
  /**
   * Side by side, the second half of each is scored: of 512 tokens the logits at 256 to 510.
   *
   * @param most take so many chunks at most; −1: all
   */
  public static Chunks halves(int[] tokens, int size, int most) {
    int all = tokens.length / size;
    return new Chunks(tokens, size, size, size / 2, most < 0 ? all : Math.min(all, most));
  }

  /**
   * Windows that overlap: each begins {@code stride} tokens after the one before, and its last
   * {@code stride} tokens are scored, so that every token after the first window's beginning is
   * scored once and has seen at least size − stride tokens.
   */
  public static Chunks strided(int[] tokens, int size, int stride, int most) {
    if (stride < 1 || stride >= size) {
      throw new IllegalArgumentException("stride " + stride + " of windows of " + size);
    }
    int all = Math.max(0, (tokens.length - size + stride - 1) / stride);
    int count = most < 0 ? all : Math.min(all, most);
    return new Chunks(tokens, size, stride, size - stride - 1, count);
  }

  /** Scored tokens of a chunk of which the second half is scored. */
  static int scored(int size) {
    return size - 1 - size / 2;
  }

  /** Scored tokens of each chunk. */
  public int scored() {
    return size - 1 - first;
  }

  /** Where a chunk begins. */
  public int start(int chunk) {
    return chunk * step;
  }

  /** The token at a place of a chunk. */
  ScoredToken token(int chunk, int place) {
    int position = start(chunk) + place;
    return new ScoredToken(chunk, place, position, tokens[position]);
  }

  /** The tokens of a chunk as the model reads them: the first is {@code bos}, if that is not −1. */
  int[] read(int chunk, int bos) {
    int[] read = Arrays.copyOfRange(tokens, start(chunk), start(chunk) + size);
    if (bos >= 0) {
      read[0] = bos;
    }
    return read;
  }
}
