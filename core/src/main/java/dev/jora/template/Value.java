package dev.jora.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a template, as Python has it. Immutable but for {@link Namespace}. */
public sealed interface Value {
  /** Deeper data is refused. */
  int DEEPEST = 200;

  /** Parts of tuples that are keys, all told. */
  int LARGEST_KEY = 10_000;

  Value NONE = new None();
  Value TRUE = new Bool(true);
  Value FALSE = new Bool(false);

  /** The name of the type in Python. */
  String type();

  /** {@code None}. */
  record None() implements Value {
    @Override
    public String type() {
      return "NoneType";
    }
  }

  /** What is not there. Most uses fail, and say so with {@code message}. */
  record Undefined(String message) implements Value {
    @Override
    public String type() {
      return "Undefined";
    }
  }

  /** {@code True}, {@code False}; numbers 1 and 0 as well. */
  record Bool(boolean value) implements Value {
    @Override
    public String type() {
      return "bool";
    }
  }

  /** An integer of any size. */
  record Int(BigInteger value) implements Value {
    @Override
    public String type() {
      return "int";
    }
  }

  /** A float. */
  record Real(double value) implements Value {
    @Override
    public String type() {
      return "float";
    }
  }

  /**
   * A string.
   *
   * @param safe marked as HTML by the filter {@code safe}: what joins it with + or % is escaped
   */
  record Str(Text text, boolean safe) implements Value {
    @Override
    public String type() {
      return safe ? "Markup" : "str";
    }

    String string() {
      return text.string();
    }
  }

  /** Kinds of sequences, and how Python calls them. */
  enum Kind {
    LIST("list"),
    TUPLE("tuple"),
    /** A tuple of {@code groupby}. */
    GROUP("tuple"),
    RANGE("range"),
    KEYS("dict_keys"),
    VALUES("dict_values"),
    ITEMS("dict_items");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    /** True if it has places, and not only an order. */
    boolean isIndexed() {
      return ordinal() <= RANGE.ordinal();
    }

    boolean isTuple() {
      return this == TUPLE || this == GROUP;
    }
  }

  /** Values one after the other. */
  record Seq(Kind kind, List<Value> items) implements Value {
    @Override
    public String type() {
      return kind.type;
    }
  }

  /** A dict, in the order of its making; by what {@link #hash} makes of keys. */
  record Dict(Map<Object, Entry> entries) implements Value {
    record Entry(Value key, Value value) {}

    @Override
    public String type() {
      return "dict";
    }

    /** The value of a key, or null. */
    Value get(Env env, Value key) {
      Entry entry = entries.get(env.hash(key));
      return entry == null ? null : entry.value();
    }

    Value get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** Adds an entry; for those who make the dict. A key that is there keeps its place. */
    void put(Env env, Value key, Value value) {
      put(env.hash(key), key, value);
    }

    private void put(Object hash, Value key, Value value) {
      Entry old = entries.get(hash);
      entries.put(hash, new Entry(old == null ? key : old.key(), value));
    }

    static Dict empty() {
      return new Dict(new LinkedHashMap<>());
    }
  }

  /** A generator: its values come when they are asked for, and once. */
  record Lazy(Iterator<Value> items) implements Value {
    @Override
    public String type() {
      return "generator";
    }
  }

  /** {@code namespace()}: what blocks can assign to. */
  record Namespace(Map<String, Value> entries) implements Value {
    @Override
    public String type() {
      return "jinja2.utils.Namespace";
    }
  }

  /** What else has attributes or can be called. */
  non-sealed interface Thing extends Value {
    /** An attribute, or null. */
    default Value attribute(String name) {
      return null;
    }

    /** Calls it. */
    default Value call(Env env, Builtin.Call arguments) {
      throw new Fault("'" + type() + "' object is not callable");
    }

    /** What {@code str} makes of it. */
    default String shown() {
      return "<" + type() + ">";
    }

    /** True if {@link #call} works. */
    default boolean isCallable() {
      return true;
    }
  }

  static Value of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Int of(long value) {
    return new Int(BigInteger.valueOf(value));
  }

  static Str of(Text text) {
    return new Str(text, false);
  }

  /** A string that is the template's own. */
  static Str own(String string) {
    return of(Text.trusted(string));
  }

  static Seq list(List<Value> items) {
    return new Seq(Kind.LIST, items);
  }

  static Seq tuple(Value... items) {
    return new Seq(Kind.TUPLE, List.of(items));
  }

  /**
   * The value of what a JSON reader gives: null, booleans, numbers, strings, lists, maps by
   * strings, and values.
   *
   * @param trusted true if its strings may hold special tokens
   * @throws IllegalArgumentException for anything else, or nested deeper than {@link #DEEPEST}
   */
  static Value of(Object json, boolean trusted) {
    return of(json, trusted, 0);
  }

  private static Value of(Object json, boolean trusted, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("data nested deeper than " + DEEPEST + " levels");
    }
    return switch (json) {
      case null -> NONE;
      case Value value -> value;
      case Boolean b -> of(b.booleanValue());
      case String s -> of(trusted ? Text.trusted(s) : Text.data(s));
      case BigInteger i -> new Int(i);
      case Integer i -> of(i.longValue());
      case Long i -> of(i.longValue());
      case Double d -> new Real(d);
      case Float f -> new Real(f);
      case BigDecimal d -> new Real(d.doubleValue());
      case List<?> list -> {
        List<Value> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(of(item, trusted, depth + 1)));
        yield list(items);
      }
      case Map<?, ?> map -> {
        Dict dict = Dict.empty();
        map.forEach(
            (k, v) -> {
              Value key = of(k, trusted, depth + 1);
              dict.put(hash(key, null), key, of(v, trusted, depth + 1));
            });
        yield dict;
      }
      default ->
          throw new IllegalArgumentException("no JSON value: " + json.getClass().getSimpleName());
    };
  }

  /** What equal keys have in common; {@code meter} may be null. */
  static Object hash(Value key, Meter meter) {
    return hash(key, meter, new int[] {LARGEST_KEY});
  }

  private static Object hash(Value key, Meter meter, int[] left) {
    if (--left[0] < 0) {
      throw new Fault("a key of more than " + LARGEST_KEY + " parts");
    }
    if (meter != null) {
      meter.steps(1);
      meter.read(key instanceof Str s ? s.string().length() : 0);
    }
    return switch (key) {
      case Str s -> s.string();
      case Int i -> i.value();
      case Bool b -> b.value() ? BigInteger.ONE : BigInteger.ZERO;
      case Real r -> {
        double d = r.value();
        boolean whole = d == Math.rint(d) && !Double.isInfinite(d);
        yield whole ? new BigDecimal(d).toBigInteger() : (Object) d;
      }
      case Seq s when s.kind().isTuple() -> {
        List<Object> parts = new ArrayList<>(s.items().size());
        s.items().forEach(item -> parts.add(hash(item, meter, left)));
        yield new Parts(parts);
      }
      case Undefined u -> Undefined.class;
      case Seq s when s.kind() == Kind.RANGE ->
          s.items().isEmpty()
              ? Kind.RANGE
              : new Parts(
                  List.of(
                      s.items().size(),
                      Numbers.index(s.items().getFirst()),
                      Numbers.index(s.items().getLast())));
      case Seq s -> throw unhashable(key);
      case Dict d -> throw unhashable(key);
      default -> new Same(key);
    };
  }

  /** The parts of a key; in an order, so that a map finds them even where their hashes are one. */
  record Parts(List<Object> parts) implements Comparable<Parts> {
    @Override
    public int compareTo(Parts other) {
      int order = Integer.compare(parts.size(), other.parts.size());
      for (int i = 0; order == 0 && i < parts.size(); i++) {
        order = compare(parts.get(i), other.parts.get(i));
      }
      return order;
    }

    @SuppressWarnings("unchecked") // of one class, as all these classes compare
    private static int compare(Object a, Object b) {
      return a.getClass() == b.getClass() && a instanceof Comparable<?> c
          ? ((Comparable<Object>) c).compareTo(b)
          : a.getClass().getName().compareTo(b.getClass().getName());
    }
  }

  /** A key that is equal to nothing but itself. */
  record Same(Value value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Same s && s.value == value;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(value);
    }
  }

  private static Fault unhashable(Value value) {
    return new Fault("unhashable type: '" + value.type() + "'");
  }

  /** What {@code if} makes of a value. */
  default boolean isTrue() {
    return switch (this) {
      case None n -> false;
      case Undefined u -> false;
      case Bool b -> b.value();
      case Int i -> i.value().signum() != 0;
      case Real r -> r.value() != 0;
      case Str s -> s.text().length() > 0;
      case Seq s -> !s.items().isEmpty();
      case Dict d -> !d.entries().isEmpty();
      case Lazy l -> true;
      case Namespace n -> true;
      case Thing t -> true;
    };
  }

  /** How messages call it: {@code 'list object'}. */
  default String words() {
    return this instanceof None ? "None" : type() + " object";
  }
}
