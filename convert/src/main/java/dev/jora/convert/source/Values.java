package dev.jora.convert.source;

import static dev.jora.convert.source.SourceFile.INT;
import static dev.jora.convert.source.SourceFile.LONG;
import static dev.jora.convert.source.SourceFile.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Elements of tensors as numbers. */
public final class Values {
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private static final float[] F8_E4M3 = table(Values::e4m3);
  private static final float[] F8_E5M2 = table(code -> Float.float16ToFloat((short) (code << 8)));
  private static final float[] F8_E8M0 = table(Values::e8m0);

  private Values() {}

  private interface Decoder {
    float decode(int code);
  }

  private interface Floats {
    float at(MemorySegment from, long index);
  }

  /** Elements one by one, as numbers; any thread may ask. */
  public static final class Reader {
    private final MemorySegment from;
    private final Floats floats;

    private Reader(MemorySegment from, Floats floats) {
      this.from = from;
      this.floats = floats;
    }

    /** Element i, rounded to the nearest float. */
    public float at(long i) {
      return floats.at(from, i);
    }

    /** Lets go of pages of a file that were read: they count as memory. */
    public void release() {
      if (from.isMapped()) {
        from.unload();
      }
    }
  }

  private interface Ints {
    long at(MemorySegment from, long index);
  }

  /** Puts a result in its place: an integer that went through a float might come out as another. */
  private interface Put {
    void at(MemorySegment from, long index, MemorySegment out);
  }

  /**
   * The elements in F32, rounded to the nearest where they do not fit; those of type F32 as they
   * lie. {@code BOOL} is 0 or 1.
   *
   * @throws SourceException if they cannot be read, or are rows of blocks
   */
  public static MemorySegment floats(SourceTensor tensor, Arena arena) {
    MemorySegment from = tensor.read(arena);
    if (tensor.type() == ElementType.F32) {
      return from;
    }
    Floats floats = floats(tensor);
    return converted(
        tensor,
        Float.BYTES,
        arena,
        from,
        (data, i, out) -> out.set(FLOAT, 4 * i, floats.at(data, i)));
  }

  /**
   * The elements as another type: in F16, F32 and, of whole numbers, F64 rounded to the nearest
   * where they do not fit; in I8, I16, I32 and I64 whole numbers as they are, so that it must be
   * one that holds them.
   *
   * @throws SourceException if they cannot be read, or are no whole numbers where such are wanted
   */
  public static MemorySegment as(ElementType to, SourceTensor tensor, Arena arena) {
    if (to == tensor.type()) {
      return tensor.read(arena);
    }
    if (to == ElementType.F32) {
      return floats(tensor, arena);
    }
    return converted(tensor, (int) to.bytes(1), arena, tensor.read(arena), put(to, tensor));
  }

  private static Put put(ElementType to, SourceTensor tensor) {
    return switch (to) {
      case F16 -> {
        Floats floats = floats(tensor);
        yield (data, i, out) -> out.set(SHORT, 2 * i, Float.floatToFloat16(floats.at(data, i)));
      }
      case F64 -> {
        Ints ints = ints(tensor);
        boolean unsigned = tensor.type() == ElementType.U64;
        yield (data, i, out) -> {
          long value = ints.at(data, i);
          out.set(DOUBLE, 8 * i, unsigned && value < 0 ? halved(value) * 2d : value);
        };
      }
      case I8 -> {
        Ints ints = ints(tensor);
        yield (data, i, out) -> out.set(BYTE, i, (byte) ints.at(data, i));
      }
      case I16 -> {
        Ints ints = ints(tensor);
        yield (data, i, out) -> out.set(SHORT, 2 * i, (short) ints.at(data, i));
      }
      case I32 -> {
        Ints ints = ints(tensor);
        yield (data, i, out) -> out.set(INT, 4 * i, (int) ints.at(data, i));
      }
      case I64 -> {
        Ints ints = ints(tensor);
        yield (data, i, out) -> out.set(LONG, 8 * i, ints.at(data, i));
      }
      default -> throw new IllegalArgumentException("nothing becomes " + to);
    };
  }

  /**
   * The elements in place, for who does not want them all at once.
   *
   * @param arena a shared one, where those are made that do not lie in a file
   * @throws SourceException if they cannot be read, or are rows of blocks
   */
  public static Reader reader(SourceTensor tensor, Arena arena) {
    Floats floats = floats(tensor);
    MemorySegment from = tensor.read(arena);
    return new Reader(from, floats);
  }

  /**
   * The elements as words of 32 bits: those of this size as they lie, smaller ones widened by their
   * sign, larger ones if they fit.
   *
   * @throws SourceException if they cannot be read, or are no whole numbers of 32 bits
   */
  public static MemorySegment ints(SourceTensor tensor, Arena arena) {
    MemorySegment from = tensor.read(arena);
    if (tensor.type() == ElementType.I32 || tensor.type() == ElementType.U32) {
      return from;
    }
    Ints ints = ints(tensor);
    return converted(
        tensor,
        Integer.BYTES,
        arena,
        from,
        (data, i, out) -> {
          long value = ints.at(data, i);
          if (value != (int) value || value < 0 && tensor.type() == ElementType.U64) {
            throw new SourceException(
                "tensor %s: expected whole numbers of 32 bits, found %s"
                    .formatted(tensor.name(), text(tensor.type(), value)));
          }
          out.set(INT, 4 * i, (int) value);
        });
  }

  private static MemorySegment converted(
      SourceTensor tensor, int size, Arena arena, MemorySegment from, Put put) {
    long n = tensor.elements();
    try {
      MemorySegment out = arena.allocate(Math.multiplyExact(n, size), size);
      for (long i = 0; i < n; i++) {
        put.at(from, i, out);
      }
      return out;
    } catch (InternalError e) {
      throw new SourceException(
          "tensor %s: its file was cut short or its disk failed while it was read"
              .formatted(tensor.name()),
          e);
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw new SourceException(
          "tensor %s: %,d elements are more than there is memory for".formatted(tensor.name(), n));
    }
  }

  private static Floats floats(SourceTensor tensor) {
    return switch (tensor.type()) {
      case F8_E4M3 -> (data, i) -> F8_E4M3[data.get(BYTE, i) & 0xFF];
      case F8_E5M2 -> (data, i) -> F8_E5M2[data.get(BYTE, i) & 0xFF];
      case F8_E8M0 -> (data, i) -> F8_E8M0[data.get(BYTE, i) & 0xFF];
      case F16 -> (data, i) -> Float.float16ToFloat(data.get(SHORT, 2 * i));
      case BF16 -> (data, i) -> Float.intBitsToFloat(data.get(SHORT, 2 * i) << 16);
      case F32 -> (data, i) -> data.get(FLOAT, 4 * i);
      case F64 -> (data, i) -> (float) data.get(DOUBLE, 8 * i);
      case U64 -> (data, i) -> unsigned(data.get(LONG, 8 * i));
      default -> {
        Ints ints = ints(tensor);
        yield (data, i) -> ints.at(data, i);
      }
    };
  }

  private static Ints ints(SourceTensor tensor) {
    return switch (tensor.type()) {
      case BOOL -> (data, i) -> data.get(BYTE, i) == 0 ? 0 : 1;
      case I8 -> (data, i) -> data.get(BYTE, i);
      case U8 -> (data, i) -> data.get(BYTE, i) & 0xFF;
      case I16 -> (data, i) -> data.get(SHORT, 2 * i);
      case U16 -> (data, i) -> data.get(SHORT, 2 * i) & 0xFFFF;
      case I32 -> (data, i) -> data.get(INT, 4 * i);
      case U32 -> (data, i) -> data.get(INT, 4 * i) & 0xFFFFFFFFL;
      case I64, U64 -> (data, i) -> data.get(LONG, 8 * i);
      default ->
          throw new SourceException(
              "tensor %s: expected whole numbers, found %s"
                  .formatted(tensor.name(), tensor.type()));
    };
  }

  private static String text(ElementType type, long value) {
    return type == ElementType.U64 ? Long.toUnsignedString(value) : Long.toString(value);
  }

  private static float unsigned(long bits) {
    return bits >= 0 ? bits : 2f * halved(bits);
  }

  /** Half of an unsigned number, to be rounded once: the lowest bit stays in it. */
  private static long halved(long bits) {
    return bits >>> 1 | bits & 1;
  }

  private static float[] table(Decoder decoder) {
    float[] table = new float[256];
    for (int code = 0; code < table.length; code++) {
      table[code] = decoder.decode(code);
    }
    return table;
  }

  /** Of the kind "fn": no infinity, and NaN where all bits but the sign are set. */
  private static float e4m3(int code) {
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    if ((code & 0x7F) == 0x7F) {
      return Float.NaN;
    }
    float size = exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8 + mantissa, exponent - 10);
    return code < 128 ? size : -size;
  }

  private static float e8m0(int code) {
    return code == 255 ? Float.NaN : Math.scalb(1f, code - 127);
  }
}
