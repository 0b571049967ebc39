package dev.jora.template;

import dev.jora.gguf.Utf8;
import dev.jora.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens, as Jinja does with {@code trim_blocks} (a tag swallows the line end
 * behind it) and {@code lstrip_blocks} (and the spaces before it if it is the first of its line).
 * What is between {@code {{ }}} keeps its surroundings unless it says {@code -}.
 */
final class Lexer {
  private static final int MOST_TOKENS = 1_000_000;

  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarts = true; // the last tag took the line end behind it

  private Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  /**
   * The tokens of a template, an {@link Kind#END} last.
   *
   * @throws TemplateException where there is no token
   */
  static List<Token> tokens(Source source) {
    Lexer lexer = new Lexer(source);
    while (lexer.at < lexer.text.length()) {
      lexer.data();
    }
    lexer.add(Kind.END, "", lexer.text.length());
    return lexer.tokens;
  }

  private void add(Kind kind, String characters, int from) {
    if (tokens.size() == MOST_TOKENS) {
      throw source.error(from, "a template of more than " + MOST_TOKENS + " tokens");
    }
    tokens.add(new Token(kind, characters, from));
  }

  /** Data up to the next tag, and the tag. */
  private void data() {
    int begin = at;
    int tag = nextTag(begin);
    if (tag < 0) {
      add(Kind.DATA, text.substring(begin), begin);
      at = text.length();
      return;
    }
    char kind = text.charAt(tag + 1);
    at = tag + 2;
    char sign = sign();
    addData(begin, tag, sign, kind != '{');
    switch (kind) {
      case '{' -> tag(tag, Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, "}}");
      case '#' -> comment(tag);
      default -> {
        if (!raw(tag)) {
          tag(tag, Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
        }
      }
    }
  }

  private int nextTag(int from) {
    for (int i = text.indexOf('{', from); i >= 0; i = text.indexOf('{', i + 1)) {
      if (i + 1 < text.length() && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Takes a {@code -} or {@code +} behind the beginning of a tag. */
  private char sign() {
    if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      return text.charAt(at++);
    }
    return ' ';
  }

  /** Data before a tag with this sign, stripped as the tag wants it. */
  private void addData(int from, int to, char sign, boolean isBlock) {
    int end = to;
    if (sign == '-') {
      while (end > from && Chars.isSpace(text.charAt(end - 1))) {
        end--;
      }
    } else if (isBlock && sign != '+') {
      int line = to; // the first of the spaces before the tag on its line
      while (line > from && text.charAt(line - 1) != '\n' && Chars.isSpace(text.charAt(line - 1))) {
        line--;
      }
      if (line > from ? text.charAt(line - 1) == '\n' : lineStarts) {
        end = line;
      }
    }
    if (end > from) {
      add(Kind.DATA, text.substring(from, end), from);
    }
  }

  /** The first place from {@code from} on that is no white space. */
  private int spaces(int from) {
    int i = from;
    while (i < text.length() && Chars.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Takes the end of a tag, with its sign, if it stands at {@code place}. */
  private boolean end(int place, String end) {
    boolean variable = end.equals("}}");
    if (text.startsWith("-" + end, place)) {
      at = spaces(place + 3);
    } else if (!variable && text.startsWith("+" + end, place)) {
      at = place + 3;
    } else if (text.startsWith(end, place)) {
      at = place + 2;
      if (!variable && text.startsWith("\n", at)) {
        at++;
      }
    } else {
      return false;
    }
    lineStarts = text.charAt(at - 1) == '\n';
    return true;
  }

  private void comment(int tag) {
    for (int i = at; i < text.length(); i++) {
      if (end(i, "#}")) {
        return;
      }
    }
    if (at < text.length()) {
      throw source.error(tag, "Missing end of comment tag");
    }
  }

  /** Takes {@code {% raw %}…{% endraw %}}, if that begins here. */
  private boolean raw(int tag) {
    int i = spaces(at);
    if (!text.startsWith("raw", i)) {
      return false;
    }
    i = spaces(i + 3);
    if (text.startsWith("-%}", i)) {
      at = spaces(i + 3);
    } else if (text.startsWith("%}", i)) {
      at = i + 2;
    } else {
      return false;
    }
    lineStarts = text.charAt(at - 1) == '\n';
    int begin = at;
    for (int next = text.indexOf("{%", begin); next >= 0; next = text.indexOf("{%", next + 1)) {
      at = next + 2;
      char sign = sign();
      int word = spaces(at);
      boolean starts = lineStarts;
      if (text.startsWith("endraw", word) && end(spaces(word + 6), "%}")) {
        boolean ends = lineStarts;
        lineStarts = starts;
        addData(begin, next, sign, true);
        lineStarts = ends;
        return true;
      }
    }
    if (begin < text.length()) {
      throw source.error(tag, "Missing end of raw directive");
    }
    return true; // as Jinja has it at the very end of a text
  }

  /** Tokens of a tag up to its end, which does not count within brackets. */
  private void tag(int tag, Kind begin, Kind endKind, String end) {
    add(begin, text.substring(tag, at), tag);
    Deque<String> open = new ArrayDeque<>();
    while (at < text.length()) {
      int from = at;
      if (open.isEmpty() && end(at, end)) {
        add(endKind, end, from);
        return;
      }
      char c = text.charAt(at);
      if (Chars.isSpace(c)) {
        at = spaces(at);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (c == '\'' || c == '"') {
        string(c);
      } else if (Chars.isNamePart(text.codePointAt(at))) {
        name();
      } else {
        operator(open);
      }
    }
    // The parser says what was expected.
  }

  private void number() {
    int from = at;
    NumberText.Literal literal = NumberText.literal(text, at, from > 0 ? text.charAt(at - 1) : 0);
    at = literal.end();
    add(
        literal.isFloat() ? Kind.FLOAT : Kind.INTEGER,
        text.substring(from, at).replace("_", ""),
        from);
  }

  private void name() {
    int from = at;
    while (at < text.length() && Chars.isNamePart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    if (!Character.isUnicodeIdentifierStart(text.codePointAt(from)) && text.charAt(from) != '_') {
      throw source.error(from, "Invalid character in identifier");
    }
    add(Kind.NAME, text.substring(from, at), from);
  }

  private void string(char quote) {
    int from = at;
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        at = i + 1;
        try {
          String raw = text.substring(from + 1, i);
          add(Kind.STRING, Utf8.wellFormed(Chars.unescape(raw)), from);
        } catch (Fault e) {
          throw source.error(from, e.getMessage(), e);
        }
        return;
      }
    }
    throw source.error(from, "unexpected char " + quote + ": the string does not end");
  }

  private void operator(Deque<String> open) {
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, at)) {
        balance(operator, open);
        add(Kind.OPERATOR, operator, at);
        at += operator.length();
        return;
      }
    }
    throw source.error(at, "unexpected char '" + Character.toString(text.codePointAt(at)) + "'");
  }

  private void balance(String operator, Deque<String> open) {
    switch (operator) {
      case "{" -> open.push("}");
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "}", ")", "]" -> {
        String expected = open.poll();
        if (expected == null) {
          throw source.error(at, "unexpected '" + operator + "'");
        }
        if (!expected.equals(operator)) {
          throw source.error(at, "unexpected '" + operator + "', expected '" + expected + "'");
        }
      }
      default -> {}
    }
  }
}
