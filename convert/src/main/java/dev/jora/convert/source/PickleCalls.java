package dev.jora.convert.source;

import dev.jora.convert.source.PickleValue.Dict;
import dev.jora.convert.source.PickleValue.Global;
import dev.jora.convert.source.PickleValue.Items;
import dev.jora.convert.source.PickleValue.Other;
import dev.jora.convert.source.PickleValue.Storage;
import dev.jora.convert.source.PickleValue.Text;
import dev.jora.convert.source.PickleValue.Tuple;
import dev.jora.convert.source.PickleValue.View;
import dev.jora.convert.source.PickleValue.Whole;
import java.util.List;

/** The values that calls in pickles stand for; nothing is called. */
final class PickleCalls {
  /** Elements that a view may have beyond those of its storage, by steps of 0 or overlapping. */
  private static final long MAX_EXPANDED = 1L << 24;

  private final PickleCursor in;

  PickleCalls(PickleCursor in) {
    this.in = in;
  }

  /**
   * What a name means.
   *
   * @throws SourceException if weights have no such name
   */
  Global global(String module, String name) {
    return PickleGlobal.byName(module, name)
        .orElseThrow(
            () ->
                in.fault(
                    "it names %s.%s, which is no part of weights: such a file may run any program"
                        + " where Python reads it; nothing of it was run here",
                    module, name));
  }

  /** The value of a call. */
  PickleValue value(Global global, Tuple arguments) {
    return switch (global.known()) {
      case DICT -> dict(arguments);
      case TENSOR, TENSOR_V2 -> tensor(arguments, null);
      case TENSOR_V3 ->
          tensor(
              arguments,
              arguments.get(6) instanceof Global type && type.known() == PickleGlobal.TYPE
                  ? type.type()
                  : missing("a type of elements"));
      case PARAMETER ->
          arguments.get(0) instanceof View view ? view : missing("a tensor for a parameter");
      case SIZE -> arguments.get(0) instanceof Tuple size ? size : missing("the size of a tensor");
      case BYTES -> Other.BYTES;
      case SET -> Other.SET;
      case SETTINGS -> Other.SETTINGS;
      case STORAGE, TYPE -> missing("a function to call");
    };
  }

  private <T> T missing(String what) {
    throw in.fault("expected %s", what);
  }

  /** An OrderedDict: empty, or of a list of pairs, as Python 2 has it. */
  private Dict dict(Tuple arguments) {
    Dict dict = new Dict();
    if (arguments.get(0) instanceof Items pairs) {
      for (PickleValue pair : pairs.items) {
        List<PickleValue> items =
            switch (pair) {
              case Items list -> list.items;
              case Tuple tuple -> tuple.items;
              default -> List.of();
            };
        if (items.size() != 2) {
          throw in.fault("expected pairs of key and value");
        }
        put(dict, items.getFirst(), items.getLast());
      }
    } else if (!arguments.items.isEmpty()) {
      throw in.fault("expected pairs of key and value");
    }
    return dict;
  }

  /** Puts a value into a dict, under a key that Python takes. */
  void put(Dict dict, PickleValue key, PickleValue value) {
    if (key instanceof Items || key instanceof Dict || key == Other.SET) {
      throw in.fault("a list or dict is no key");
    }
    if (key == Other.NUMBER || key == Other.BYTES || key == Other.SETTINGS) {
      return; // one value here for many there, and no name of a tensor
    }
    dict.items.put(key, value);
  }

  /** The storage that a persistent id means. */
  Storage storage(PickleValue id) {
    if (!(id instanceof Tuple tuple
        && tuple.items.size() >= 5
        && tuple.get(0) instanceof Text(String word)
        && word.equals("storage")
        && tuple.get(1) instanceof Global type
        && type.known() == PickleGlobal.STORAGE
        && tuple.get(2) instanceof Text(String key)
        && tuple.get(4) instanceof Whole(long elements))) {
      throw in.fault("expected 'storage', its type, its key, a device and a number of elements");
    }
    Storage whole = new Storage(type.type(), key, elements, 0, elements);
    if (whole.bytes() < 0) {
      throw in.fault("a storage of %,d elements cannot be", elements);
    }
    if (!(tuple.get(5) instanceof Tuple part)) {
      return whole;
    }
    long from = number(part.get(1));
    long length = number(part.get(2));
    if (from > elements || length > elements - from) {
      throw in.fault("%,d elements from %,d of a storage of %,d", length, from, elements);
    }
    return new Storage(type.type(), key, elements, from, length);
  }

  private long number(PickleValue value) {
    if (value instanceof Whole(long number) && number >= 0) {
      return number;
    }
    throw in.fault("expected whole numbers that are not negative for sizes and places");
  }

  private long[] numbers(PickleValue value) {
    if (value instanceof Tuple tuple && tuple.items.size() <= Extents.MAX) {
      return tuple.items.stream().mapToLong(this::number).toArray();
    }
    throw in.fault("expected up to %d extents and steps of a tensor", Extents.MAX);
  }

  /**
   * A view of a storage.
   *
   * @param named the type of its elements where the storage has none of its own, else null
   */
  private View tensor(Tuple arguments, ElementType named) {
    if (!(arguments.get(0) instanceof Storage storage)) {
      throw in.fault("expected the storage of a tensor");
    }
    ElementType type = named != null ? named : storage.type();
    if (type == null || storage.type() != null && storage.type() != type) {
      throw in.fault("expected one type of elements, found %s and %s", storage.type(), named);
    }
    long offset = number(arguments.get(1));
    long[] shape = numbers(arguments.get(2));
    long[] strides = numbers(arguments.get(3));
    long size = type.bytes(1);
    long room = storage.type() == null ? storage.length() / size : storage.length();
    long start = storage.type() == null ? storage.from() / size : storage.from();
    if (shape.length != strides.length
        || storage.type() == null && storage.from() % size != 0
        || !within(shape, strides, offset, room)) {
      throw in.fault(
          "a tensor %s with steps %s from %,d does not lie in its storage of %,d elements",
          Extents.text(shape), Extents.text(strides), offset, room);
    }
    long bytes = Extents.bytes(type, shape);
    if (bytes < 0 || bytes / size > Math.max(room, MAX_EXPANDED)) {
      throw in.fault(
          "a tensor %s out of a storage of %,d elements: more than %,d of elements that share"
              + " memory are too many",
          Extents.text(shape), room, MAX_EXPANDED);
    }
    return new View(storage, type, start + offset, shape, strides);
  }

  private static boolean within(long[] shape, long[] strides, long offset, long room) {
    try {
      long last = offset;
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] == 0) {
          return offset <= room;
        }
        last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
      }
      return last < room;
    } catch (ArithmeticException e) {
      return false;
    }
  }
}
