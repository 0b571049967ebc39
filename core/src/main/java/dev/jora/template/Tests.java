package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** The tests: what stands behind {@code is}. */
final class Tests {
  static final Map<String, Builtin> TABLE = new HashMap<>();

  static {
    add("boolean", v -> v instanceof Value.Bool);
    add("callable", v -> v instanceof Value.Undefined || isCallable(v));
    add("defined", v -> !(v instanceof Value.Undefined));
    add("escaped", v -> v instanceof Value.Str s && s.safe());
    add("false", v -> v instanceof Value.Bool b && !b.value());
    add("float", v -> v instanceof Value.Real);
    add("integer", v -> v instanceof Value.Int);
    add("iterable", Env::isIterable);
    add("mapping", v -> v instanceof Value.Dict);
    add("none", v -> v instanceof Value.None);
    add("number", Numbers::isNumber);
    add("sequence", Tests::isSequence);
    add("string", v -> v instanceof Value.Str);
    add("true", v -> v instanceof Value.Bool b && b.value());
    add("undefined", v -> v instanceof Value.Undefined);
    put(
        row(
            "filter",
            "value",
            (env, a) ->
                Value.of(env.hash(a.get(0)) instanceof String name && Filters.find(name) != null)));
    put(
        row(
            "test",
            "value",
            (env, a) -> Value.of(env.hash(a.get(0)) instanceof String name && find(name) != null)));
    add("sameas", "other", (v, other) -> v == other || same(v, other));
    compare(Comparison.EQUAL, "eq", "equalto", "==");
    compare(Comparison.NOT_EQUAL, "ne", "!=");
    compare(Comparison.LESS, "lt", "lessthan", "<");
    compare(Comparison.LESS_OR_EQUAL, "le", "<=");
    compare(Comparison.GREATER, "gt", "greaterthan", ">");
    compare(Comparison.GREATER_OR_EQUAL, "ge", ">=");
    compare(Comparison.IN, "in");
    put(row("divisibleby", "value num", (env, a) -> remainder(env, a.get(0), a.get(1), 0)));
    put(row("even", "value", (env, a) -> remainder(env, a.get(0), Value.of(2), 0)));
    put(row("odd", "value", (env, a) -> remainder(env, a.get(0), Value.of(2), 1)));
    put(row("lower", "value", (env, a) -> method(env, a, "islower")));
    put(row("upper", "value", (env, a) -> method(env, a, "isupper")));
  }

  private Tests() {}

  private static void put(Builtin row) {
    TABLE.put(row.name(), row);
  }

  private static void add(String name, Predicate<Value> test) {
    put(row(name, "value", (env, a) -> Value.of(test.test(a.get(0)))));
  }

  private static void add(String name, String other, BiPredicate<Value, Value> test) {
    put(row(name, "value " + other, (env, a) -> Value.of(test.test(a.get(0), a.get(1)))));
  }

  private static void compare(Comparison comparison, String... names) {
    for (String name : names) {
      put(
          row(
              name,
              "value other",
              (env, a) -> Value.of(comparison.apply(env, a.get(0), a.get(1)))));
    }
  }

  /** The test of a name, or null. */
  static Builtin find(String name) {
    return TABLE.get(name);
  }

  /** The test of a name. */
  static Builtin get(String name) {
    Builtin test = find(name);
    if (test == null) {
      throw new Fault("No test named '" + name + "'");
    }
    return test;
  }

  private static boolean isCallable(Value value) {
    return value instanceof Value.Thing t && t.isCallable();
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Value.Str s -> true;
      case Value.Dict d -> true;
      case Value.Undefined u -> true;
      case Value.Seq s -> s.kind().isIndexed();
      default -> false;
    };
  }

  /** Python has one object each of these, and of small integers. */
  private static boolean same(Value a, Value b) {
    return switch (a) {
      case Value.None n -> b instanceof Value.None;
      case Value.Bool x -> b instanceof Value.Bool y && x.value() == y.value();
      case Value.Int x -> b instanceof Value.Int y && x.value().equals(y.value());
      default -> false;
    };
  }

  private static Value remainder(Env env, Value value, Value by, int expected) {
    Value rest = Arithmetic.MODULO.apply(env, value, by);
    return Value.of(Comparison.equal(env, rest, new Value.Int(BigInteger.valueOf(expected))));
  }

  private static Value method(Env env, Bound a, String name) {
    return StringMethods.TABLE.get(name).call(env, Builtin.Call.of(Value.of(env.str(a.get(0)))));
  }
}
