package dev.jora.template;

import java.util.List;

/** Python's {@code str} and {@code repr}. */
final class Printer {
  private final Env env;
  private final Text.Builder out;

  Printer(Env env, Text.Builder out) {
    this.env = env;
    this.out = out;
  }

  void str(Value value) {
    switch (value) {
      case Value.Str s -> out.add(s.text());
      case Value.Undefined u -> {}
      default -> repr(value);
    }
  }

  void repr(Value value) {
    env.meter().enter();
    switch (value) {
      case Value.None n -> out.add("None");
      case Value.Bool b -> out.add(b.value() ? "True" : "False");
      case Value.Int i -> out.add(i.value().toString());
      case Value.Real r -> out.add(NumberText.repr(r.value()));
      case Value.Undefined u -> out.add("Undefined");
      case Value.Str s -> string(s);
      case Value.Seq s -> sequence(s);
      case Value.Dict d -> dict(d);
      case Value.Namespace n -> namespace(n);
      case Value.Lazy l -> out.add("<generator object>");
      case Value.Thing t -> out.add(t.shown());
    }
    env.meter().leave();
  }

  private void sequence(Value.Seq seq) {
    switch (seq.kind()) {
      case LIST -> list("[", seq.items(), "]");
      case TUPLE, GROUP -> list("(", seq.items(), seq.items().size() == 1 ? ",)" : ")");
      case RANGE -> range(seq.items());
      default -> list(seq.type() + "([", seq.items(), "])");
    }
  }

  private void list(String begin, List<Value> items, String end) {
    out.add(begin);
    boolean first = true;
    for (Value item : items) {
      out.add(first ? "" : ", ");
      first = false;
      repr(item);
    }
    out.add(end);
  }

  /** Of ranges only the items are kept, which tell what made them but for the very end. */
  private void range(List<Value> items) {
    if (items.isEmpty()) {
      out.add("range(0, 0)");
      return;
    }
    long first = Numbers.index(items.getFirst());
    long last = Numbers.index(items.getLast());
    long step = items.size() == 1 ? 1 : Numbers.index(items.get(1)) - first;
    String end = ", " + (last + step) + (step == 1 ? "" : ", " + step);
    out.add("range(" + first + end + ")");
  }

  private void dict(Value.Dict dict) {
    out.add("{");
    boolean first = true;
    for (Value.Dict.Entry entry : dict.entries().values()) {
      out.add(first ? "" : ", ");
      first = false;
      repr(entry.key());
      out.add(": ");
      repr(entry.value());
    }
    out.add("}");
  }

  private void namespace(Value.Namespace namespace) {
    out.add("<Namespace {");
    boolean first = true;
    for (var entry : namespace.entries().entrySet()) {
      out.add(first ? "" : ", ");
      first = false;
      repr(Value.of(Text.data(entry.getKey())));
      out.add(": ");
      repr(entry.getValue());
    }
    out.add("}>");
  }

  private void string(Value.Str value) {
    Text text = value.text();
    String s = text.string();
    env.meter().read(s.length());
    char quote = s.indexOf('\'') >= 0 && s.indexOf('"') < 0 ? '"' : '\'';
    out.add(value.safe() ? "Markup(" + quote : "" + quote);
    int from = 0;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int next = i + Character.charCount(c);
      String escape = escape(c, quote);
      if (escape != null) {
        out.add(text, from, i).add(escape, text, i, next);
        from = next;
      }
      i = next;
    }
    out.add(text, from, s.length()).add(value.safe() ? quote + ")" : "" + quote);
  }

  private static String escape(int c, char quote) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (Chars.isPrintable(c)) {
          yield null;
        }
        yield c < 0x100
            ? String.format("\\x%02x", c)
            : c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
      }
    };
  }
}
