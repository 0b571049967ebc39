package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks of one value, as llama.cpp writes them. "88x16" is 16 bytes 88. */
class EdgeRowsTest {
  private static final Pattern BYTES = Pattern.compile("(\\p{XDigit}{2})(?:x(\\d+))?");

  @ParameterizedTest
  @CsvSource({
    "Q4_0, 00 80 88x16, 00x18",
    "Q5_0, 00 80 FFx4 00x16, 00x22",
    "Q4_1, 00x20, 00x20",
    "Q5_1, 00x24, 00x24",
    "Q8_0, 00x34, 00x34",
    "Q2_K, 00x84, 00x84",
    "Q3_K, 00x110, 00x110",
    "Q4_K, 00x144, 00x144",
    "Q5_K, 00x176, 00x176",
    "Q6_K, 00x210, 00x210"
  })
  void zeros(GgmlType type, String without, String with) {
    assertEquals(hex(without), block(type, 0, false));
    assertEquals(hex(with), block(type, 0, true));
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_0, 00 AC 00x16, 00 AC 00x16",
    "Q5_0, 00 A8 00x20, 00 A8 00x20",
    "Q4_1, 00x3 38 00x16, 44 28 00x2 FFx16",
    "Q8_0, 08 1C 7Fx32, 08 1C 7Fx32",
    "Q2_K, 0Fx16 FFx64 B0 21 00x2, 0Fx16 FFx64 B0 21 00x2",
    "Q3_K, 00x109 1C, 00x32 55x64 11x8 00x4 81 1D",
    "Q4_K, 56 10 00x2 FFx4 00x4 0Fx4 FFx128, 56 10 00x2 FFx4 00x4 0Fx4 FFx128",
    "Q6_K, 00x192 80x16 00 08, 00x192 80x16 00 08"
  })
  void halves(GgmlType type, String without, String with) {
    assertEquals(hex(without), block(type, 0.5f, false));
    assertEquals(hex(with), block(type, 0.5f, true));
  }

  /** Plain rounding keeps the sign of the first zero as that of the minimum. */
  @ParameterizedTest
  @CsvSource({"Q4_1, 20", "Q5_1, 24"})
  void firstOfTheZeros(GgmlType type, int bytes) {
    float[] x = new float[32];
    x[0] = -0f;
    assertEquals("00000080" + "00".repeat(bytes - 4), quantize(type, x, null));
    x[0] = 0;
    x[1] = -0f;
    assertEquals("00".repeat(bytes), quantize(type, x, null));
  }

  /** 1 / d overflows: llama.cpp's cast of what is then no integer gives 0. */
  @ParameterizedTest
  @CsvSource({"Q4_0, 18, 8000", "Q4_1, 20, 0000"})
  void inverseOverflows(GgmlType type, int bytes, String half) {
    float[] x = new float[32];
    x[3] = 1e-39f;
    String d = half.equals("8000") ? "0080" : "0000";
    assertEquals(d + "00".repeat(bytes - 2), quantize(type, x, null));
  }

  @Test
  void rowsMustBeWholeBlocks() {
    RowQuantizer quantizer = RowQuantizers.find(GgmlType.Q4_K).orElseThrow();
    MemorySegment out = MemorySegment.ofArray(new byte[144]);
    assertThrows(
        IllegalArgumentException.class,
        () -> quantizer.quantize(new float[128], 0, 1, 128, null, out, 0));
  }

  private static String block(GgmlType type, float value, boolean important) {
    float[] x = new float[type.blockSize()];
    Arrays.fill(x, value);
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1);
    return quantize(type, x, important ? ones : null);
  }

  private static String quantize(GgmlType type, float[] x, float[] importance) {
    byte[] bytes = new byte[Math.toIntExact(type.rowBytes(x.length))];
    RowQuantizers.find(type)
        .orElseThrow()
        .quantize(x, 0, 1, x.length, importance, MemorySegment.ofArray(bytes), 0);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hex(String text) {
    StringBuilder hex = new StringBuilder();
    BYTES
        .matcher(text)
        .results()
        .forEach(
            part -> {
              int times = part.group(2) == null ? 1 : Integer.parseInt(part.group(2));
              hex.append(part.group(1).toLowerCase(java.util.Locale.ROOT).repeat(times));
            });
    return hex.toString();
  }
}
