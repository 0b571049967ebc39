package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.gguf.GgufFile;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The IQ types and the plain ones against the files that llama-quantize made of tiny-f16.gguf. */
class IqGoldenTest {
  /** Seven matrices and the token embeddings. */
  private static final int TENSORS = 8;

  @ParameterizedTest
  @ValueSource(strings = {"IQ3_S", "IQ4_NL", "IQ4_XS", "MXFP4", "TQ1_0", "TQ2_0"})
  void withoutImportance(String type) throws IOException {
    compare("tiny-" + type + ".gguf", GgmlType.valueOf(type), Map.of(), TENSORS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IQ1_M", "IQ1_S", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ3_S", "IQ3_XXS", "IQ4_NL", "IQ4_XS"
      })
  void withImportance(String type) throws IOException {
    // Token embeddings have no importance; of the smallest types they were left as halves.
    int tensors = type.startsWith("IQ4") ? TENSORS : TENSORS - 1;
    compare("tiny-imatrix-" + type + ".gguf", GgmlType.valueOf(type), importance(), tensors);
  }

  private static void compare(
      String file, GgmlType type, Map<String, float[]> importance, int tensors) throws IOException {
    Path folder = Shared.path("golden/quantize");
    Set<String> names = new TreeSet<>();
    try (GgufFile source = GgufFile.open(folder.resolve("tiny-f16.gguf"));
        GgufFile wanted = GgufFile.open(folder.resolve(file))) {
      for (Tensor want : wanted.tensors().values()) {
        if (want.type() != type) {
          continue;
        }
        Tensor from = source.tensors().get(want.name());
        byte[] expected = want.data().toArray(ValueLayout.JAVA_BYTE);
        byte[] found = quantize(from, type, importance.get(want.name()));
        assertArrayEquals(expected, found, file + " " + want.name());
        names.add(want.name());
      }
    }
    assertEquals(tensors, names.size(), names.toString());
  }

  private static byte[] quantize(Tensor from, GgmlType type, float[] importance) {
    int n = Math.toIntExact(from.shape().ne0());
    int rows = Math.toIntExact(from.shape().rows());
    float[] x = floats(from);
    byte[] bytes = new byte[Math.toIntExact(rows * type.rowBytes(n))];
    RowQuantizers.find(type)
        .orElseThrow()
        .quantize(x, 0, rows, n, importance, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  /** Sums of squares, divided by their counts as llama.cpp does it. */
  private static Map<String, float[]> importance() throws IOException {
    Map<String, float[]> byName = new HashMap<>();
    String suffix = ".in_sum2";
    try (GgufFile file = GgufFile.open(Shared.path("golden/quantize/tiny-imatrix.gguf"))) {
      for (Tensor sums : file.tensors().values()) {
        if (sums.name().endsWith(suffix)) {
          String name = sums.name().substring(0, sums.name().length() - suffix.length());
          float count = Math.round(floats(file.tensors().get(name + ".counts"))[0]);
          float[] values = floats(sums);
          for (int i = 0; i < values.length; i++) {
            values[i] = count > 0 ? values[i] / count : 1;
          }
          byName.put(name, values);
        }
      }
    }
    return byName;
  }

  private static float[] floats(Tensor tensor) {
    int n = Math.toIntExact(tensor.shape().elements());
    float[] values = new float[n];
    BlockFormats.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, n);
    return values;
  }
}
