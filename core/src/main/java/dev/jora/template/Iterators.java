package dev.jora.template;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Values that come when they are asked for. */
final class Iterators {
  private Iterators() {}

  /** A generator whose iterator is made when its first value is asked for. */
  static Value lazy(Supplier<Iterator<Value>> maker) {
    return new Value.Lazy(
        new Iterator<>() {
          private Iterator<Value> items;

          private Iterator<Value> items() {
            if (items == null) {
              items = maker.get();
            }
            return items;
          }

          @Override
          public boolean hasNext() {
            return items().hasNext();
          }

          @Override
          public Value next() {
            return items().next();
          }
        });
  }

  /** The values that pass a test. */
  static Iterator<Value> filtered(Iterator<Value> items, Predicate<Value> test) {
    return new Iterator<>() {
      private Value next;

      @Override
      public boolean hasNext() {
        while (next == null && items.hasNext()) {
          Value item = items.next();
          next = test.test(item) ? item : null;
        }
        return next != null;
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Value item = next;
        next = null;
        return item;
      }
    };
  }

  /** Every value changed. */
  static Iterator<Value> mapped(Iterator<Value> items, UnaryOperator<Value> change) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Value next() {
        return change.apply(items.next());
      }
    };
  }
}
