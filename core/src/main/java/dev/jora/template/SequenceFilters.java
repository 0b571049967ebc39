package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters of sequences and mappings. What is a generator in Python is lazy here. */
final class SequenceFilters {
  static final Map<String, Builtin> TABLE =
      Builtin.table(
          row("batch", "value linecount fill_with=", SequenceFilters::batch),
          row("count", "value", (env, a) -> Value.of(env.length(a.get(0)))),
          row("dictsort", "value case_sensitive= by= reverse=", SequenceFilters::dictSort),
          row("first", "seq", SequenceFilters::first),
          row("groupby", "value attribute default= case_sensitive=", SequenceFilters::groupBy),
          row("items", "value", SequenceFilters::items),
          row("join", "value d= attribute=", SequenceFilters::join),
          row("last", "seq", SequenceFilters::last),
          row("length", "value", (env, a) -> Value.of(env.length(a.get(0)))),
          row("list", "value", (env, a) -> Value.list(env.items(a.get(0)))),
          row("map", "value * **", SequenceFilters::map),
          row("max", "value case_sensitive= attribute=", (env, a) -> extreme(env, a, true)),
          row("min", "value case_sensitive= attribute=", (env, a) -> extreme(env, a, false)),
          row("random", "seq", Chance::pick),
          row("reject", "value * **", (env, a) -> select(env, a, false, false)),
          row("rejectattr", "value * **", (env, a) -> select(env, a, true, false)),
          row("reverse", "value", SequenceFilters::reverse),
          row("select", "value * **", (env, a) -> select(env, a, false, true)),
          row("selectattr", "value * **", (env, a) -> select(env, a, true, true)),
          row("slice", "value slices fill_with=", SequenceFilters::slice),
          row("sort", "value reverse= case_sensitive= attribute=", SequenceFilters::sort),
          row("sum", "iterable attribute= start=", SequenceFilters::sum),
          row("unique", "value case_sensitive= attribute=", SequenceFilters::unique));

  private SequenceFilters() {}

  private static Value batch(Env env, Bound a) {
    long size = Numbers.index(a.get(1));
    return Iterators.lazy(
        () -> {
          List<Value> batches = new ArrayList<>();
          List<Value> batch = new ArrayList<>();
          for (Value item : env.items(a.get(0))) {
            if (batch.size() == size) {
              batches.add(Value.list(batch));
              batch = new ArrayList<>();
            }
            batch.add(item);
          }
          if (!batch.isEmpty()) {
            fill(env, batch, size, a);
            batches.add(Value.list(batch));
          }
          return batches.iterator();
        });
  }

  private static void fill(Env env, List<Value> items, long size, Bound a) {
    while (a.has(2) && items.size() < size) {
      env.meter().steps(1);
      items.add(a.get(2));
    }
  }

  private static Value slice(Env env, Bound a) {
    long slices = Numbers.index(a.get(1));
    return Iterators.lazy(
        () -> {
          List<Value> items = env.items(a.get(0));
          if (slices == 0) {
            throw new Fault("integer division or modulo by zero");
          }
          long size = items.size() / slices;
          long longer = items.size() % slices;
          List<Value> result = new ArrayList<>();
          int from = 0;
          for (long i = 0; i < slices; i++) {
            env.meter().steps(1);
            int to = from + (int) size + (i < longer ? 1 : 0);
            List<Value> slice = new ArrayList<>(items.subList(from, to));
            if (a.has(2) && i >= longer) {
              slice.add(a.get(2));
            }
            result.add(Value.list(slice));
            from = to;
          }
          return result.iterator();
        });
  }

  private static Value dictSort(Env env, Bound a) {
    String by = a.string(2, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("You can only sort by either \"key\" or \"value\"");
    }
    if (!(a.get(0) instanceof Value.Dict dict)) {
      throw new Fault(Access.missing(a.get(0), Value.own("items")).message());
    }
    List<Value> pairs = new ArrayList<>();
    List<Value> keys = new ArrayList<>();
    for (Value.Dict.Entry entry : dict.entries().values()) {
      pairs.add(Value.tuple(entry.key(), entry.value()));
      keys.add(Keys.folded(env, by.equals("key") ? entry.key() : entry.value(), a.flag(1, false)));
    }
    return Value.list(Comparison.sorted(env, pairs, keys, a.flag(3, false)));
  }

  private static Value first(Env env, Bound a) {
    Iterator<Value> items = env.iterator(a.get(0));
    return items.hasNext()
        ? items.next()
        : new Value.Undefined("No first item, sequence was empty.");
  }

  private static Value last(Env env, Bound a) {
    Value seq = a.get(0);
    if (seq instanceof Value.Lazy || !Env.isIterable(seq)) {
      throw new Fault("'" + seq.type() + "' object is not reversible");
    }
    List<Value> items = env.items(seq);
    return items.isEmpty()
        ? new Value.Undefined("No last item, sequence was empty.")
        : items.getLast();
  }

  private static Value groupBy(Env env, Bound a) {
    UnaryOperator<Value> getter = Keys.getter(env, a.get(1), a.get(2));
    boolean caseSensitive = a.flag(3, false);
    List<Value> items = env.items(a.get(0));
    List<Value> keys = new ArrayList<>();
    items.forEach(item -> keys.add(Keys.folded(env, getter.apply(item), caseSensitive)));
    List<Value> groups = new ArrayList<>();
    Value key = null;
    List<Value> group = null;
    for (Value item : Comparison.sorted(env, items, keys, false)) {
      Value next = Keys.folded(env, getter.apply(item), caseSensitive);
      if (group == null || !Comparison.equal(env, key, next)) {
        group = new ArrayList<>();
        key = next;
        Value shown = caseSensitive ? key : getter.apply(item);
        groups.add(new Value.Seq(Value.Kind.GROUP, List.of(shown, Value.list(group))));
      }
      group.add(item);
    }
    return Value.list(groups);
  }

  private static Value items(Env env, Bound a) {
    return Iterators.lazy(
        () ->
            switch (a.get(0)) {
              case Value.Undefined u -> List.<Value>of().iterator();
              case Value.Dict d -> env.iterator(Access.items(env, d));
              default -> throw new Fault("Can only get item pairs from a mapping.");
            });
  }

  private static Value join(Env env, Bound a) {
    UnaryOperator<Value> getter = Keys.getter(env, a.get(2), null);
    Iterator<Value> items = Iterators.mapped(env.iterator(a.get(0)), getter);
    Text separator = a.get(1) == null ? Text.EMPTY : env.str(a.get(1));
    return Value.of(Strings.join(env, separator, () -> items, true));
  }

  private static Value map(Env env, Bound a) {
    return Iterators.lazy(
        () -> {
          if (!a.get(0).isTrue()) {
            return List.<Value>of().iterator();
          }
          return Iterators.mapped(env.iterator(a.get(0)), mapper(env, a));
        });
  }

  private static UnaryOperator<Value> mapper(Env env, Bound a) {
    if (a.rest().isEmpty() && a.named().containsKey("attribute")) {
      for (String name : a.named().keySet()) {
        if (!name.equals("attribute") && !name.equals("default")) {
          throw new Fault("Unexpected keyword argument '" + name + "'");
        }
      }
      Value fallback = a.named().get("default");
      return Keys.getter(
          env, a.named().get("attribute"), fallback instanceof Value.None ? null : fallback);
    }
    if (a.rest().isEmpty()) {
      throw new Fault("map requires a filter argument");
    }
    Builtin filter = Filters.get(env.str(a.rest().getFirst()).string());
    Builtin.Call call = rest(a, 1);
    return item -> filter.call(env, call.after(item));
  }

  private static Builtin.Call rest(Bound a, int from) {
    return new Builtin.Call(a.rest().subList(from, a.rest().size()), a.named());
  }

  private static Value select(Env env, Bound a, boolean byAttribute, boolean keep) {
    return Iterators.lazy(
        () -> {
          if (!a.get(0).isTrue()) {
            return List.<Value>of().iterator();
          }
          return Iterators.filtered(env.iterator(a.get(0)), selector(env, a, byAttribute, keep));
        });
  }

  private static Predicate<Value> selector(Env env, Bound a, boolean byAttribute, boolean keep) {
    int used = byAttribute ? 1 : 0;
    if (a.rest().size() < used) {
      throw new Fault("Missing parameter for attribute name");
    }
    UnaryOperator<Value> getter =
        byAttribute ? Keys.getter(env, a.rest().getFirst(), null) : UnaryOperator.identity();
    if (a.rest().size() == used) {
      return item -> getter.apply(item).isTrue() == keep;
    }
    Builtin test = Tests.get(env.str(a.rest().get(used)).string());
    Builtin.Call call = rest(a, used + 1);
    return item -> test.call(env, call.after(getter.apply(item))).isTrue() == keep;
  }

  private static Value extreme(Env env, Bound a, boolean max) {
    UnaryOperator<Value> key = Keys.key(env, a.get(2), a.flag(1, false));
    Iterator<Value> items = env.iterator(a.get(0));
    if (!items.hasNext()) {
      return new Value.Undefined("No aggregated item, sequence was empty.");
    }
    Value best = items.next();
    Value bestKey = key.apply(best);
    while (items.hasNext()) {
      Value item = items.next();
      Value itemKey = key.apply(item);
      Comparison better = max ? Comparison.GREATER : Comparison.LESS;
      if (better.apply(env, itemKey, bestKey)) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best;
  }

  private static Value reverse(Env env, Bound a) {
    Value value = a.get(0);
    if (value instanceof Value.Str s) {
      return Access.slice(env, s, Value.NONE, Value.NONE, Value.of(-1));
    }
    if (!Env.isIterable(value)) {
      throw new Fault("argument must be iterable");
    }
    List<Value> items = env.items(value).reversed();
    return value instanceof Value.Lazy ? Value.list(items) : new Value.Lazy(items.iterator());
  }

  private static Value sort(Env env, Bound a) {
    boolean caseSensitive = a.flag(2, false);
    List<UnaryOperator<Value>> getters = new ArrayList<>();
    if (a.get(3) instanceof Value.Str paths) {
      for (Value path : Strings.split(env, paths.text(), ",", -1, false)) {
        getters.add(Keys.key(env, path, caseSensitive));
      }
    } else {
      getters.add(Keys.key(env, a.get(3), caseSensitive));
    }
    List<Value> items = env.items(a.get(0));
    List<Value> keys = new ArrayList<>();
    for (Value item : items) {
      List<Value> parts = new ArrayList<>();
      getters.forEach(getter -> parts.add(getter.apply(item)));
      keys.add(Value.list(parts));
    }
    return Value.list(Comparison.sorted(env, items, keys, a.flag(1, false)));
  }

  private static Value sum(Env env, Bound a) {
    Value sum = a.get(2, Value.of(0));
    if (sum instanceof Value.Str) {
      throw new Fault("sum() can't sum strings [use ''.join(seq) instead]");
    }
    UnaryOperator<Value> getter = Keys.getter(env, a.get(1), null);
    Iterator<Value> items = env.iterator(a.get(0));
    while (items.hasNext()) {
      sum = Arithmetic.ADD.apply(env, sum, getter.apply(items.next()));
    }
    return sum;
  }

  private static Value unique(Env env, Bound a) {
    UnaryOperator<Value> key = Keys.key(env, a.get(2), a.flag(1, false));
    return Iterators.lazy(
        () -> {
          Set<Object> seen = new HashSet<>();
          return Iterators.filtered(
              env.iterator(a.get(0)), item -> seen.add(env.hash(key.apply(item))));
        });
  }
}
