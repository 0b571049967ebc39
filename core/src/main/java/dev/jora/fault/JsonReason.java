package dev.jora.fault;

/** Why a text is no JSON, in words for those who wrote it and not for the parser's users. */
public final class JsonReason {
  private JsonReason() {}

  /**
   * A message of the parser.
   *
   * @return the message without where it began in a source that is not shown, and without the
   *     parser's settings
   */
  public static String of(String message) {
    return message
        .replaceAll("(?s)[ ;]*\\((?:start marker at|for \\w+ starting at) .*", "")
        .replaceAll(" \\(not recognized as one since Feature [^)]*\\)", "")
        .replaceAll(", from `[^`]*`", "")
        .replaceAll(": enable `[^`]*` to allow", "");
  }
}
