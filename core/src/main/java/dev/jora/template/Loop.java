package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code loop}: where a loop is. Values are asked for one at a time, and ahead only if need be. */
final class Loop implements Value.Thing {
  private final Env env;
  private final Value source;
  private final int depth;
  private Iterator<Value> items;
  private long index0 = -1;
  private long length = -1;
  private Value before;
  private Value current;
  private Value after;
  private Value lastChecked;

  /** Runs the loop over other values, if it is recursive. */
  UnaryOperator<Value> recursion;

  /** A loop over {@code items}; {@code source} is what they come from, or null. */
  Loop(Env env, Value source, Iterator<Value> items, int depth) {
    this.env = env;
    this.source = source;
    this.items = items;
    this.depth = depth;
  }

  /** Goes on to the next value, if there is one. */
  boolean next() {
    Value next = peek();
    if (next == null) {
      return false;
    }
    before = current;
    current = next;
    after = null;
    index0++;
    return true;
  }

  Value current() {
    return current;
  }

  /** The next value, or null. */
  private Value peek() {
    if (after == null && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  private long length() {
    if (length < 0) {
      switch (source) {
        case Value.Seq s -> length = s.items().size();
        case Value.Dict d -> length = d.entries().size();
        case Value.Str s -> length = env.length(s);
        case null, default -> {
          List<Value> rest = new ArrayList<>();
          items.forEachRemaining(rest::add);
          items = rest.iterator();
          length = rest.size() + index0 + 1 + (after != null ? 1 : 0);
        }
      }
    }
    return length;
  }

  @Override
  public String type() {
    return "jinja2.runtime.LoopContext";
  }

  @Override
  public String shown() {
    return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "index" -> Value.of(index0 + 1);
      case "index0" -> Value.of(index0);
      case "revindex" -> Value.of(length() - index0);
      case "revindex0" -> Value.of(length() - index0 - 1);
      case "first" -> Value.of(index0 == 0);
      case "last" -> Value.of(peek() == null);
      case "length" -> Value.of(length());
      case "depth" -> Value.of(depth + 1L);
      case "depth0" -> Value.of(depth);
      case "previtem" -> before != null ? before : new Value.Undefined("there is no previous item");
      case "nextitem" -> {
        Value next = peek();
        yield next != null ? next : new Value.Undefined("there is no next item");
      }
      case "cycle" -> new Builtin.Bindable(row("cycle", "*", this::cycle), null);
      case "changed" -> new Builtin.Bindable(row("changed", "*", this::changed), null);
      default -> null;
    };
  }

  private Value cycle(Env env, Bound a) {
    if (a.rest().isEmpty()) {
      throw new Fault("no items for cycling given");
    }
    return a.rest().get((int) (index0 % a.rest().size()));
  }

  private Value changed(Env env, Bound a) {
    Value now = new Value.Seq(Value.Kind.TUPLE, List.copyOf(a.rest()));
    boolean same = lastChecked != null && Comparison.equal(env, lastChecked, now);
    lastChecked = now;
    return Value.of(!same);
  }

  @Override
  public Value call(Env env, Builtin.Call call) {
    if (recursion == null) {
      throw new Fault("The loop must have the 'recursive' marker to be called recursively.");
    }
    if (call.positional().size() != 1 || !call.named().isEmpty()) {
      throw new Fault("loop() takes one argument");
    }
    return recursion.apply(call.positional().getFirst());
  }
}
