package dev.jora.gguf;

import java.util.List;

/** A metadata value. Arrays of numbers are primitive, so that a vocabulary stays small. */
public sealed interface GgufValue {
  /** The type in the file. */
  GgufType type();

  /** Any integer; unsigned 64-bit values keep their bits. */
  record Int(GgufType type, long value) implements GgufValue {
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

  /** STRING, UTF-8 in the file. */
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
    /** Type of the elements; never ARRAY. */
    GgufType elementType();

    /** Number of elements. */
    int size();

    @Override
    default GgufType type() {
      return GgufType.ARRAY;
    }
  }

  /** An array of any integer type. */
  record Ints(GgufType elementType, long[] values) implements Arr {
    @Override
    public int size() {
      return values.length;
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
  }

  /** An array of STRING. */
  record Strs(List<String> values) implements Arr {
    @Override
    public GgufType elementType() {
      return GgufType.STRING;
    }

    @Override
    public int size() {
      return values.size();
    }
  }
}
