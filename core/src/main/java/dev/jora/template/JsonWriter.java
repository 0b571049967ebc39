package dev.jora.template;

import java.util.ArrayList;
import java.util.List;

/** JSON as Python's {@code json.dumps} writes it. */
final class JsonWriter {
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

  private JsonWriter(Env env, Style style) {
    this.env = env;
    this.style = style;
    this.out = env.builder();
  }

  /** The JSON of a value. */
  static Text write(Env env, Value value, Style style) {
    JsonWriter writer = new JsonWriter(env, style);
    writer.write(value);
    return writer.out.build();
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
      write(dict.get(env, key));
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
    env.meter().read(s.length());
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
}
