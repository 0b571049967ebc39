package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every template can call by name. */
final class Functions {
  /** As in Jinja's sandbox. */
  private static final int LONGEST_RANGE = 100_000;

  /** By name, ready to be looked up as variables. */
  static final Map<String, Value> GLOBALS = new HashMap<>();

  static {
    for (Builtin function :
        List.of(
            row("cycler", "*", (env, a) -> new Cycler(a.rest())),
            row("dict", "* **", Functions::dict),
            row("joiner", "sep=", (env, a) -> new Joiner(a.get(0, Value.own(", ")))),
            row("lipsum", "n= html= min= max=", Chance::lipsum),
            row("namespace", "* **", Functions::namespace),
            row("raise_exception", "message", Functions::raise),
            row("range", "start stop= step=", Functions::range),
            row("strftime_now", "format", Functions::now))) {
      GLOBALS.put(function.name(), new Builtin.Bindable(function, null));
    }
  }

  private Functions() {}

  private static Value.Dict dict(Env env, Bound a) {
    Value.Dict dict = Value.Dict.empty();
    if (a.rest().size() > 1) {
      throw new Fault("dict expected at most 1 argument, got " + a.rest().size());
    }
    for (Value from : a.rest()) {
      if (from instanceof Value.Undefined u) {
        throw new Fault(u.message());
      }
      Value pairs = from instanceof Value.Dict d ? Access.items(env, d) : from;
      for (Value pair : env.items(pairs)) {
        List<Value> two = env.items(pair);
        if (two.size() != 2) {
          throw new Fault(
              "dictionary update sequence element has length " + two.size() + "; 2 is required");
        }
        dict.put(env, two.getFirst(), two.getLast());
      }
    }
    a.named().forEach((name, value) -> dict.put(env, Value.own(name), value));
    return dict;
  }

  private static Value namespace(Env env, Bound a) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Value.Dict.Entry entry : dict(env, a).entries().values()) {
      entries.put(env.str(entry.key()).string(), entry.value());
    }
    return new Value.Namespace(entries);
  }

  private static Value raise(Env env, Bound a) {
    throw new Fault(env.str(a.get(0)).string());
  }

  private static Value range(Env env, Bound a) {
    long first = Numbers.index(a.get(0));
    long start = a.get(1) == null ? 0 : first;
    long stop = a.get(1) == null ? first : Numbers.index(a.get(1));
    long step = a.get(2) == null ? 1 : Numbers.index(a.get(2));
    if (step == 0) {
      throw new Fault("range() arg 3 must not be zero");
    }
    List<Value> items = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      if (items.size() == LONGEST_RANGE) {
        throw new Fault("Range too big. The sandbox blocks ranges larger than " + LONGEST_RANGE);
      }
      env.meter().steps(1);
      items.add(Value.of(i));
    }
    return new Value.Seq(Value.Kind.RANGE, items);
  }

  private static Value now(Env env, Bound a) {
    Text format = a.text(0);
    env.meter().read(format.length());
    return Value.of(
        env.builder()
            .add(Strftime.format(env.now(), format.string()), format, 0, format.length())
            .build());
  }

  /** {@code cycler('a', 'b')}: its values in turn. */
  private static final class Cycler implements Value.Thing {
    private final List<Value> items;
    private int place;

    Cycler(List<Value> items) {
      if (items.isEmpty()) {
        throw new Fault("at least one item has to be provided");
      }
      this.items = List.copyOf(items);
    }

    @Override
    public String type() {
      return "jinja2.utils.Cycler";
    }

    @Override
    public boolean isCallable() {
      return false;
    }

    @Override
    public Value attribute(String name) {
      return switch (name) {
        case "current" -> items.get(place);
        case "next" -> method("next", this::next);
        case "reset" ->
            method(
                "reset",
                (env, a) -> {
                  place = 0;
                  return Value.NONE;
                });
        default -> null;
      };
    }

    private static Value method(String name, Builtin.Body body) {
      return new Builtin.Bindable(row(name, "", body), null);
    }

    private Value next(Env env, Bound a) {
      Value item = items.get(place);
      place = (place + 1) % items.size();
      return item;
    }
  }

  /** {@code joiner(', ')}: nothing the first time it is called, then the separator. */
  private static final class Joiner implements Value.Thing {
    private final Value separator;
    private boolean used;

    Joiner(Value separator) {
      this.separator = separator;
    }

    @Override
    public String type() {
      return "jinja2.utils.Joiner";
    }

    @Override
    public Value call(Env env, Builtin.Call arguments) {
      boolean first = !used;
      used = true;
      return first ? Value.own("") : separator;
    }
  }
}
