package dev.jora.template;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;

/**
 * What a rendering has besides values.
 *
 * @param now what {@code strftime_now} sees
 * @param random what chance there is
 */
record Env(Meter meter, LocalDateTime now, Random random) {
  Text.Builder builder() {
    return new Text.Builder(meter);
  }

  /** Python's {@code str}. */
  Text str(Value value) {
    if (value instanceof Value.Str s) {
      return s.text();
    }
    Text.Builder out = builder();
    new Printer(this, out).str(value);
    return out.build();
  }

  /** The values of what can be iterated over. */
  Iterator<Value> iterator(Value value) {
    return switch (value) {
      case Value.Seq s -> metered(s.items().iterator());
      case Value.Dict d -> metered(d.entries().values().stream().map(e -> e.key()).iterator());
      case Value.Lazy l -> metered(l.items());
      case Value.Str s -> characters(s);
      case Value.Undefined u -> List.<Value>of().iterator();
      default -> throw new Fault("'" + value.type() + "' object is not iterable");
    };
  }

  static boolean isIterable(Value value) {
    return switch (value) {
      case Value.Seq s -> true;
      case Value.Dict d -> true;
      case Value.Lazy l -> true;
      case Value.Str s -> true;
      case Value.Undefined u -> true;
      default -> false;
    };
  }

  /** All values of what can be iterated over; a new list. */
  List<Value> items(Value value) {
    List<Value> items = new ArrayList<>();
    iterator(value).forEachRemaining(items::add);
    return items;
  }

  /** What equal keys have in common. */
  Object hash(Value key) {
    return Value.hash(key, meter);
  }

  /** Python's {@code len}. */
  int length(Value value) {
    return switch (value) {
      case Value.Str s -> Strings.length(this, s.text());
      case Value.Seq s -> s.items().size();
      case Value.Dict d -> d.entries().size();
      case Value.Undefined u -> 0;
      default -> throw new Fault("object of type '" + value.type() + "' has no len()");
    };
  }

  private Iterator<Value> metered(Iterator<Value> items) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Value next() {
        meter.steps(1);
        return items.next();
      }
    };
  }

  private Iterator<Value> characters(Value.Str s) {
    Text text = s.text();
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < text.length();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        meter.steps(1);
        int from = at;
        at += Character.charCount(text.string().codePointAt(from));
        return Value.of(text.slice(from, at));
      }
    };
  }
}
