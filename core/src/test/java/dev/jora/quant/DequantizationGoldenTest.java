package dev.jora.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every format against the SHA-256 of the floats that llama.cpp and numpy make of golden files. */
class DequantizationGoldenTest {
  @Test
  void floatsAreEqualBitForBit() throws IOException {
    Path folder = Shared.path("golden/quantize");
    List<String> rows = Files.readAllLines(folder.resolve("dequantized.tsv"));
    Set<GgmlType> seen = EnumSet.noneOf(GgmlType.class);
    int compared = 0;
    for (String row : rows) {
      String[] field = row.split("\t");
      try (GgufFile file = GgufFile.open(folder.resolve(field[0]))) {
        Tensor tensor = file.tensors().get(field[1]);
        if (BlockFormats.find(tensor.type()).isEmpty()) {
          assertThrows(UnsupportedTypeException.class, () -> BlockFormats.of(tensor.type()));
          continue;
        }
        assertEquals(field[2], sha256(floats(tensor)), field[0] + " " + field[1]);
        seen.add(tensor.type());
        compared++;
      }
    }
    Set<GgmlType> owed = EnumSet.noneOf(GgmlType.class);
    BlockFormats.all().forEach(format -> owed.add(format.type()));
    owed.removeAll(
        List.of(GgmlType.Q1_0, GgmlType.Q2_0, GgmlType.NVFP4)); // of these there are none
    assertEquals(owed, seen, "types that the golden files hold");
    assertTrue(compared > 100, compared + " tensors compared");
  }

  private static float[] floats(Tensor tensor) {
    int n = Math.toIntExact(tensor.shape().elements());
    float[] values = new float[n];
    BlockFormats.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, n);
    return values;
  }

  private static String sha256(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
