package dev.jora.gguf;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A metadata value. Arrays of numbers are primitive, so that a vocabulary stays small; they are
 * compared by identity. {@code toString} gives the value for people, of an array the first few
 * elements.
 */
public sealed interface GgufValue {
  /** The type in the file. */
  GgufType type();

  /** The type as llama.cpp prints it: {@code u32}, {@code arr[str,49152]}. */
  default String label() {
    return type().label();
  }

  /** Any integer; unsigned 64-bit values keep their bits. */
  record Int(GgufType type, long value) implements GgufValue {
    /** Checks that the type is an integer type whose range holds the value. */
    public Int {
      if (!type.holds(value)) {
        throw new IllegalArgumentException(value + " is no " + type);
      }
    }

    @Override
    public String toString() {
      return type == GgufType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }
  }

  /** FLOAT32. */
  record F32(float value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.FLOAT32;
    }

    @Override
    public String toString() {
      return Float.toString(value);
    }
  }

  /** FLOAT64. */
  record F64(double value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.FLOAT64;
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** BOOL. */
  record Bool(boolean value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.BOOL;
    }

    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /** STRING; bytes that are not UTF-8 stand escaped as {@link Utf8} says. */
  record Str(String value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.STRING;
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** An array; its elements are all of {@link #elementType}. */
  sealed interface Arr extends GgufValue {
    /** Type of the elements. */
    GgufType elementType();

    /** Number of elements. */
    int size();

    @Override
    default GgufType type() {
      return GgufType.ARRAY;
    }

    @Override
    default String label() {
      return "arr[" + elementType().label() + "," + size() + "]";
    }
  }

  /** An array of any integer type. */
  record Ints(GgufType elementType, long[] values) implements Arr {
    /** Checks that the type is an integer type whose range holds all values. */
    public Ints {
      if (!elementType.isInteger()) {
        throw new IllegalArgumentException(elementType + " is no integer type");
      }
      for (long value : values) {
        if (!elementType.holds(value)) {
          throw new IllegalArgumentException(value + " is no " + elementType);
        }
      }
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public String toString() {
      return head(size(), i -> new Int(elementType, values[i]));
    }
  }

  /** An array of FLOAT32. */
  record F32s(float[] values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.FLOAT32;
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public String toString() {
      return head(size(), i -> values[i]);
    }
  }

  /** An array of FLOAT64. */
  record F64s(double[] values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.FLOAT64;
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public String toString() {
      return head(size(), i -> values[i]);
    }
  }

  /** An array of BOOL. */
  record Bools(boolean[] values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.BOOL;
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public String toString() {
      return head(size(), i -> values[i]);
    }
  }

  /** An array of STRING; strings as in {@link Str}. */
  record Strs(List<String> values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.STRING;
    }

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public String toString() {
      return head(size(), i -> values.get(i));
    }
  }

  /** An array of arrays, which may be of different types and lengths. */
  record Arrs(List<Arr> values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.ARRAY;
    }

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public String toString() {
      return head(size(), values::get);
    }
  }

  /** The first elements: {@code [1, 2, 3, ...]}. */
  private static String head(int size, IntFunction<Object> element) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < Math.min(size, 6); i++) {
      text.append(i == 0 ? "" : ", ").append(element.apply(i));
    }
    return text.append(size > 6 ? ", ...]" : "]").toString();
  }
}
