package dev.jora.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What filters sort, group and choose by. */
final class Keys {
  private Keys() {}

  /** What reads an attribute such as {@code a.b.0}; without one, the value itself. */
  static UnaryOperator<Value> getter(Env env, Value attribute, Value fallback) {
    List<Value> parts = new ArrayList<>();
    if (attribute instanceof Value.Str path) {
      for (Value each : Strings.split(env, path.text(), ".", -1, false)) {
        String part = ((Value.Str) each).string();
        boolean number = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
        parts.add(number ? NumberText.integerLiteral(part) : Value.own(part));
      }
    } else if (attribute != null && !(attribute instanceof Value.None)) {
      parts.add(attribute);
    }
    return value -> {
      Value at = value;
      env.meter().steps(1);
      for (Value part : parts) {
        env.meter().steps(1);
        at = Access.item(env, at, part);
        if (fallback != null && at instanceof Value.Undefined) {
          at = fallback;
        }
      }
      return at;
    };
  }

  /** A key as it compares: strings in lower case, unless case counts. */
  static Value folded(Env env, Value key, boolean caseSensitive) {
    return !caseSensitive && key instanceof Value.Str s
        ? Value.of(Strings.lower(env, s.text()))
        : key;
  }

  /** What reads an attribute as a key. */
  static UnaryOperator<Value> key(Env env, Value attribute, boolean caseSensitive) {
    UnaryOperator<Value> getter = getter(env, attribute, null);
    return value -> folded(env, getter.apply(value), caseSensitive);
  }
}
