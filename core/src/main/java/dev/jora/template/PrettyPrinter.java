package dev.jora.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Python's {@code pprint.pformat}: {@code repr} with sorted dicts, and what is wider than 80
 * characters over several lines.
 */
final class PrettyPrinter {
  private static final int WIDTH = 80;

  private final Env env;
  private final Text.Builder out;

  private PrettyPrinter(Env env) {
    this.env = env;
    this.out = env.builder();
  }

  static Text print(Env env, Value value) {
    PrettyPrinter printer = new PrettyPrinter(env);
    printer.format(value, 0, 0, 0);
    return printer.out.build();
  }

  /**
   * @param indent columns before the value
   * @param allowance columns that must be left behind it
   */
  private void format(Value value, int indent, int allowance, int level) {
    env.meter().enter();
    Text repr = repr(value);
    boolean fits = Strings.length(env, repr) <= WIDTH - indent - allowance;
    switch (value) {
      case Value.Dict d when !fits -> dict(d, indent, allowance, level + 1);
      case Value.Seq s when !fits && s.kind() == Value.Kind.LIST ->
          items("[", s, "]", indent, allowance, level + 1);
      case Value.Seq s when !fits && s.kind() == Value.Kind.TUPLE ->
          items("(", s, s.items().size() == 1 ? ",)" : ")", indent, allowance, level + 1);
      case Value.Str s when !fits && !s.safe() && s.text().length() > 0 ->
          string(s.text(), indent, allowance, level + 1);
      default -> out.add(repr);
    }
    env.meter().leave();
  }

  private void newLine(int indent) {
    out.add("\n" + " ".repeat(indent));
  }

  private void dict(Value.Dict dict, int indent, int allowance, int level) {
    out.add("{");
    int left = dict.entries().size();
    for (Value key : sortedKeys(dict)) {
      left--;
      Text name = repr(key);
      out.add(name).add(": ");
      int column = indent + 1 + Strings.length(env, name) + 2;
      format(dict.get(env, key), column, left == 0 ? allowance + 1 : 1, level);
      if (left > 0) {
        out.add(",");
        newLine(indent + 1);
      }
    }
    out.add("}");
  }

  private void items(String open, Value.Seq seq, String close, int indent, int allow, int level) {
    out.add(open);
    int left = seq.items().size();
    for (Value item : seq.items()) {
      left--;
      format(item, indent + 1, left == 0 ? allow + close.length() : 1, level);
      if (left > 0) {
        out.add(",");
        newLine(indent + 1);
      }
    }
    out.add(close);
  }

  /** A literal for every line, and for as many words of it as fit. */
  private void string(Text text, int indent, int allowance, int level) {
    boolean alone = level == 1;
    int column = alone ? indent + 1 : indent;
    int width = WIDTH - column;
    int lastWidth = width - (alone ? allowance + 1 : allowance);
    List<Text> parts = new ArrayList<>();
    List<Value> lines = Strings.lines(env, text, true);
    for (int i = 0; i < lines.size(); i++) {
      Text line = ((Value.Str) lines.get(i)).text();
      boolean last = i == lines.size() - 1;
      if (Strings.length(env, repr(line)) <= (last ? lastWidth : width)) {
        parts.add(line);
      } else {
        addWords(line, width, last ? lastWidth : width, parts);
      }
    }
    boolean framed = alone && parts.size() > 1;
    out.add(framed ? "(" : "");
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        newLine(column);
      }
      out.add(repr(parts.get(i)));
    }
    out.add(framed ? ")" : "");
  }

  private void addWords(Text line, int width, int lastWidth, List<Text> parts) {
    String s = line.string();
    int from = 0; // of what is gathered
    int to = 0; // its end
    while (to < s.length()) {
      int next = skip(s, skip(s, to, false), true);
      int most = next == s.length() ? lastWidth : width;
      if (to > from && Strings.length(env, repr(line.slice(from, next))) > most) {
        parts.add(line.slice(from, to));
        from = to;
      }
      to = next;
    }
    parts.add(line.slice(from, to));
  }

  private static int skip(String s, int from, boolean spaces) {
    int i = from;
    while (i < s.length() && Chars.isSpace(s.charAt(i)) == spaces) {
      i++;
    }
    return i;
  }

  private Text repr(Text text) {
    return repr(Value.of(text));
  }

  private Text repr(Value value) {
    Text.Builder text = env.builder();
    repr(value, text);
    return text.build();
  }

  private void repr(Value value, Text.Builder text) {
    env.meter().enter();
    switch (value) {
      case Value.Dict d -> {
        text.add("{");
        String separator = "";
        for (Value key : sortedKeys(d)) {
          text.add(separator);
          repr(key, text);
          text.add(": ");
          repr(d.get(env, key), text);
          separator = ", ";
        }
        text.add("}");
      }
      case Value.Seq s when s.kind() == Value.Kind.LIST -> list("[", s, "]", text);
      case Value.Seq s when s.kind() == Value.Kind.TUPLE ->
          list("(", s, s.items().size() == 1 ? ",)" : ")", text);
      default -> new Printer(env, text).repr(value);
    }
    env.meter().leave();
  }

  private void list(String open, Value.Seq seq, String close, Text.Builder text) {
    text.add(open);
    String separator = "";
    for (Value item : seq.items()) {
      text.add(separator);
      repr(item, text);
      separator = ", ";
    }
    text.add(close);
  }

  /** What cannot be compared is ordered by its type, as Python does by the names of types. */
  private List<Value> sortedKeys(Value.Dict dict) {
    List<Value> keys = new ArrayList<>();
    List<Value> places = new ArrayList<>();
    for (Value.Dict.Entry entry : dict.entries().values()) {
      Value key = entry.key();
      Value place =
          switch (key) {
            case Value.Str s -> Value.tuple(Value.of(2), s);
            case Value.None n -> Value.tuple(Value.of(0), Value.of(0));
            default ->
                Numbers.isNumber(key)
                    ? Value.tuple(Value.of(1), key)
                    : Value.tuple(Value.of(3), Value.of(places.size()));
          };
      keys.add(key);
      places.add(place);
    }
    return Comparison.sorted(env, keys, places, false);
  }
}
