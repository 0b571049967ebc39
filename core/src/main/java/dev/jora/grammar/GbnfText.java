package dev.jora.grammar;

/** Texts and characters as GBNF writes them. */
public final class GbnfText {
  private GbnfText() {}

  /** A text as an item of a rule, with its quotes. */
  public static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    text.codePoints().forEach(c -> literal.append(character(c, false)));
    return literal.append('"').toString();
  }

  /** A character of a literal, or of a class. */
  public static String character(int c, boolean inClass) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      case '[', ']' -> (inClass ? "\\" : "") + (char) c;
      case '"' -> inClass ? "\"" : "\\\"";
      default -> {
        boolean special = inClass && (c == '-' || c == '^');
        String form = c < 0x80 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X";
        yield c >= ' ' && c < 0x7f && !special ? Character.toString(c) : form.formatted(c);
      }
    };
  }
}
