package dev.jora.kernel.x86;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Code for numbers of tokens or rows, from 1 on, each assembled when it is first needed. */
final class PerCount<T> {
  private final List<Lazy<T>> codes = new ArrayList<>();

  PerCount(int most, IntFunction<T> assemble) {
    for (int i = 1; i <= most; i++) {
      int count = i;
      codes.add(new Lazy<>(() -> assemble.apply(count)));
    }
  }

  T get(int count) {
    return codes.get(count - 1).get();
  }
}
