package dev.jora.chat.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for values: <code>&lt;function={name}&gt;</code>. White space at its ends,
 * beside its places and between tags is what models are taught to write; there may be none or more.
 *
 * @param text as it is written, with {@code {name}}, {@code {id}}, {@code {n}} (a number), {@code
 *     {key}}, {@code {kind}} ({@code true} of strings, else {@code false}) and {@code {any}} (a
 *     part of one line that means nothing)
 * @param parts the text in parts: literals, white space, and places in braces
 */
record Marker(String text, List<String> parts) {
  private static final Pattern PART =
      Pattern.compile(
          "\\{(?:name|id|n|key|kind|any)\\}|^\\s+|\\s+$|\\s+(?=\\{)|(?<=\\})\\s+"
              + "|(?<=>)\\s+(?=<)");

  private static final int LONGEST_VALUE = 200;

  /** Nothing. */
  static final Marker EMPTY = of("");

  Marker {
    parts = List.copyOf(parts);
  }

  /** The marker of a text. */
  static Marker of(String text) {
    List<String> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    int from = 0;
    while (matcher.find()) {
      if (matcher.start() > from) {
        parts.add(text.substring(from, matcher.start()));
      }
      parts.add(matcher.group());
      from = matcher.end();
    }
    if (from < text.length()) {
      parts.add(text.substring(from));
    }
    return new Marker(text, parts);
  }

  /** What a text may be. */
  enum Fit {
    YES,
    NO,
    /** It depends on what comes. */
    MORE
  }

  /**
   * What was found.
   *
   * @param fit whether the marker is there
   * @param end where it ends, if it is; where its first part does that is no white space, if it
   *     ends with the text
   * @param values of its places
   */
  record Match(Fit fit, int end, Map<String, String> values) {
    static final Match NO = new Match(Fit.NO, -1, Map.of());
    static final Match MORE = new Match(Fit.MORE, -1, Map.of());

    boolean is(Fit fit) {
      return this.fit == fit;
    }
  }

  static boolean isPlace(String part) {
    return part.startsWith("{") && part.endsWith("}") && part.length() > 2;
  }

  /** The first part that is neither white space nor a place. */
  String literal() {
    return parts.stream().filter(p -> !p.isBlank() && !isPlace(p)).findFirst().orElse("");
  }

  /**
   * Looks for the marker at a place of a text.
   *
   * @param end true if nothing comes behind the text
   */
  Match at(CharSequence text, int from, boolean end) {
    Map<String, String> values = new HashMap<>();
    int at = from;
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      if (!isPlace(part) && !part.isBlank()) {
        at = space(text, at, part);
        int literal = literal(text, at, part);
        if (literal < 0) {
          return literal == -1 && !end ? Match.MORE : Match.NO;
        }
        at = literal;
      } else if (isPlace(part)) {
        int to = value(text, at, part, i + 1 < parts.size() ? parts.get(i + 1) : "");
        boolean open = to >= text.length() && !end;
        if (to < 0) {
          return Match.NO;
        }
        if (open) {
          return Match.MORE;
        }
        values.put(part.substring(1, part.length() - 1), text.subSequence(at, to).toString());
        at = to;
      } else if (i > 0) {
        at = space(text, at, "");
      }
    }
    return new Match(Fit.YES, at, values);
  }

  /** Behind white space, unless the literal begins with some. */
  private static int space(CharSequence text, int from, String literal) {
    int at = from;
    boolean own = !literal.isEmpty() && Character.isWhitespace(literal.charAt(0));
    while (!own && at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Behind a literal; −1 if it may still come; −2 if it is not there. */
  private static int literal(CharSequence text, int from, String literal) {
    int n = Math.min(literal.length(), text.length() - from);
    for (int i = 0; i < n; i++) {
      if (text.charAt(from + i) != literal.charAt(i)) {
        return -2;
      }
    }
    return n < literal.length() ? -1 : from + n;
  }

  /** Behind a value; −1 if none stands there. */
  private static int value(CharSequence text, int from, String place, String next) {
    IntPredicate inside =
        switch (place) {
          case "{name}" -> Marker::isName;
          case "{id}" -> c -> isName(c) && c != '.';
          case "{kind}" -> Character::isLetter;
          case "{n}" -> Character::isDigit;
          default -> c -> c != '\n';
        };
    boolean free = place.equals("{key}") || place.equals("{any}");
    int at = from;
    while (at < text.length() && inside.test(text.charAt(at))) {
      if (free && literal(text, at, next) >= 0) {
        return place.equals("{any}") || at > from ? at : -1;
      }
      if (free && text.length() - at < next.length() && literal(text, at, next) == -1) {
        return text.length();
      }
      if (++at - from > LONGEST_VALUE) {
        return -1;
      }
    }
    if (at == text.length()) {
      return at; // more of it may come
    }
    return free || at == from ? -1 : at;
  }

  static boolean isName(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-'
        || c == '.';
  }

  /** The marker with values in its places. */
  String with(Map<String, String> values) {
    StringBuilder out = new StringBuilder();
    for (String part : parts) {
      out.append(
          isPlace(part) ? values.getOrDefault(part.substring(1, part.length() - 1), "") : part);
    }
    return out.toString();
  }
}
