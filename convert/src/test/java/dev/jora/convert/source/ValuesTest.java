package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every code of the small types, by their definition, and the ends of the others. */
final class ValuesTest {
  private record Memory(ElementType type, byte[] bytes) implements SourceTensor {
    @Override
    public String name() {
      return "w";
    }

    @Override
    public long[] shape() {
      return new long[] {bytes.length / type.bytes(1)};
    }

    @Override
    public MemorySegment read(Arena arena) {
      return MemorySegment.ofArray(bytes);
    }
  }

  private static float[] floats(ElementType type, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      return Values.floats(new Memory(type, bytes), arena)
          .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  private static int[] ints(ElementType type, long... values) {
    try (Arena arena = Arena.ofConfined()) {
      return Values.ints(new Memory(type, bytes(type, values)), arena)
          .toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }
  }

  private static byte[] bytes(ElementType type, long... values) {
    int size = (int) type.bytes(1);
    ByteBuffer all = ByteBuffer.allocate(size * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      all.put(PickleBytes.little(size, value));
    }
    return all.array();
  }

  private static byte[] codes(ElementType type) {
    long[] codes = new long[1 << 8 * type.bytes(1)];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i;
    }
    return bytes(type, codes);
  }

  /** The value of a code: sign, exponent, mantissa, as IEEE 754 has them. */
  private static float value(int code, int exponentBits, int mantissaBits, boolean infinities) {
    int exponent = code >> mantissaBits & (1 << exponentBits) - 1;
    int mantissa = code & (1 << mantissaBits) - 1;
    int bias = (1 << exponentBits - 1) - 1;
    boolean top = exponent == (1 << exponentBits) - 1;
    double size =
        exponent == 0
            ? mantissa * Math.pow(2, 1 - bias - mantissaBits)
            : ((1 << mantissaBits) + mantissa) * Math.pow(2, exponent - bias - mantissaBits);
    if (infinities && top) {
      size = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (!infinities && top && mantissa == (1 << mantissaBits) - 1) {
      size = Double.NaN;
    }
    return (float) (code >> exponentBits + mantissaBits == 0 ? size : -size);
  }

  @ParameterizedTest
  @CsvSource({
    "F8_E4M3, 4, 3, false",
    "F8_E5M2, 5, 2, true",
    "F16, 5, 10, true",
    "BF16, 8, 7, true",
  })
  void everyCodeHasItsValue(ElementType type, int exponent, int mantissa, boolean infinities) {
    float[] found = floats(type, codes(type));
    for (int code = 0; code < found.length; code++) {
      assertEquals(value(code, exponent, mantissa, infinities), found[code], "code " + code);
    }
  }

  @Test
  void exponentsAloneHaveTheirValues() {
    float[] found = floats(ElementType.F8_E8M0, codes(ElementType.F8_E8M0));
    for (int code = 0; code < 255; code++) {
      assertEquals((float) Math.pow(2, code - 127), found[code], "code " + code);
    }
    assertEquals(Float.NaN, found[255]);
  }

  @Test
  void wholeNumbersRoundToTheNearest() {
    assertArrayEquals(
        new float[] {0, -1, 127, -128}, floats(ElementType.I8, new byte[] {0, -1, 127, -128}));
    assertArrayEquals(new float[] {0, 255, 128}, floats(ElementType.U8, new byte[] {0, -1, -128}));
    assertArrayEquals(new float[] {0, 1, 1}, floats(ElementType.BOOL, new byte[] {0, 1, 2}));
    assertArrayEquals(
        new float[] {-32768, -1}, floats(ElementType.I16, bytes(ElementType.I16, 32768, -1)));
    assertArrayEquals(
        new float[] {32768, 65535}, floats(ElementType.U16, bytes(ElementType.U16, 32768, -1)));
    assertArrayEquals(
        new float[] {-1, 16777216}, floats(ElementType.I32, bytes(ElementType.I32, -1, 16777217)));
    assertArrayEquals(
        new float[] {4294967296f}, floats(ElementType.U32, bytes(ElementType.U32, -1)));
    assertArrayEquals(
        new float[] {-0x1p63f, 0x1p63f},
        floats(ElementType.I64, bytes(ElementType.I64, Long.MIN_VALUE, Long.MAX_VALUE)));
    // 2^63 + 2^39 lies between two floats, and one more is nearer to the upper
    assertArrayEquals(
        new float[] {0x1p64f, 0x1p63f, 0x1p63f, Math.nextUp(0x1p63f)},
        floats(
            ElementType.U64,
            bytes(
                ElementType.U64,
                -1,
                Long.MIN_VALUE,
                Long.MIN_VALUE + (1L << 39),
                Long.MIN_VALUE + (1L << 39) + 1)));
    assertArrayEquals(
        new float[] {0.1f, Float.POSITIVE_INFINITY},
        floats(
            ElementType.F64,
            bytes(ElementType.F64, Double.doubleToLongBits(0.1), Double.doubleToLongBits(1e300))));
  }

  @Test
  void wordsKeepTheirBits() {
    int quiet = 0x7F800001; // a signalling NaN, were it a float
    for (ElementType type : new ElementType[] {ElementType.I32, ElementType.U32}) {
      assertArrayEquals(new int[] {quiet, -1}, ints(type, quiet, -1));
    }
    assertArrayEquals(new int[] {quiet, -5}, ints(ElementType.I64, quiet, -5));
    assertArrayEquals(new int[] {quiet}, ints(ElementType.U64, quiet));
    assertArrayEquals(new int[] {-1, 5}, ints(ElementType.I16, 65535, 5));
    assertArrayEquals(new int[] {65535}, ints(ElementType.U16, 65535));
    assertArrayEquals(new int[] {255}, ints(ElementType.U8, 255));
  }

  @ParameterizedTest
  @CsvSource({"I64, 2147483648", "I64, -2147483649", "U64, -1", "F32, 1", "BF16, 1", "F64, 1"})
  void whatIsNoWordIsRefused(ElementType type, long bits) {
    assertThrows(SourceException.class, () -> ints(type, bits));
  }

  /** Each type that GGUF lacks in one that holds it. */
  @Test
  void widerTypesHoldTheSameNumbers() {
    long most = -1; // all bits
    assertArrayEquals(new byte[] {0, 1, 1}, as(ElementType.I8, ElementType.BOOL, 0, 1, 7));
    assertArrayEquals(bytes(ElementType.I16, 0, 255), as(ElementType.I16, ElementType.U8, 0, 255));
    assertArrayEquals(
        bytes(ElementType.I32, 0, 65535), as(ElementType.I32, ElementType.U16, 0, most));
    assertArrayEquals(
        bytes(ElementType.I64, 0, 0xFFFFFFFFL), as(ElementType.I64, ElementType.U32, 0, most));
    assertArrayEquals(
        bytes(ElementType.F64, 0, Double.doubleToLongBits(5), Double.doubleToLongBits(0x1p64)),
        as(ElementType.F64, ElementType.U64, 0, 5, most));
    assertArrayEquals(
        bytes(ElementType.F16, 0x3C00, 0xC000),
        as(ElementType.F16, ElementType.F8_E5M2, 0x3C, 0xC0));
    assertArrayEquals(bytes(ElementType.F16, 1), as(ElementType.F16, ElementType.F16, 1));
  }

  private static byte[] as(ElementType to, ElementType from, long... values) {
    try (Arena arena = Arena.ofConfined()) {
      return Values.as(to, new Memory(from, bytes(from, values)), arena)
          .toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
