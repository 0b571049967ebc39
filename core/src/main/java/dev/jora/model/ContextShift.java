package dev.jora.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A piece of a text that makes room for what follows: of its tokens the first {@code keep} stay,
 * the next {@code discard} go.
 */
public record ContextShift(int keep, int discard) {
  /** Checks both counts. */
  public ContextShift {
    if (keep < 0 || discard < 1) {
      throw new IllegalArgumentException("keep " + keep + ", discard " + discard);
    }
  }

  /**
   * What llama.cpp does to a full context: half of what follows the kept tokens goes.
   *
   * @param length of the text
   * @return nothing where there is no such half
   */
  public static Optional<ContextShift> half(int length, int keep) {
    int discard = (length - keep) / 2;
    return discard < 1 ? Optional.empty() : Optional.of(new ContextShift(keep, discard));
  }

  /** The text without the piece, which must be inside it. */
  public int[] cut(int[] text) {
    int[] rest = Arrays.copyOf(text, text.length - discard);
    System.arraycopy(text, keep + discard, rest, keep, rest.length - keep);
    return rest;
  }

  /** The text without several pieces, each counted in what those before it leave. */
  public static int[] cut(int[] text, List<ContextShift> shifts) {
    int[] rest = text;
    for (ContextShift shift : shifts) {
      rest = shift.cut(rest);
    }
    return rest;
  }

  /** True if a text of this length has the whole piece and something behind it. */
  public boolean isInside(int length) {
    return discard < length - keep;
  }

  /**
   * Does it to a sequence: by {@link Sequence#shift}, or where that cannot be by forgetting.
   *
   * @return tokens that must be read again; none after a shift
   */
  public int[] apply(Sequence sequence) {
    if (sequence.canShift(keep, discard)) {
      sequence.shift(keep, discard);
      return new int[0];
    }
    int[] rest = cut(sequence.tokens());
    int held = sequence.truncate(keep);
    return Arrays.copyOfRange(rest, held, rest.length);
  }
}
