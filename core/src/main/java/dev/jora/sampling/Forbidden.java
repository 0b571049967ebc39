package dev.jora.sampling;

import java.util.BitSet;

/** Tokens that may not be drawn at one place of a text, whatever the samplers say. */
public final class Forbidden {
  private final BitSet ids = new BitSet();
  private String phrase;

  /**
   * Forbids a token.
   *
   * @param why the phrase that must not come of it
   */
  public void add(int id, String why) {
    ids.set(id);
    phrase = why;
  }

  /** True if this token is forbidden. */
  public boolean contains(int id) {
    return ids.get(id);
  }

  /** True if none is. */
  public boolean isEmpty() {
    return phrase == null;
  }

  /** The phrase for which a token was forbidden last; null for none. */
  public String phrase() {
    return phrase;
  }

  void apply(Candidates all) {
    for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
      all.logit(id, Float.NEGATIVE_INFINITY);
    }
  }
}
