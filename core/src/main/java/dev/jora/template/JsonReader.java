package dev.jora.template;

import dev.jora.gguf.Utf8;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON as Python's {@code json.loads} reads it. */
final class JsonReader {
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

  private final Env env;
  private final Text text;
  private final String s;
  private int at;

  private JsonReader(Env env, Text text) {
    this.env = env;
    this.text = text;
    this.s = text.string();
  }

  /** The value of a JSON text. */
  static Value read(Env env, Text text) {
    env.meter().read(text.length());
    JsonReader reader = new JsonReader(env, text);
    Value value = reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.fault("Extra data");
    }
    return value;
  }

  private Fault fault(String message) {
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

  private void space() {
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

  private Value value() {
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
      dict.put(env, key, value());
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
        return wellFormed(out.add(text, from, at++).build());
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

  /** Halves of surrogate pairs can come from escapes alone. */
  private Text wellFormed(Text string) {
    env.meter().read(string.length());
    String plain = Utf8.wellFormed(string.string());
    return plain.equals(string.string())
        ? string
        : env.builder().add(plain, string, 0, string.length()).build();
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
