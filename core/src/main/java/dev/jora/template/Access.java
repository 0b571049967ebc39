package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Attributes, items and slices of values. What is not there is {@link Value.Undefined}. */
final class Access {
  static final Map<String, Builtin> DICT_METHODS =
      Builtin.table(
          row("copy", "self", (env, a) -> a.get(0)),
          row("get", "self key default=", Access::get),
          row("items", "self", (env, a) -> items(env, (Value.Dict) a.get(0))),
          row("keys", "self", (env, a) -> view(env, a, Value.Kind.KEYS, Value.Dict.Entry::key)),
          row(
              "values",
              "self",
              (env, a) -> view(env, a, Value.Kind.VALUES, Value.Dict.Entry::value)));

  static final Map<String, Builtin> LIST_METHODS =
      Builtin.table(
          row("copy", "self", (env, a) -> a.get(0)),
          row("count", "self value", Access::count),
          row("index", "self value start= stop=", Access::index));

  static final Map<String, Builtin> INT_METHODS =
      Builtin.table(
          row("bit_length", "self", (env, a) -> Value.of(Numbers.big(a.get(0)).bitLength())),
          row("is_integer", "self", (env, a) -> Value.TRUE));

  static final Map<String, Builtin> FLOAT_METHODS =
      Builtin.table(
          row("is_integer", "self", (env, a) -> Value.of(isWhole(Numbers.real(a.get(0))))));

  /** Methods that change their object, which Hugging Face's sandbox forbids. */
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Access() {}

  /** {@code value.name}: a method first, then an item. */
  static Value attribute(Env env, Value value, String name) {
    Value found = own(value, name);
    if (found == null && value instanceof Value.Dict d) {
      found = d.get(name);
    }
    return found != null ? found : missing(value, Value.own(name));
  }

  /** What the filter {@code attr} finds: no items. */
  static Value attributeOnly(Value value, String name) {
    Value found = own(value, name);
    return found != null ? found : missing(value, Value.own(name));
  }

  /** {@code value[key]}: an item first, then a method. */
  static Value item(Env env, Value value, Value key) {
    Value found = direct(env, value, key);
    if (found == null && key instanceof Value.Str name) {
      found = own(value, name.string());
    }
    return found != null ? found : missing(value, key);
  }

  /** What Python's {@code getattr} finds, or null. */
  private static Value own(Value value, String name) {
    switch (value) {
      case Value.Undefined u -> throw new Fault(u.message());
      case Value.Namespace n when n.entries().containsKey(name) -> {
        return n.entries().get(name);
      }
      case Value.Thing t -> {
        Value found = t.attribute(name);
        if (found != null) {
          return found;
        }
      }
      case Value.Seq s when s.kind() == Value.Kind.GROUP && name.equals("grouper") -> {
        return s.items().getFirst();
      }
      case Value.Seq s when s.kind() == Value.Kind.GROUP && name.equals("list") -> {
        return s.items().getLast();
      }
      default -> {}
    }
    if (isForbidden(value, name)) {
      return new Value.Undefined(
          "access to attribute '" + name + "' of '" + value.type() + "' object is unsafe.");
    }
    Builtin method = methods(value).get(name);
    return method == null ? null : new Builtin.Bindable(method, value);
  }

  private static boolean isForbidden(Value value, String name) {
    return name.startsWith("__") && name.endsWith("__")
        || value instanceof Value.Seq s
            && s.kind() == Value.Kind.LIST
            && LIST_CHANGES.contains(name)
        || value instanceof Value.Dict && DICT_CHANGES.contains(name);
  }

  private static Map<String, Builtin> methods(Value value) {
    return switch (value) {
      case Value.Str s -> StringMethods.TABLE;
      case Value.Dict d -> DICT_METHODS;
      case Value.Seq s when s.kind().isIndexed() -> LIST_METHODS;
      case Value.Int i -> INT_METHODS;
      case Value.Bool b -> INT_METHODS;
      case Value.Real r -> FLOAT_METHODS;
      default -> Map.of();
    };
  }

  /** What Python's {@code value[key]} finds, or null. */
  private static Value direct(Env env, Value value, Value key) {
    return switch (value) {
      case Value.Undefined u -> throw new Fault(u.message());
      case Value.Dict d -> isHashable(key) ? d.get(env, key) : null;
      case Value.Seq s when s.kind().isIndexed() && Numbers.isInt(key) -> {
        int i = place(key, s.items().size());
        yield i < 0 ? null : s.items().get(i);
      }
      case Value.Str s when Numbers.isInt(key) -> {
        int i = place(key, Strings.length(env, s.text()));
        yield i < 0 ? null : character(env, s, i);
      }
      default -> null;
    };
  }

  private static Value character(Env env, Value.Str s, int place) {
    env.meter().read(place / 4);
    int from = Strings.offset(s.text(), place);
    int to = from + Character.charCount(s.string().codePointAt(from));
    return new Value.Str(s.text().slice(from, to), s.safe());
  }

  private static boolean isHashable(Value key) {
    return !(key instanceof Value.Dict || key instanceof Value.Seq s && !s.kind().isTuple());
  }

  /** The place of an index, which may count from the end; −1 if there is none. */
  private static int place(Value key, int size) {
    long i = Numbers.index(key);
    long from = i < 0 ? i + size : i;
    return from < 0 || from >= size ? -1 : (int) from;
  }

  static Value.Undefined missing(Value value, Value key) {
    return new Value.Undefined(
        key instanceof Value.Str name
            ? "'" + value.words() + "' has no attribute '" + name.string() + "'"
            : value.words() + " has no element " + keyText(key));
  }

  private static String keyText(Value key) {
    return switch (key) {
      case Value.Int i -> i.value().toString();
      case Value.Real r -> NumberText.repr(r.value());
      case Value.Bool b -> b.value() ? "True" : "False";
      case Value.None n -> "None";
      default -> "of type " + key.type();
    };
  }

  /** {@code value[from:to:step]}; absent parts are None. */
  static Value slice(Env env, Value value, Value from, Value to, Value step) {
    if (value instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (!(value instanceof Value.Str || value instanceof Value.Seq q && q.kind().isIndexed())) {
      throw new Fault(
          value instanceof Value.Dict
              ? "unhashable type: 'slice'"
              : "'" + value.type() + "' object is not subscriptable");
    }
    if (!isPart(from) || !isPart(to) || !isPart(step)) {
      throw new Fault("slice indices must be integers or None or have an __index__ method");
    }
    int size = env.length(value);
    long by = step instanceof Value.None ? 1 : Numbers.index(step);
    if (by == 0) {
      throw new Fault("slice step cannot be zero");
    }
    long lowest = by > 0 ? 0 : -1;
    long highest = by > 0 ? size : size - 1L;
    long begin = part(from, size, by > 0 ? lowest : highest, lowest, highest);
    long end = part(to, size, by > 0 ? highest : lowest, lowest, highest);
    if (value instanceof Value.Str s) {
      return new Value.Str(slice(env, s.text(), begin, end, by), s.safe());
    }
    Value.Seq seq = (Value.Seq) value;
    List<Value> items = new ArrayList<>();
    for (long i = begin; by > 0 ? i < end : i > end; i += by) {
      env.meter().steps(1);
      items.add(seq.items().get((int) i));
    }
    Value.Kind kind = seq.kind() == Value.Kind.GROUP ? Value.Kind.TUPLE : seq.kind();
    return new Value.Seq(kind, items);
  }

  private static Text slice(Env env, Text text, long begin, long end, long by) {
    if (by == 1) {
      int from = Strings.offset(text, (int) begin);
      int to = Strings.offset(text, (int) Math.max(begin, end));
      env.meter().read(to);
      return text.slice(from, to);
    }
    env.meter().read(text.length());
    int[] offsets = new int[Strings.length(env, text) + 1];
    for (int i = 0; i + 1 < offsets.length; i++) {
      int c = text.string().codePointAt(offsets[i]);
      offsets[i + 1] = offsets[i] + Character.charCount(c);
    }
    Text.Builder out = env.builder();
    for (long i = begin; by > 0 ? i < end : i > end; i += by) {
      out.add(text, offsets[(int) i], offsets[(int) i + 1]);
    }
    return out.build();
  }

  private static boolean isPart(Value part) {
    return part instanceof Value.None || Numbers.isInt(part);
  }

  private static long part(Value part, int size, long absent, long lowest, long highest) {
    if (part instanceof Value.None) {
      return absent;
    }
    long i = Numbers.index(part);
    return Math.clamp(i < 0 ? i + size : i, lowest, highest);
  }

  /** A place from the end if it is negative, within 0 to {@code size}. */
  static long clamped(long place, int size) {
    return Math.clamp(place < 0 ? place + size : place, 0L, size);
  }

  private static Value get(Env env, Bound a) {
    Value found = ((Value.Dict) a.get(0)).get(env, a.get(1));
    return found != null ? found : a.get(2, Value.NONE);
  }

  /** {@code dict.items()}. */
  static Value items(Env env, Value.Dict dict) {
    return view(env, dict, Value.Kind.ITEMS, e -> Value.tuple(e.key(), e.value()));
  }

  private static Value view(
      Env env, Bound a, Value.Kind kind, Function<Value.Dict.Entry, Value> part) {
    return view(env, (Value.Dict) a.get(0), kind, part);
  }

  private static Value view(
      Env env, Value.Dict dict, Value.Kind kind, Function<Value.Dict.Entry, Value> part) {
    env.meter().steps(dict.entries().size());
    return new Value.Seq(kind, dict.entries().values().stream().map(part).toList());
  }

  private static Value count(Env env, Bound a) {
    long n = 0;
    for (Value item : ((Value.Seq) a.get(0)).items()) {
      env.meter().steps(1);
      n += Comparison.equal(env, item, a.get(1)) ? 1 : 0;
    }
    return Value.of(n);
  }

  private static Value index(Env env, Bound a) {
    List<Value> items = ((Value.Seq) a.get(0)).items();
    long end = clamped(a.integer(3, items.size()), items.size());
    for (long i = clamped(a.integer(2, 0), items.size()); i < end; i++) {
      env.meter().steps(1);
      if (Comparison.equal(env, items.get((int) i), a.get(1))) {
        return Value.of(i);
      }
    }
    throw new Fault("the value is not in the list");
  }

  private static boolean isWhole(double d) {
    return d == Math.rint(d) && !Double.isInfinite(d);
  }
}
