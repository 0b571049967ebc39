package dev.jora.grammar;

import java.util.Arrays;

/** A growing array of ints. */
final class IntList {
  private int[] values = new int[64];
  private int size;

  /** Adds a value and returns its index. */
  int add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.multiplyExact(2, size));
    }
    values[size] = value;
    return size++;
  }

  void set(int index, int value) {
    values[index] = value;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /** The values in ascending order, each once. */
  int[] sorted() {
    return Arrays.stream(values, 0, size).sorted().distinct().toArray();
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
