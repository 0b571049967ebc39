package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every type of the table against what llama-quantize made of tiny-f16.gguf, byte for byte. */
class GoldenRowsTest {
  private static final String SOURCE = "tiny-f16.gguf";
  private static final String IMATRIX = "tiny-imatrix.gguf";

  /** Types that llama-quantize makes no whole file of. */
  private static final Set<GgmlType> NOT_GOLDEN = EnumSet.of(GgmlType.Q1_0, GgmlType.Q2_0);

  private final Set<GgmlType> seen = EnumSet.noneOf(GgmlType.class);
  private int compared;

  @Test
  void withoutImportance() throws IOException {
    Path folder = Shared.path("golden/quantize");
    try (GgufFile source = GgufFile.open(folder.resolve(SOURCE))) {
      for (Path path : files(folder, false)) {
        compareFile(path, source, Optional.empty());
      }
    }
    assertTrue(compared > 60, compared + " tensors compared");
    Set<GgmlType> owed = EnumSet.noneOf(GgmlType.class);
    for (RowQuantizer quantizer : RowQuantizers.all()) {
      Importance importance = quantizer.importance();
      if (importance == Importance.IGNORED || importance == Importance.USED) {
        owed.add(quantizer.type());
      }
    }
    owed.removeAll(NOT_GOLDEN);
    owed.removeAll(seen);
    assertEquals(Set.of(), owed, "types without a golden file");
  }

  @Test
  void withImportance() throws IOException {
    Path folder = Shared.path("golden/quantize");
    try (GgufFile source = GgufFile.open(folder.resolve(SOURCE));
        GgufFile imatrix = GgufFile.open(folder.resolve(IMATRIX))) {
      for (Path path : files(folder, true)) {
        compareFile(path, source, Optional.of(imatrix));
      }
    }
    assertTrue(compared > 60, compared + " tensors compared");
    Set<GgmlType> owed = EnumSet.noneOf(GgmlType.class);
    for (RowQuantizer quantizer : RowQuantizers.all()) {
      if (quantizer.importance() != Importance.IGNORED) {
        owed.add(quantizer.type());
      }
    }
    owed.removeAll(NOT_GOLDEN);
    owed.removeAll(seen);
    assertEquals(Set.of(), owed, "types without a golden file");
  }

  private static List<Path> files(Path folder, boolean imatrix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(
              path -> {
                String name = path.getFileName().toString();
                return name.endsWith(".gguf")
                    && !name.equals(IMATRIX)
                    && name.startsWith("tiny-imatrix-") == imatrix;
              })
          .sorted()
          .toList();
    }
  }

  private void compareFile(Path path, GgufFile source, Optional<GgufFile> imatrix) {
    try (GgufFile golden = GgufFile.open(path)) {
      for (Tensor want : golden.tensors().values()) {
        Optional<RowQuantizer> quantizer = RowQuantizers.find(want.type());
        if (quantizer.isEmpty()) {
          continue;
        }
        Tensor from = source.tensor(want.name());
        float[] importance = imatrix.map(file -> importance(file, from.name())).orElse(null);
        if (importance != null || imatrix.isEmpty()) {
          seen.add(want.type());
        }
        compared++;
        byte[] found = quantize(quantizer.get(), from, importance);
        byte[] expected = want.data().toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(expected, found, path.getFileName() + " " + want.name());
      }
    }
  }

  private static byte[] quantize(RowQuantizer quantizer, Tensor from, float[] importance) {
    int rows = Math.toIntExact(from.shape().rows());
    int n = Math.toIntExact(from.shape().ne0());
    float[] x = new float[rows * n];
    BlockFormats.of(from.type()).dequantize(from.data(), 0, x, 0, rows * n);
    byte[] bytes = new byte[Math.toIntExact(rows * quantizer.type().rowBytes(n))];
    quantizer.quantize(x, 0, rows, n, importance, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  /** Mean squares of a tensor's columns, or null. */
  private static float[] importance(GgufFile imatrix, String name) {
    Tensor sums = imatrix.tensors().get(name + ".in_sum2");
    Tensor counts = imatrix.tensors().get(name + ".counts");
    if (sums == null || counts == null) {
      return null;
    }
    float[] values = sums.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    float count = Math.round(counts.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
    for (int i = 0; i < values.length; i++) {
      values[i] = count > 0 ? values[i] / count : 1;
    }
    return values;
  }
}
