package dev.jora.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A row of the tables of filters, tests, functions and methods. Of filters, tests and methods the
 * first argument is what stands before them.
 *
 * @param parameters names; optional ones end in {@code =}; {@code *} and {@code **} take the rest
 */
record Builtin(String name, List<String> parameters, Body body) {
  /** What a builtin does. */
  interface Body {
    Value call(Env env, Bound arguments);
  }

  /** Arguments as a template gives them. */
  record Call(List<Value> positional, Map<String, Value> named) {
    static Call of(Value... positional) {
      return new Call(List.of(positional), Map.of());
    }

    /** With one more in front. */
    Call after(Value first) {
      List<Value> all = new ArrayList<>(positional.size() + 1);
      all.add(first);
      all.addAll(positional);
      return new Call(all, named);
    }
  }

  /** A row; parameters with spaces between them. */
  static Builtin row(String name, String parameters, Body body) {
    return new Builtin(name, parameters.isEmpty() ? List.of() : words(parameters), body);
  }

  private static List<String> words(String parameters) {
    return List.of(parameters.split(" "));
  }

  /** A table by names. */
  static Map<String, Builtin> table(Builtin... rows) {
    return List.of(rows).stream().collect(Collectors.toMap(Builtin::name, Function.identity()));
  }

  Value call(Env env, Call call) {
    env.meter().steps(call.positional().size() + call.named().size());
    return body.call(env, bind(call));
  }

  private Bound bind(Call call) {
    Value[] values = new Value[parameters.size()];
    List<Value> rest = List.of();
    Map<String, Value> named = new LinkedHashMap<>(call.named());
    int given = call.positional().size();
    int used = 0;
    boolean takesNamed = false;
    for (int i = 0; i < values.length; i++) {
      String parameter = parameters.get(i);
      if (parameter.equals("**")) {
        takesNamed = true;
      } else if (parameter.equals("*")) {
        rest = call.positional().subList(Math.min(used, given), given);
        used = given;
      } else {
        String plain = parameter.replace("=", "");
        values[i] = used < given ? call.positional().get(used++) : named.remove(plain);
        if (values[i] == null && plain.equals(parameter)) {
          throw new Fault(name + "() missing required argument: '" + plain + "'");
        }
      }
    }
    if (used < given) {
      throw new Fault(name + "() takes " + used + " arguments but " + given + " were given");
    }
    if (!takesNamed && !named.isEmpty()) {
      String first = named.keySet().iterator().next();
      throw new Fault(name + "() got an unexpected keyword argument '" + first + "'");
    }
    return new Bound(name, values, rest, named);
  }

  /** Arguments in the order of the parameters; null where an optional one is absent. */
  record Bound(String name, Value[] values, List<Value> rest, Map<String, Value> named) {
    Value get(int i) {
      return values[i];
    }

    Value get(int i, Value fallback) {
      return values[i] == null ? fallback : values[i];
    }

    /** True if it is given and not None. */
    boolean has(int i) {
      return values[i] != null && !(values[i] instanceof Value.None);
    }

    boolean flag(int i, boolean fallback) {
      return values[i] == null ? fallback : values[i].isTrue();
    }

    long integer(int i, long fallback) {
      return has(i) ? Numbers.index(values[i]) : fallback;
    }

    /** A count that memory must hold; the meter knows what is too much. */
    int count(int i, int fallback) {
      return Math.clamp(integer(i, fallback), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** A string, and nothing that could become one. */
    Text text(int i) {
      if (values[i] instanceof Value.Str s) {
        return s.text();
      }
      throw new Fault(name + "() argument must be str, not " + values[i].type());
    }

    String string(int i) {
      return text(i).string();
    }

    String string(int i, String fallback) {
      return has(i) ? string(i) : fallback;
    }
  }

  /** A builtin as a value: a function, or a method with its object. */
  record Bindable(Builtin builtin, Value self) implements Value.Thing {
    @Override
    public String type() {
      return "builtin_function_or_method";
    }

    @Override
    public Value call(Env env, Call call) {
      return builtin.call(env, self == null ? call : call.after(self));
    }
  }
}
