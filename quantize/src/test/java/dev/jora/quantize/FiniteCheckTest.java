package dev.jora.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first broken value of a tensor, found without decoding it. */
class FiniteCheckTest {
  private static final int BLOCKS = 40;

  /** Random bytes make a broken scale in every few blocks; decoding all of them is the oracle. */
  @ParameterizedTest
  @EnumSource(GgmlType.class)
  void findsWhatDecodingFinds(GgmlType type) {
    if (BlockFormats.find(type).isEmpty()) {
      return;
    }
    Random random = new Random(type.id());
    int broken = 0;
    for (int round = 0; round < 100; round++) {
      byte[] bytes = new byte[BLOCKS * type.blockBytes()];
      random.nextBytes(bytes);
      for (int at = 0; at < bytes.length; at += type.blockBytes()) {
        numbersOnly(type, bytes, at);
      }
      MemorySegment data = MemorySegment.ofArray(bytes);
      float[] values = new float[BLOCKS * type.blockSize()];
      BlockFormats.of(type).dequantize(data, 0, values, 0, values.length);
      int expected = 0;
      while (expected < values.length && Float.isFinite(values[expected])) {
        expected++;
      }
      FiniteCheck.Broken found = FiniteCheck.first(type, data, 0, bytes.length);
      if (expected == values.length) {
        assertNull(found);
      } else {
        broken++;
        assertNotNull(found, "value " + expected + " is " + values[expected]);
        assertEquals(expected, found.index());
        assertEquals(values[expected], found.value());
      }
    }
    assertTrue(broken > 0 || type == GgmlType.NVFP4, "the test breaks something");
  }

  /** Takes away what is decoded to a number although it is none. */
  private static void numbersOnly(GgmlType type, byte[] bytes, int at) {
    if (type == GgmlType.MXFP4 && bytes[at] == (byte) 0xff) {
      bytes[at] = (byte) 0xfe;
    }
    for (int i = 0; type == GgmlType.NVFP4 && i < 4; i++) {
      bytes[at + i] = (bytes[at + i] & 0x7f) == 0x7f ? 1 : bytes[at + i];
    }
  }

  @Test
  void aScaleThatIsNoNumberIsBrokenWhateverItIsDecodedTo() {
    byte[] mx = new byte[2 * 17];
    mx[17] = (byte) 0xff;
    assertEquals(32, FiniteCheck.first(GgmlType.MXFP4, MemorySegment.ofArray(mx), 0, 34).index());
    byte[] nv = new byte[2 * 36];
    nv[36 + 2] = 0x7f;
    assertEquals(96, FiniteCheck.first(GgmlType.NVFP4, MemorySegment.ofArray(nv), 0, 72).index());
  }

  /** At every place of runs and of the words that they are read in. */
  @Test
  void findsAFloatAtEveryPlace() {
    for (int n = 1; n < 1040; n += n < 12 ? 1 : 257) {
      MemorySegment data = MemorySegment.ofArray(new byte[4 * n + 4]);
      for (int i = 0; i < n; i++) {
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE}) {
          data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 + 4L * i, value);
          FiniteCheck.Broken found = FiniteCheck.first(GgmlType.F32, data, 4, 4L * n);
          assertEquals(Float.isFinite(value), found == null);
          if (found != null) {
            assertEquals(i, found.index());
            assertEquals(value, found.value());
          }
        }
        data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 + 4L * i, -1.5f);
      }
    }
  }

  @Test
  void integersAreNeverBroken() {
    byte[] bytes = new byte[64];
    Arrays.fill(bytes, (byte) -1);
    for (GgmlType type : new GgmlType[] {GgmlType.I8, GgmlType.I16, GgmlType.I32, GgmlType.I64}) {
      assertNull(FiniteCheck.first(type, MemorySegment.ofArray(bytes), 0, 64));
    }
    assertNotNull(FiniteCheck.first(GgmlType.F64, MemorySegment.ofArray(bytes), 0, 64));
  }
}
