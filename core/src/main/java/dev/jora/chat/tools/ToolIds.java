package dev.jora.chat.tools;

import java.util.Random;
import java.util.function.Supplier;

/** Ids for calls of models that give none: nine letters and digits, which every template takes. */
public final class ToolIds implements Supplier<String> {
  private static final String CHARACTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  static final int LENGTH = 9;

  private final Random random;

  /** Ids drawn from this source. */
  public ToolIds(Random random) {
    this.random = random;
  }

  @Override
  public String get() {
    StringBuilder id = new StringBuilder();
    while (id.length() < LENGTH) {
      id.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return id.toString();
  }

  /**
   * An id as a format must have it: itself, or one that follows from it.
   *
   * @param length characters, letters and digits; 0 for any id
   */
  static String fitted(String id, int length) {
    if (length == 0 || id.matches("[A-Za-z0-9]{" + length + "}")) {
      return id;
    }
    Random seeded = new Random(0);
    id.chars().forEach(c -> seeded.setSeed(seeded.nextLong() ^ c));
    StringBuilder fitted = new StringBuilder();
    while (fitted.length() < length) {
      fitted.append(CHARACTERS.charAt(seeded.nextInt(CHARACTERS.length())));
    }
    return fitted.toString();
  }
}
