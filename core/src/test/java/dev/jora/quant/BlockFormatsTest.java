package dev.jora.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockFormatsTest {
  @Test
  void everyRowDecodesAnyBitsAtAnyOffset() {
    Random random = new Random(1);
    for (BlockFormat format : BlockFormats.all()) {
      GgmlType type = format.type();
      byte[] bytes = new byte[3 + 4 * type.blockBytes()];
      random.nextBytes(bytes);
      float[] all = new float[4 * type.blockSize()];
      float[] each = new float[all.length];
      format.dequantize(MemorySegment.ofArray(bytes), 3, all, 0, all.length);
      for (int b = 0; b < 4; b++) {
        long at = 3 + (long) b * type.blockBytes();
        format.dequantize(
            MemorySegment.ofArray(bytes), at, each, b * type.blockSize(), type.blockSize());
      }
      assertArrayEquals(all, each, type.name());
    }
  }

  @Test
  void aPartOfABlockIsRefused() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[400]);
    BlockFormat format = BlockFormats.of(GgmlType.Q4_K);
    assertThrows(
        IllegalArgumentException.class, () -> format.dequantize(bytes, 0, new float[300], 0, 300));
  }

  @Test
  void aTypeWithoutAFormatIsNamedAndTheOthersListed() {
    UnsupportedTypeException e =
        assertThrows(UnsupportedTypeException.class, () -> BlockFormats.of(GgmlType.Q8_1));
    assertTrue(e.getMessage().startsWith("tensor type Q8_1 is not yet supported"));
    assertTrue(e.getMessage().contains("Q4_K"));
  }

  @Test
  void knownBlocks() {
    assertArrayEquals(new float[] {1.5f}, decode(GgmlType.F16, 0x00, 0x3e));
    assertArrayEquals(new float[] {-2f}, decode(GgmlType.BF16, 0x00, 0xc0));
    int[] q8 = new int[34];
    q8[1] = 0x38; // 0.5
    q8[2] = 0x80; // -128
    q8[33] = 127;
    float[] values = decode(GgmlType.Q8_0, q8);
    assertEquals(-64f, values[0]);
    assertEquals(63.5f, values[31]);
    int[] q4 = new int[18];
    q4[1] = 0x3c; // 1
    q4[2] = 0xf0;
    values = decode(GgmlType.Q4_0, q4);
    assertEquals(-8f, values[0]);
    assertEquals(7f, values[16]);
    int[] mx = new int[17];
    mx[0] = 128; // 2^0
    mx[1] = 0x97;
    values = decode(GgmlType.MXFP4, mx);
    assertEquals(12f, values[0]);
    assertEquals(-1f, values[16]);
  }

  /** What 0.5 becomes in blocks that llama.cpp makes of it. */
  @Test
  void halvesOnGrids() {
    String iq3s = "5716" + "b5".repeat(64) + "ff".repeat(8) + "00".repeat(32) + "ff".repeat(4);
    String iq2s = "861a" + "ff".repeat(32) + "00".repeat(32) + "ff".repeat(16);
    String up = "ff".repeat(32) + "77".repeat(16) + "ff8fff3fff8fff2f";
    String down = "05".repeat(32) + "44".repeat(16) + "ffffffbfff4fff3f";
    assertRepeated(decode(GgmlType.IQ3_S, iq3s), 0.6237688f, 0.43183994f, 0.43183994f, 0.5278044f);
    assertRepeated(decode(GgmlType.IQ2_S, iq2s), 0.530746f);
    assertRepeated(decode(GgmlType.IQ1_M, up), 0.55618286f);
    assertRepeated(decode(GgmlType.IQ1_M, down), 0.55618286f);
  }

  private static void assertRepeated(float[] values, float... expected) {
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i % expected.length], values[i], 1e-7f, "value " + i);
    }
  }

  @Test
  void bitsAndPairsInOrder() {
    float[] q1 = decode(GgmlType.Q1_0, "0040" + "01" + "80" + "00".repeat(14));
    float[] expected = new float[128];
    Arrays.fill(expected, -2);
    expected[0] = 2;
    expected[15] = 2;
    assertArrayEquals(expected, q1);
    float[] q2 = decode(GgmlType.Q2_0, "0038" + "e4" + "55".repeat(14) + "c0");
    expected = new float[64];
    expected[0] = -0.5f;
    expected[2] = 0.5f;
    expected[3] = 1;
    Arrays.fill(expected, 60, 63, -0.5f);
    expected[63] = 1;
    assertArrayEquals(expected, q2);
  }

  /** Scales 1/2, the smallest one, none, and one with a bit that has no meaning. */
  @Test
  void smallFloats() {
    String scales = "38" + "01" + "7f" + "bc";
    String quants = "71" + "00".repeat(7) + "0f" + "00".repeat(7) + "ff".repeat(8) + "12".repeat(8);
    float[] values = decode(GgmlType.NVFP4, scales + quants);
    float[] expected = new float[64];
    expected[0] = 0.5f;
    expected[8] = 6;
    expected[16] = -12f / 1024;
    Arrays.fill(expected, 32, 48, -0f);
    Arrays.fill(expected, 48, 56, 1.5f);
    Arrays.fill(expected, 56, 64, 0.75f);
    assertArrayEquals(expected, values);
  }

  private static float[] decode(GgmlType type, String hex) {
    byte[] block = HexFormat.of().parseHex(hex);
    assertEquals(type.blockBytes(), block.length);
    float[] values = new float[type.blockSize()];
    BlockFormats.of(type).dequantize(MemorySegment.ofArray(block), 0, values, 0, values.length);
    return values;
  }

  private static float[] decode(GgmlType type, int... bytes) {
    byte[] block = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      block[i] = (byte) bytes[i];
    }
    float[] values = new float[type.blockSize()];
    BlockFormats.of(type).dequantize(MemorySegment.ofArray(block), 0, values, 0, values.length);
    return values;
  }
}
