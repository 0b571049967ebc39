package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.kernel.IncubatorModule;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors against plain loops: every byte. */
class IqVectorsTest {
  static Stream<BlockRows> types() {
    return RowQuantizers.all().stream()
        .filter(BlockRows.class::isInstance)
        .map(BlockRows.class::cast)
        .filter(rows -> rows.type().name().startsWith("IQ"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void vectorsWriteTheBytesOfPlainLoops(BlockRows table) {
    assumeTrue(IncubatorModule.load(), "skipped: no Vector API");
    BlockRows loops = with(table, IqSearches::scalar);
    BlockRows vectors = with(table, VectorIqSearches::new);
    int compared = 0;
    for (Map.Entry<String, float[]> importance : IqSamples.importance().entrySet()) {
      if (importance.getValue() == null && table.importance() == Importance.REQUIRED) {
        continue;
      }
      for (Map.Entry<String, float[]> row : IqSamples.rows().entrySet()) {
        byte[] expected = quantize(loops, row.getValue(), importance.getValue());
        byte[] found = quantize(vectors, row.getValue(), importance.getValue());
        String name = table.type() + ", " + row.getKey() + ", importance " + importance.getKey();
        assertArrayEquals(expected, found, name);
        compared++;
      }
    }
    assertTrue(compared >= 150, compared + " rows compared");
  }

  private static BlockRows with(BlockRows table, Supplier<IqSearches> searches) {
    return new BlockRows(table.type(), table.importance(), table.writer(), searches);
  }

  private static byte[] quantize(BlockRows quantizer, float[] row, float[] importance) {
    byte[] bytes = new byte[Math.toIntExact(quantizer.type().rowBytes(row.length))];
    quantizer.quantize(row, 0, 1, row.length, importance, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }
}
