package dev.jora.chat.tools;

import java.util.Objects;

/**
 * Whether the model calls tools.
 *
 * @param kind how
 * @param name the tool to be called, of {@link Kind#FUNCTION}; else null
 */
public record ToolChoice(Kind kind, String name) {
  /** The kinds, by what OpenAI's API calls them. */
  public enum Kind {
    /** As it likes. */
    AUTO,
    /** Not at all. */
    NONE,
    /** It must. */
    REQUIRED,
    /** It must, and this one. */
    FUNCTION
  }

  public static final ToolChoice AUTO = new ToolChoice(Kind.AUTO, null);
  public static final ToolChoice NONE = new ToolChoice(Kind.NONE, null);
  public static final ToolChoice REQUIRED = new ToolChoice(Kind.REQUIRED, null);

  public ToolChoice {
    if ((kind == Kind.FUNCTION) != (name != null)) {
      throw new IllegalArgumentException(kind + " " + name);
    }
  }

  /** One of the words {@code auto}, {@code none} and {@code required}, else a tool's name. */
  public static ToolChoice of(String word) {
    return switch (Objects.requireNonNull(word)) {
      case "auto" -> AUTO;
      case "none" -> NONE;
      case "required" -> REQUIRED;
      default -> new ToolChoice(Kind.FUNCTION, word);
    };
  }

  /** True if there must be a call. */
  public boolean isForced() {
    return kind == Kind.REQUIRED || kind == Kind.FUNCTION;
  }
}
