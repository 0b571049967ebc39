package dev.jora.template;

import java.util.HashMap;
import java.util.Map;

/** Names and what they stand for, those of the scope around included. */
final class Scope {
  private final Scope outer;
  private final Map<String, Value> values;

  /** A scope within another. */
  Scope(Scope outer) {
    this(outer, new HashMap<>());
  }

  /** A scope with these values; {@code outer} may be null. */
  Scope(Scope outer, Map<String, Value> values) {
    this.outer = outer;
    this.values = values;
  }

  /** The value of a name, or null. */
  Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** Sets a name in this scope. */
  void set(String name, Value value) {
    values.put(name, value);
  }
}
