package dev.jora.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
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
        assertThrows(UnsupportedTypeException.class, () -> BlockFormats.of(GgmlType.IQ2_XXS));
    assertTrue(e.getMessage().startsWith("tensor type IQ2_XXS is not yet supported"));
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
