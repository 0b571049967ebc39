package dev.jora.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The operators that compare, with Python's meaning. */
enum Comparison {
  EQUAL("=="),
  NOT_EQUAL("!="),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  GREATER(">"),
  GREATER_OR_EQUAL(">="),
  IN("in"),
  NOT_IN("not in");

  private final String sign;

  Comparison(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }

  /** The operator of a sign, or null. */
  static Comparison of(String sign) {
    for (Comparison operator : values()) {
      if (operator.sign.equals(sign)) {
        return operator;
      }
    }
    return null;
  }

  boolean apply(Env env, Value left, Value right) {
    return switch (this) {
      case EQUAL -> equal(env, left, right);
      case NOT_EQUAL -> !equal(env, left, right);
      case IN -> contains(env, right, left);
      case NOT_IN -> !contains(env, right, left);
      case LESS -> compare(env, left, right, sign) == -1;
      case LESS_OR_EQUAL -> compare(env, left, right, sign) <= 0;
      case GREATER -> compare(env, left, right, sign) == 1;
      case GREATER_OR_EQUAL -> {
        int order = compare(env, left, right, sign);
        yield order == 0 || order == 1;
      }
    };
  }

  /** Python's {@code ==}. */
  static boolean equal(Env env, Value a, Value b) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return numbers(a, b) == 0;
    }
    return switch (a) {
      case Value.Str s -> b instanceof Value.Str t && textsEqual(env, s.string(), t.string());
      case Value.None n -> b instanceof Value.None;
      case Value.Undefined u -> b instanceof Value.Undefined;
      case Value.Seq s -> b instanceof Value.Seq t && sequencesEqual(env, s, t);
      case Value.Dict d -> b instanceof Value.Dict e && dictsEqual(env, d, e);
      default -> a == b;
    };
  }

  private static boolean textsEqual(Env env, String a, String b) {
    boolean same = a.length() == b.length();
    env.meter().read(same ? a.length() : 0);
    return same && a.equals(b);
  }

  private static boolean sequencesEqual(Env env, Value.Seq a, Value.Seq b) {
    boolean comparable = a.kind() == b.kind() || a.kind().isTuple() && b.kind().isTuple();
    if (!comparable || a.items().size() != b.items().size()) {
      return false;
    }
    env.meter().enter();
    boolean equal = true;
    for (int i = 0; equal && i < a.items().size(); i++) {
      env.meter().steps(1);
      equal = same(env, a.items().get(i), b.items().get(i));
    }
    env.meter().leave();
    return equal;
  }

  private static boolean dictsEqual(Env env, Value.Dict a, Value.Dict b) {
    if (a.entries().size() != b.entries().size()) {
      return false;
    }
    env.meter().enter();
    boolean equal = true;
    for (var entry : a.entries().entrySet()) {
      env.meter().steps(1);
      Value.Dict.Entry other = b.entries().get(entry.getKey());
      equal = other != null && same(env, entry.getValue().value(), other.value());
      if (!equal) {
        break;
      }
    }
    env.meter().leave();
    return equal;
  }

  /** Identical or equal: how members compare. */
  private static boolean same(Env env, Value a, Value b) {
    return a == b || equal(env, a, b);
  }

  /** Python's {@code item in container}. */
  static boolean contains(Env env, Value container, Value item) {
    switch (container) {
      case Value.Str s -> {
        if (item instanceof Value.Str part) {
          return new Search(env.meter(), s.string(), part.string()).next(0) >= 0;
        }
        throw new Fault("'in <string>' requires string as left operand, not " + item.type());
      }
      case Value.Dict d -> {
        return d.get(env, item) != null;
      }
      default -> {
        if (!Env.isIterable(container)) {
          throw new Fault("argument of type '" + container.type() + "' is not iterable");
        }
        Iterator<Value> items = env.iterator(container);
        while (items.hasNext()) {
          if (same(env, items.next(), item)) {
            return true;
          }
        }
        return false;
      }
    }
  }

  /** −1, 0, 1, or 2 where floats have no order; {@code sign} is for the message. */
  private static int compare(Env env, Value a, Value b, String sign) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return numbers(a, b);
    }
    if (a instanceof Value.Str s && b instanceof Value.Str t) {
      env.meter().steps(Math.min(s.text().length(), t.text().length()) / 16);
      return codePoints(s.string(), t.string());
    }
    if (a instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (b instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (a instanceof Value.Seq s
        && b instanceof Value.Seq t
        && (s.kind() == Value.Kind.LIST && t.kind() == Value.Kind.LIST
            || s.kind().isTuple() && t.kind().isTuple())) {
      return sequences(env, s.items(), t.items(), sign);
    }
    throw new Fault(
        "'"
            + sign
            + "' not supported between instances of '"
            + a.type()
            + "' and '"
            + b.type()
            + "'");
  }

  private static int sequences(Env env, List<Value> a, List<Value> b, String sign) {
    env.meter().enter();
    int order = Integer.compare(a.size(), b.size());
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      env.meter().steps(1);
      if (!same(env, a.get(i), b.get(i))) {
        order = compare(env, a.get(i), b.get(i), sign);
        break;
      }
    }
    env.meter().leave();
    return order;
  }

  private static int numbers(Value a, Value b) {
    if (Numbers.isInt(a) && Numbers.isInt(b)) {
      return Numbers.big(a).compareTo(Numbers.big(b));
    }
    double x = a instanceof Value.Real r ? r.value() : 0;
    double y = b instanceof Value.Real r ? r.value() : 0;
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return 2;
    }
    if (a instanceof Value.Real && b instanceof Value.Real) {
      return x < y ? -1 : x > y ? 1 : 0;
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return Double.compare(x, y);
    }
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Value value) {
    return value instanceof Value.Real r
        ? new BigDecimal(r.value())
        : new BigDecimal(Numbers.big(value));
  }

  private static int codePoints(String a, String b) {
    int i = 0;
    int n = Math.min(a.length(), b.length());
    while (i < n && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i == n) {
      return Integer.compare(a.length(), b.length());
    }
    // Surrogates stand for what is above all other characters.
    char x = a.charAt(i);
    char y = b.charAt(i);
    boolean high = Character.isSurrogate(x);
    return high == Character.isSurrogate(y) ? (x < y ? -1 : 1) : high ? 1 : -1;
  }

  /** Sorted by keys as Python does: stable, by {@code <} alone. */
  static List<Value> sorted(Env env, List<Value> items, List<Value> keys, boolean reverse) {
    List<Integer> order = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      order.add(i);
    }
    Integer[] places = order.toArray(Integer[]::new);
    mergeSort(env, places, places.clone(), 0, places.length, keys, reverse);
    List<Value> result = new ArrayList<>(items.size());
    for (int place : places) {
      result.add(items.get(place));
    }
    return result;
  }

  private static void mergeSort(
      Env env, Integer[] to, Integer[] from, int begin, int end, List<Value> keys, boolean down) {
    if (end - begin < 2) {
      return;
    }
    int middle = (begin + end) >>> 1;
    mergeSort(env, from, to, begin, middle, keys, down);
    mergeSort(env, from, to, middle, end, keys, down);
    int left = begin;
    int right = middle;
    for (int i = begin; i < end; i++) {
      boolean takeLeft = right >= end;
      if (left < middle && right < end) {
        env.meter().steps(1);
        Value l = keys.get(from[left]);
        Value r = keys.get(from[right]);
        takeLeft = down ? !LESS.apply(env, l, r) : !LESS.apply(env, r, l);
      }
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
