package dev.jora.convert.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle builds. Values may contain themselves, so nothing here walks through them: those
 * that contain others are the same only if they are one. What may be a key compares, so that a dict
 * stays fast whatever keys somebody thinks of.
 */
sealed interface PickleValue {
  /** Numbers that no tensor needs, bytes, sets, settings: there, and not looked at. */
  enum Other implements PickleValue {
    NONE,
    NUMBER,
    BYTES,
    SET,
    SETTINGS
  }

  /** True or false. */
  enum Truth implements PickleValue {
    TRUE,
    FALSE
  }

  /** A whole number of 64 bits. */
  record Whole(long value) implements PickleValue, Comparable<Whole> {
    @Override
    public int compareTo(Whole other) {
      return Long.compare(value, other.value);
    }
  }

  /** A text; bytes that are no UTF-8 are escaped as {@link dev.jora.gguf.Utf8} has it. */
  record Text(String value) implements PickleValue, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }
  }

  /** A class or function of Python that is known here. */
  record Global(PickleGlobal known, ElementType type) implements PickleValue {}

  /** A tuple. */
  final class Tuple implements PickleValue {
    final List<PickleValue> items;

    Tuple(List<PickleValue> items) {
      this.items = items;
    }

    /** The item there; {@link Other#NONE} where there is none. */
    PickleValue get(int index) {
      return index < items.size() ? items.get(index) : Other.NONE;
    }
  }

  /** A list. */
  final class Items implements PickleValue {
    final List<PickleValue> items = new ArrayList<>();
  }

  /** A dict, in the order in which its keys came. */
  final class Dict implements PickleValue {
    final Map<PickleValue, PickleValue> items = new LinkedHashMap<>();

    PickleValue get(String key) {
      return items.get(new Text(key));
    }
  }

  /**
   * A storage that lies elsewhere in the file.
   *
   * @param type of its elements; null for bytes of any type
   * @param key its name in the file
   * @param elements how many it has in all
   * @param from first element of the part that is meant
   * @param length elements of that part
   */
  record Storage(ElementType type, String key, long elements, long from, long length)
      implements PickleValue {
    /** Bytes of all its elements, or -1 where they cannot be counted. */
    long bytes() {
      return Extents.bytes(type == null ? ElementType.U8 : type, new long[] {elements});
    }
  }

  /**
   * A view of a storage, checked: all its elements lie within.
   *
   * @param offset of its first element in the whole storage, in elements of its type
   */
  record View(Storage storage, ElementType type, long offset, long[] shape, long[] strides)
      implements PickleValue {}

  /** Where a sequence of items begins on the stack. */
  enum Mark implements PickleValue {
    MARK
  }
}
