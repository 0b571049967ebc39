package dev.jora.kernel.x86;

import java.util.function.Supplier;

/** What is made when it is first asked for, once for all threads. */
final class Lazy<T> {
  private final Supplier<T> maker;
  private volatile T made;

  Lazy(Supplier<T> maker) {
    this.maker = maker;
  }

  T get() {
    T present = made;
    return present != null ? present : make();
  }

  private synchronized T make() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }
}
