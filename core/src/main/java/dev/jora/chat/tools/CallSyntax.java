package dev.jora.chat.tools;

/** How one call is written. */
public sealed interface CallSyntax {
  /** Where a call's JSON object has its id. */
  enum IdPlace {
    /** Nowhere. */
    NONE,
    /** Before all else: a number in a string. */
    FIRST,
    /** At the end, where it must be. */
    LAST,
    /** At the end, where it may be left out. */
    MAYBE_LAST
  }

  /**
   * A JSON object: {@code {"name": "f", "arguments": {…}}}.
   *
   * @param nameKey the key of the name; empty where the name is the key of the arguments
   * @param argumentsKey the key of the arguments
   * @param idKey the key of the id
   * @param idPlace where that stands
   */
  record JsonCall(String nameKey, String argumentsKey, String idKey, IdPlace idPlace)
      implements CallSyntax {}

  /**
   * Arguments as a JSON object between markers: {@code [TOOL_CALLS]f[ARGS]{…}}.
   *
   * @param head the {@link Marker} before the arguments
   * @param tail what stands behind them; may be empty
   */
  record HeadedCall(Marker head, Marker tail) implements CallSyntax {}

  /**
   * Every argument between markers, strings as they are, all else as JSON: {@code
   * <function=f><parameter=p>v</parameter></function>}.
   *
   * @param head the {@link Marker} before the arguments
   * @param key what stands before a value
   * @param end what stands behind it
   * @param tail what stands behind all
   */
  record TaggedCall(Marker head, Marker key, Marker end, Marker tail) implements CallSyntax {}
}
