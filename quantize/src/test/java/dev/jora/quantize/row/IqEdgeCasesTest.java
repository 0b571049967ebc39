package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks whose bytes are known: llama.cpp's, except where it is wrong. */
class IqEdgeCasesTest {
  /** Hex of a block, with {@code AAx3} for AA AA AA. */
  private static String bytes(String text) {
    StringBuilder hex = new StringBuilder();
    for (String part : text.split(" ")) {
      String[] times = part.split("x");
      hex.append(times[0].repeat(times.length > 1 ? Integer.parseInt(times[1]) : 1));
    }
    return hex.toString().toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "IQ4_NL, 00x2 88x16",
    "IQ4_XS, 00 80 AAx2 00x4 88x128",
    "TQ1_0, 80x48 7Fx4 00x2",
    "TQ2_0, 55x64 00x2",
    "Q1_0, 00x2 FFx16",
    "Q2_0, 00x2 55x16",
    "MXFP4, 00x17",
    "IQ3_S, 00x110",
    "IQ3_XXS, 00x98",
    "IQ2_S, 00x82",
    "IQ2_XS, 00x74",
    "IQ2_XXS, 00x66",
    "IQ1_S, 00x50",
    "IQ1_M, 00x56"
  })
  void zeros(GgmlType type, String expected) {
    float[] zeros = new float[type.blockSize()];
    assertEquals(bytes(expected), encode(type, zeros, ones(zeros.length)));
    if (quantizer(type).importance() != Importance.REQUIRED) {
      assertEquals(bytes(expected), encode(type, zeros, null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IQ4_NL, 88 1C FFx16, 88 1C FFx16",
    "IQ4_XS, 88x2 00x6 FFx128, 88x2 00x6 FFx128",
    "MXFP4, 7C 66x16, 7C 66x16",
    "IQ3_S, 57 16 B5x64 FFx8 00x32 FFx4, 57 16 B5x64 FFx8 00x32 FFx4",
    "IQ2_S, 86 1A FFx32 00x32 FFx16, 86 1A FFx32 00x32 FFx16",
    "IQ1_M, FFx32 77x16 FF 8F FF 3F FF 8F FF 2F, 05x32 44x16 FFx3 BF FF 4F FF 3F"
  })
  void halves(GgmlType type, String without, String with) {
    float[] halves = new float[type.blockSize()];
    Arrays.fill(halves, 0.5f);
    assertEquals(bytes(without), encode(type, halves, null));
    assertEquals(bytes(with), encode(type, halves, ones(halves.length)));
  }

  /**
   * llama.cpp forgets to step over 32 values that are 0: it writes what follows too early, in the
   * place of the zeros. Here each 32 values come out as they do beside values that are not 0.
   */
  @Test
  void iq3sKeepsItsPlacesAfterZeros() {
    float[] x = new float[256];
    Random random = new Random(5);
    for (int i = 0; i < 256; i++) {
      x[i] = i / 32 == 2 ? 0 : (float) random.nextGaussian();
    }
    byte[] holed = HexFormat.of().parseHex(encode(GgmlType.IQ3_S, x, null));
    x[64] = Float.MIN_VALUE; // too little to matter, but not 0
    byte[] whole = HexFormat.of().parseHex(encode(GgmlType.IQ3_S, x, null));
    for (int i = 0; i < holed.length; i++) {
      boolean ofZeros = i >= 2 + 16 && i < 2 + 24 || i == 66 + 2 || i >= 74 + 8 && i < 74 + 12;
      if (ofZeros) {
        assertEquals(0, holed[i], "byte " + i);
      } else {
        assertEquals(whole[i], holed[i], "byte " + i);
      }
    }
    float[] y = new float[256];
    BlockFormats.of(GgmlType.IQ3_S).dequantize(MemorySegment.ofArray(holed), 0, y, 0, 256);
    double error = 0;
    double power = 0;
    for (int i = 96; i < 256; i++) { // what comes after the zeros
      error += (x[i] - y[i]) * (x[i] - y[i]);
      power += x[i] * x[i];
    }
    assertTrue(error < 0.05 * power, error / power + " of what comes after the zeros is lost");
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"IQ2_XXS", "IQ2_XS", "IQ1_S"})
  void someTypesNeedImportance(GgmlType type) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> encode(type, new float[256], null))
            .getMessage();
    assertTrue(message.contains(type.name()) && message.contains("importance"), message);
  }

  @Test
  void mxfp4TakesTheFirstOfTheNearest() {
    Random random = new Random(3);
    int largest = 0;
    for (float h : new float[] {1, 0x1p-100f, 0x1p100f}) {
      for (int i = -32 * 64; i <= 32 * 64; i++) { // all midpoints, their neighbours and others
        float u = i / 128f;
        for (float x : new float[] {u, Math.nextUp(u), Math.nextDown(u), u * random.nextFloat()}) {
          int expected = MXFP4.compared(x * h, h);
          assertEquals(expected, MXFP4.index(x * h * (2 / h)), () -> x + " of " + h);
          largest += expected == 7 ? 1 : 0;
        }
      }
    }
    assertTrue(largest > 1000, largest + " of the largest value");
  }

  /** llama.cpp takes a logarithm in floats, which reaches the next power of two a little early. */
  @Test
  void mxfp4ExponentIsThatOfARoundedLogarithm() {
    for (int exponent = -126; exponent <= 127; exponent++) {
      float power = Math.scalb(1f, exponent);
      assertEquals(exponent + 125, MXFP4.exponent(power));
      for (float a = power; a < 1.001f * power; a = nextBy(a, 997)) {
        assertEquals(exponent + 125, MXFP4.exponent(a));
      }
      float below = Math.nextDown(power);
      boolean early = exponent <= -2 || exponent >= 3;
      assertEquals(exponent + (early ? 125 : 124), MXFP4.exponent(below), "below 2^" + exponent);
      assertEquals(exponent + 124, MXFP4.exponent(nextBy(power, -100)));
    }
    assertEquals(0, MXFP4.exponent(0));
    assertEquals(-149 + 125, MXFP4.exponent(Float.MIN_VALUE));
  }

  private static float nextBy(float a, int steps) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(a) + steps);
  }

  /** 1 / d overflows. */
  @Test
  void denormalValues() {
    float[] x = new float[256];
    x[0] = 1e-40f;
    assertEquals(bytes("80x48 7Fx4 00x2"), encode(GgmlType.TQ1_0, x, null));
    assertEquals(bytes("55x64 00x2"), encode(GgmlType.TQ2_0, x, null));
    float[] few = Arrays.copyOf(x, 64);
    assertEquals(bytes("00x18"), encode(GgmlType.Q2_0, few, null));
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static RowQuantizer quantizer(GgmlType type) {
    return RowQuantizers.find(type).orElseThrow();
  }

  private static String encode(GgmlType type, float[] x, float[] importance) {
    byte[] bytes = new byte[Math.toIntExact(type.rowBytes(x.length))];
    quantizer(type).quantize(x, 0, 1, x.length, importance, MemorySegment.ofArray(bytes), 0);
    return HexFormat.of().formatHex(bytes);
  }
}
