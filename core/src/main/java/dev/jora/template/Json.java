package dev.jora.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON as Python's {@code json} writes and reads it. */
final class Json {
  /**
   * How it looks.
   *
   * @param indent one level's white space, or null for one line
   */
  record Style(
      boolean asciiOnly, Text indent, Text itemSeparator, Text keySeparator, boolean sorted) {}

  private final Env env;
  private final Style style;
  private final Text.Builder out;
  private int level;

  private Json(Env env, Style style) {
    this.env = env;
    this.style = style;
    this.out = env.builder();
  }

  /** {@code json.dumps}. */
  static Text write(Env env, Value value, Style style) {
    Json json = new Json(env, style);
    json.write(value);
    return json.out.build();
  }

  private void write(Value value) {
    env.meter().enter();
    switch (value) {
      case Value.Str s -> string(s.text());
      case Value.Seq s when s.kind() == Value.Kind.LIST || s.kind().isTuple() -> list(s.items());
      case Value.Dict d -> dict(d);
      case Value.None n -> out.add("null");
      case Value.Bool b -> out.add(b.value() ? "true" : "false");
      case Value.Int i -> out.add(i.value().toString());
      case Value.Real r -> out.add(real(r.value()));
      default -> {
        String type = value.type().substring(value.type().lastIndexOf('.') + 1);
        throw new Fault("Object of type " + type + " is not JSON serializable");
      }
    }
    env.meter().leave();
  }

  private static String real(double d) {
    if (Double.isNaN(d)) {
      return "NaN";
    }
    if (Double.isInfinite(d)) {
      return d > 0 ? "Infinity" : "-Infinity";
    }
    return NumberText.repr(d);
  }

  private void list(List<Value> items) {
    if (items.isEmpty()) {
      out.add("[]");
      return;
    }
    out.add("[");
    level++;
    boolean first = true;
    for (Value item : items) {
      next(first);
      first = false;
      write(item);
    }
    level--;
    newLine();
    out.add("]");
  }

  private void dict(Value.Dict dict) {
    if (dict.entries().isEmpty()) {
      out.add("{}");
      return;
    }
    List<Value> keys = new ArrayList<>();
    dict.entries().values().forEach(entry -> keys.add(entry.key()));
    out.add("{");
    level++;
    boolean first = true;
    for (Value key : style.sorted() ? Comparison.sorted(env, keys, keys, false) : keys) {
      next(first);
      first = false;
      string(key(key));
      out.add(style.keySeparator());
      write(dict.get(key));
    }
    level--;
    newLine();
    out.add("}");
  }

  private static Text key(Value key) {
    return switch (key) {
      case Value.Str s -> s.text();
      case Value.Int i -> Text.trusted(i.value().toString());
      case Value.Real r -> Text.trusted(real(r.value()));
      case Value.Bool b -> Text.trusted(b.value() ? "true" : "false");
      case Value.None n -> Text.trusted("null");
      default -> throw new Fault("keys must be str, int, float, bool or None, not " + key.type());
    };
  }

  private void next(boolean first) {
    if (!first) {
      out.add(style.itemSeparator());
    }
    newLine();
  }

  private void newLine() {
    if (style.indent() != null) {
      out.add("\n");
      for (int i = 0; i < level; i++) {
        out.add(style.indent());
      }
    }
  }

  private void string(Text text) {
    String s = text.string();
    out.add("\"");
    int from = 0;
    for (int i = 0; i < s.length(); i++) {
      String escape = escape(s.charAt(i));
      if (escape != null) {
        out.add(text, from, i).add(escape, text, i, i + 1);
        from = i + 1;
      }
    }
    out.add(text, from, s.length()).add("\"");
  }

  private String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default ->
          c < 0x20 || style.asciiOnly() && c > 0x7e ? String.format("\\u%04x", (int) c) : null;
    };
  }

  /** {@code json.loads}. */
  static Value read(Env env, Text text) {
    Reader reader = new Reader(env, text);
    Value value = reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.fault("Extra data");
    }
    return value;
  }

  private static final class Reader {
    private final Env env;
    private final Text text;
    private final String s;
    private int at;

    Reader(Env env, Text text) {
      this.env = env;
      this.text = text;
      this.s = text.string();
    }

    Fault fault(String message) {
      int begin = s.lastIndexOf('\n', at - 1) + 1;
      long line = 1 + s.substring(0, begin).chars().filter(c -> c == '\n').count();
      return new Fault(
          "JSON: "
              + message
              + ": line "
              + line
              + " column "
              + (at - begin + 1)
              + " (char "
              + at
              + ")");
    }

    void space() {
      while (at < s.length() && " \t\n\r".indexOf(s.charAt(at)) >= 0) {
        at++;
      }
    }

    private boolean take(String word) {
      boolean found = s.startsWith(word, at);
      at += found ? word.length() : 0;
      return found;
    }

    private void expect(String word, String message) {
      space();
      if (!take(word)) {
        throw fault(message);
      }
    }

    Value value() {
      env.meter().enter();
      space();
      Value value;
      if (s.startsWith("\"", at)) {
        value = Value.of(string());
      } else if (take("{")) {
        value = dict();
      } else if (take("[")) {
        value = list();
      } else {
        value = word();
      }
      env.meter().leave();
      return value;
    }

    private Value word() {
      for (Map.Entry<String, Value> word : WORDS.entrySet()) {
        if (take(word.getKey())) {
          return word.getValue();
        }
      }
      return number();
    }

    private static final Map<String, Value> WORDS =
        Map.of(
            "null",
            Value.NONE,
            "true",
            Value.TRUE,
            "false",
            Value.FALSE,
            "NaN",
            new Value.Real(Double.NaN),
            "Infinity",
            new Value.Real(Double.POSITIVE_INFINITY),
            "-Infinity",
            new Value.Real(Double.NEGATIVE_INFINITY));

    private Value number() {
      int from = at;
      int i = s.startsWith("-", at) ? at + 1 : at;
      int whole = digits(i);
      boolean valid = whole > i && !(s.charAt(i) == '0' && whole > i + 1);
      if (!valid) {
        throw fault("Expecting value");
      }
      int end = whole;
      if (s.startsWith(".", end) && digits(end + 1) > end + 1) {
        end = digits(end + 1);
      }
      if (end < s.length() && "eE".indexOf(s.charAt(end)) >= 0) {
        int sign = end + 1 < s.length() && "+-".indexOf(s.charAt(end + 1)) >= 0 ? 2 : 1;
        int last = digits(end + sign);
        end = last > end + sign ? last : end;
      }
      at = end;
      String literal = s.substring(from, end);
      if (end > whole) {
        return new Value.Real(Double.parseDouble(literal));
      }
      BigInteger value = NumberText.parseInt(literal, 10);
      return Numbers.of(value);
    }

    private int digits(int from) {
      int i = from;
      while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') {
        i++;
      }
      return i;
    }

    private Value list() {
      List<Value> items = new ArrayList<>();
      space();
      if (take("]")) {
        return Value.list(items);
      }
      do {
        items.add(value());
        space();
      } while (take(","));
      expect("]", "Expecting ',' delimiter");
      return Value.list(items);
    }

    private Value dict() {
      Value.Dict dict = Value.Dict.empty();
      space();
      if (take("}")) {
        return dict;
      }
      do {
        space();
        if (!s.startsWith("\"", at)) {
          throw fault("Expecting property name enclosed in double quotes");
        }
        Value key = Value.of(string());
        expect(":", "Expecting ':' delimiter");
        dict.put(key, value());
        space();
      } while (take(","));
      expect("}", "Expecting ',' delimiter");
      return dict;
    }

    private Text string() {
      Text.Builder out = env.builder();
      int from = ++at;
      while (at < s.length()) {
        char c = s.charAt(at);
        if (c == '"') {
          return out.add(text, from, at++).build();
        }
        if (c < 0x20) {
          throw fault("Invalid control character at");
        }
        if (c == '\\') {
          out.add(text, from, at);
          int begin = at;
          String character = escaped();
          out.add(character, text, begin, at);
          from = at;
        } else {
          at++;
        }
      }
      throw fault("Unterminated string");
    }

    private String escaped() {
      char c = at + 1 < s.length() ? s.charAt(at + 1) : ' ';
      int place = "\"\\/bfnrt".indexOf(c);
      if (place >= 0) {
        at += 2;
        return "\"\\/\b\f\n\r\t".substring(place, place + 1);
      }
      if (c != 'u' || at + 6 > s.length()) {
        throw fault("Invalid \\escape");
      }
      int value = 0;
      for (int i = at + 2; i < at + 6; i++) {
        int digit = s.charAt(i) < 128 ? Character.digit(s.charAt(i), 16) : -1;
        if (digit < 0) {
          throw fault("Invalid \\uXXXX escape");
        }
        value = value << 4 | digit;
      }
      at += 6;
      return Character.toString((char) value);
    }
  }
}
