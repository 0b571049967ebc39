package dev.jora.tokenizer;

/**
 * Says where in a text control tokens may stand: in what a template wrote, not in what users did.
 */
@FunctionalInterface
public interface Trust {
  /** Everywhere. */
  Trust ALL = (from, to) -> true;

  /** Nowhere. */
  Trust NONE = (from, to) -> false;

  /** True if every byte [from, to) is trusted. */
  boolean covers(int from, int to);
}
