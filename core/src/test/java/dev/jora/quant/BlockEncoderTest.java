package dev.jora.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockEncoderTest {
  /** llama-quantize made these files of tiny-f16.gguf. */
  @Test
  void goldenFilesAreReproducedByteForByte() throws IOException {
    Path folder = Shared.path("golden/quantize");
    int compared = 0;
    try (GgufFile source = GgufFile.open(folder.resolve("tiny-f16.gguf"))) {
      for (String name : new String[] {"f16", "BF16", "Q8_0"}) {
        try (GgufFile file = GgufFile.open(folder.resolve("tiny-" + name + ".gguf"))) {
          for (Map.Entry<String, Tensor> entry : file.tensors().entrySet()) {
            Tensor want = entry.getValue();
            Tensor from = source.tensors().get(entry.getKey());
            int n = Math.toIntExact(from.shape().elements());
            float[] x = new float[n];
            BlockFormats.of(from.type()).dequantize(from.data(), 0, x, 0, n);
            byte[] expected = want.data().toArray(ValueLayout.JAVA_BYTE);
            assertArrayEquals(expected, encode(want.type(), x), name + " " + entry.getKey());
            compared++;
          }
        }
      }
    }
    assertTrue(compared > 20, compared + " tensors compared");
  }

  @Test
  void edgeCases() {
    float[] half = new float[32];
    Arrays.fill(half, 0.5f);
    assertEquals("081c" + "7f".repeat(32), hex(GgmlType.Q8_0, half));
    assertEquals("00".repeat(34), hex(GgmlType.Q8_0, new float[32]));
    float[] denormal = new float[32];
    denormal[0] = Float.MIN_VALUE;
    assertEquals("00".repeat(34), hex(GgmlType.Q8_0, denormal));
    assertEquals("0080", hex(GgmlType.F16, -0f));
    assertEquals("007c", hex(GgmlType.F16, 1e6f));
    assertEquals("803f", hex(GgmlType.BF16, Float.intBitsToFloat(0x3f808000))); // tie to even
    assertEquals("823f", hex(GgmlType.BF16, Float.intBitsToFloat(0x3f818000)));
    assertEquals("c07f", hex(GgmlType.BF16, Float.NaN));
    assertEquals("0000c0bf", hex(GgmlType.F32, -1.5f));
  }

  private static String hex(GgmlType type, float... x) {
    return HexFormat.of().formatHex(encode(type, x));
  }

  private static byte[] encode(GgmlType type, float[] x) {
    byte[] bytes = new byte[Math.toIntExact(type.rowBytes(x.length))];
    BlockFormats.findEncoder(type)
        .orElseThrow()
        .quantize(x, 0, MemorySegment.ofArray(bytes), 0, x.length);
    return bytes;
  }
}
