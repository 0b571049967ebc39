package dev.jora.quantize.imatrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of importance matrices: llama.cpp's, our own, broken ones. */
class ImportanceMatrixTest {
  @TempDir Path folder;

  private static ImportanceMatrix matrix(String name, float[] sums, long... counts) {
    TreeMap<String, Importances> tensors = new TreeMap<>();
    tensors.put(name, new Importances(sums, counts));
    return new ImportanceMatrix(List.of("a.txt"), 2, 8, tensors);
  }

  // ---- llama.cpp's files -------------------------------------------------------------------

  @Test
  void bothFormatsOfLlamaCppGiveTheSameValues() {
    ImportanceMatrix gguf = ImportanceMatrix.read(Shared.path("golden/quantize/tiny-imatrix.gguf"));
    ImportanceMatrix dat = ImportanceMatrix.read(Shared.path("golden/quantize/tiny-imatrix.dat"));
    assertEquals(Set.copyOf(gguf.tensors().keySet()), dat.tensors().keySet());
    assertEquals(7, gguf.tensors().size());
    for (String name : gguf.tensors().keySet()) {
      assertArrayEquals(gguf.of(name).orElseThrow(), dat.of(name).orElseThrow(), name);
    }
    assertEquals(4, gguf.chunks());
    assertEquals(4, dat.chunks());
    assertEquals(128, gguf.chunkSize());
    assertEquals(gguf.dataset(), dat.dataset());
    assertTrue(gguf.dataset().endsWith("wikitext-2-test.txt"), gguf.dataset());
  }

  @Test
  void whatIsReadIsWrittenToTheSameBytes() throws IOException {
    Path gguf = Shared.path("golden/quantize/tiny-imatrix.gguf");
    Path dat = Shared.path("golden/quantize/tiny-imatrix.dat");
    ImportanceMatrix matrix = ImportanceMatrix.read(gguf);
    Path copy = folder.resolve("copy");
    matrix.write(copy, ImportanceMatrix.Format.GGUF);
    assertArrayEquals(Files.readAllBytes(gguf), Files.readAllBytes(copy));
    matrix.write(copy, ImportanceMatrix.Format.LEGACY);
    assertArrayEquals(Files.readAllBytes(dat), Files.readAllBytes(copy));
    ImportanceMatrix.read(dat).inTokens(128).write(copy, ImportanceMatrix.Format.LEGACY);
    assertArrayEquals(Files.readAllBytes(dat), Files.readAllBytes(copy));
    ImportanceMatrix.read(dat).inTokens(128).write(copy, ImportanceMatrix.Format.GGUF);
    ImportanceMatrix again = ImportanceMatrix.read(copy);
    for (String name : matrix.tensors().keySet()) {
      assertArrayEquals(
          matrix.tensors().get(name).counts(), again.tensors().get(name).counts(), name);
      assertArrayEquals(matrix.of(name).orElseThrow(), again.of(name).orElseThrow(), name);
    }
    assertEquals(List.of(copy), list());
  }

  private List<Path> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  // ---- values ------------------------------------------------------------------------------

  @Test
  void importanceIsSumOverRoundedCount() throws IOException {
    float[] sums = {1, 2, 3, 4, 5, 6, 7, 8};
    Path file =
        write(
            tensor("blk.0.w.weight.in_sum2", sums, 2, 4),
            tensor("blk.0.w.weight.counts", new float[] {2.5f, 0, 0.4f, -3}, 1, 4));
    ImportanceMatrix read = ImportanceMatrix.read(file);
    assertArrayEquals(new long[] {3, 0, 0, -3}, read.tensors().get("blk.0.w.weight").counts());
    assertArrayEquals(
        new float[] {1 / 3f, 2 / 3f, 1, 1, 1, 1, 1, 1}, read.of("blk.0.w.weight").orElseThrow());
    assertTrue(read.of("blk.1.w.weight").isEmpty());
  }

  @Test
  void aLegacyEntryWithoutCallsIsTheSumItself() throws IOException {
    Path file =
        Files.write(
            folder.resolve("a.dat"), new Legacy(2).entry("a", 0, 5, 7).entry("b", 2, 5, 7).bytes());
    ImportanceMatrix read = ImportanceMatrix.read(file);
    assertArrayEquals(new float[] {5, 7}, read.of("a").orElseThrow());
    assertArrayEquals(new float[] {2.5f, 3.5f}, read.of("b").orElseThrow());
    assertEquals(2, read.chunks());
    assertEquals("", read.dataset());
  }

  @Test
  void filtersKeepAndDropByPartsOfNames() {
    TreeMap<String, Importances> tensors = new TreeMap<>();
    for (String name :
        List.of("blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.1.ffn_up.weight")) {
      tensors.put(name, new Importances(new float[] {1}, new long[] {1}));
    }
    ImportanceMatrix all = new ImportanceMatrix(List.of(), 1, 1, tensors);
    assertEquals(
        Set.of("blk.0.attn_q.weight", "blk.1.ffn_up.weight"),
        all.filtered(List.of("attn_q", "ffn"), List.of()).tensors().keySet());
    assertEquals(
        Set.of("blk.1.ffn_up.weight"), all.filtered(List.of(), List.of("attn")).tensors().keySet());
    assertEquals(3, all.filtered(List.of(), List.of()).tensors().size());
  }

  @Test
  void aSumIsWhatBothMeasured() {
    ImportanceMatrix a = matrix("w", new float[] {1, 2, 3, 4}, 8, 0);
    ImportanceMatrix b = matrix("w", new float[] {10, 20, 30, 40}, 16, 8);
    ImportanceMatrix c = matrix("v", new float[] {5}, 4);
    ImportanceMatrix sum = ImportanceMatrix.sum(List.of(a, b, c), 8);
    assertArrayEquals(new float[] {11, 22, 33, 44}, sum.tensors().get("w").sums());
    assertArrayEquals(new long[] {24, 8}, sum.tensors().get("w").counts());
    assertArrayEquals(new float[] {5}, sum.tensors().get("v").sums());
    assertEquals(3, sum.chunks());
    assertEquals(List.of("a.txt", "a.txt", "a.txt"), sum.datasets());
  }

  @Test
  void oneCountOfALegacyFileHoldsForAllExperts() {
    ImportanceMatrix legacy =
        new ImportanceMatrix(List.of(), 3, 0, matrix("w", new float[] {1, 2, 3, 4}, 3).tensors());
    ImportanceMatrix experts = matrix("w", new float[] {1, 1, 1, 1}, 8, 0);
    for (List<ImportanceMatrix> order :
        List.of(List.of(legacy, experts), List.of(experts, legacy))) {
      Importances sum = ImportanceMatrix.sum(order, 8).tensors().get("w");
      assertArrayEquals(new float[] {9, 17, 25, 33}, sum.sums());
      assertArrayEquals(new long[] {32, 24}, sum.counts());
    }
  }

  @Test
  void matricesOfAnotherModelAreRefused() {
    ImportanceMatrix a = matrix("blk.0.w.weight", new float[] {1, 2, 3, 4}, 8);
    ImportanceMatrix b = matrix("blk.0.w.weight", new float[] {1, 2}, 8);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ImportanceMatrix.sum(List.of(a, b), 8));
    assertTrue(e.getMessage().contains("blk.0.w.weight"), e.getMessage());
  }

  @Test
  void anExpertWithoutTokensSurvivesBothFormats() throws IOException {
    ImportanceMatrix matrix = matrix("w", new float[] {8, 16, 0, 0}, 8, 0);
    for (ImportanceMatrix.Format format : ImportanceMatrix.Format.values()) {
      Path file = folder.resolve("m");
      matrix.write(file, format);
      assertArrayEquals(
          new float[] {1, 2, 1, 1}, ImportanceMatrix.read(file).of("w").orElseThrow(), "" + format);
    }
  }

  @Test
  void theUnknownChunkSizeOfALegacyFileIsNotWritten() {
    ImportanceMatrix legacy =
        new ImportanceMatrix(List.of(), 3, 0, matrix("w", new float[] {1}, 3).tensors());
    assertThrows(
        IllegalStateException.class,
        () -> legacy.write(folder.resolve("m"), ImportanceMatrix.Format.GGUF));
  }

  // ---- broken files ------------------------------------------------------------------------

  @Test
  void everyCutOfAFileIsRefused() throws IOException {
    byte[] gguf = Files.readAllBytes(Shared.testdata("gguf/imatrix.gguf"));
    byte[] legacy = legacyOf(Shared.testdata("gguf/imatrix.gguf"));
    for (int length = 0; length < gguf.length - 31; length += length < 64 ? 1 : 97) {
      assertRefused(Arrays.copyOf(gguf, length));
    }
    int end = legacy.length - 4 - 4 - 46; // tail: chunks, length, dataset
    for (int length = 0; length < legacy.length; length += length < 64 ? 1 : 61) {
      if (length != end) {
        assertRefused(Arrays.copyOf(legacy, length));
      }
    }
  }

  private byte[] legacyOf(Path gguf) throws IOException {
    Path file = folder.resolve("legacy");
    ImportanceMatrix.read(gguf).write(file, ImportanceMatrix.Format.LEGACY);
    return Files.readAllBytes(file);
  }

  private String assertRefused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("broken"), bytes);
    GgufException e =
        assertThrows(
            GgufException.class, () -> ImportanceMatrix.read(file), bytes.length + " bytes");
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    return e.getMessage();
  }

  /** Whatever stands in a file, it is read or refused in a sentence. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noByteMakesItFailInAnotherWay(boolean legacy) throws IOException {
    Path source = Shared.testdata("gguf/imatrix.gguf");
    byte[] good = legacy ? legacyOf(source) : Files.readAllBytes(source);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes = good.clone();
      int header = legacy ? bytes.length : 0x600;
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(header)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("fuzzed"), bytes);
      try {
        ImportanceMatrix.read(file);
      } catch (GgufException e) {
        refused++;
      }
    }
    assertTrue(refused > 4, "refused " + refused);
  }

  private record TensorData(TensorInfo info, byte[] bytes) {}

  private static TensorData tensor(String name, float[] values, long... ne) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorData(new TensorInfo(name, GgmlType.F32, Shape.of(ne), 0), bytes.array());
  }

  private Path write(TensorData... tensors) throws IOException {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.type", new GgufValue.Str("imatrix"));
    metadata.put("imatrix.datasets", new GgufValue.Strs(List.of("x")));
    metadata.put("imatrix.chunk_count", new GgufValue.Int(GgufType.UINT32, 1));
    metadata.put("imatrix.chunk_size", new GgufValue.Int(GgufType.UINT32, 8));
    return write(metadata, tensors);
  }

  private Path write(Map<String, GgufValue> metadata, TensorData... tensors) throws IOException {
    Path file = folder.resolve("made.gguf");
    List<TensorInfo> infos = Arrays.stream(tensors).map(TensorData::info).toList();
    try (GgufWriter out = GgufWriter.create(file, metadata, infos)) {
      for (TensorData tensor : tensors) {
        out.append(MemorySegment.ofArray(tensor.bytes()));
      }
      out.finish();
    }
    return file;
  }

  private void assertRefused(String[] words, TensorData... tensors) throws IOException {
    String message = assertRefused(Files.readAllBytes(write(tensors)));
    for (String word : words) {
      assertTrue(message.contains(word), message + " lacks " + word);
    }
  }

  @Test
  void tensorsThatAreNoMatrixAreRefused() throws IOException {
    TensorData sums = tensor("w.in_sum2", new float[] {1, 2}, 2);
    TensorData counts = tensor("w.counts", new float[] {1}, 1);
    assertRefused(new String[] {"at least one"});
    assertRefused(new String[] {"w.counts", "no such tensor"}, sums);
    assertRefused(new String[] {"w.in_sum2", "no such tensor"}, counts);
    assertRefused(
        new String[] {"w.counts", "as many values as w.in_sum2"},
        sums,
        tensor("w.counts", new float[] {1, 1}, 1, 2));
    assertRefused(
        new String[] {"value 1 of w.in_sum2", "NaN"},
        tensor("w.in_sum2", new float[] {1, Float.NaN}, 2),
        counts);
    assertRefused(
        new String[] {"value 0 of w.in_sum2", "Infinity"},
        tensor("w.in_sum2", new float[] {Float.POSITIVE_INFINITY, 1}, 2),
        counts);
    assertRefused(
        new String[] {"value 1 of w.in_sum2", "-1.0"},
        tensor("w.in_sum2", new float[] {1, -1}, 2),
        counts);
    assertRefused(
        new String[] {"value 0 of w.counts", "NaN"},
        sums,
        tensor("w.counts", new float[] {Float.NaN}, 1));
    assertRefused(
        new String[] {"value 0 of w.counts", "2^53"},
        sums,
        tensor("w.counts", new float[] {1e30f}, 1));
    assertRefused(
        new String[] {"w.in_sum2", "F32", "I32"},
        new TensorData(new TensorInfo("w.in_sum2", GgmlType.I32, Shape.of(2), 0), new byte[8]),
        counts);
    ImportanceMatrix.read(write(sums, counts)); // which is none of that
  }

  @Test
  void aModelIsNoMatrix() throws IOException {
    String message =
        assertThrows(
                GgufException.class, () -> ImportanceMatrix.read(Shared.testdata("jora-demo.gguf")))
            .getMessage();
    assertTrue(message.contains("expected an importance matrix"), message);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("imatrix.chunk_count", new GgufValue.Str("many"));
    Path odd =
        write(
            metadata,
            tensor("w.in_sum2", new float[] {1, 2}, 2),
            tensor("w.counts", new float[] {1}, 1));
    String found = assertRefused(Files.readAllBytes(odd));
    assertTrue(found.contains("imatrix."), found);
  }

  @Test
  void whatIsNoFileIsRefused() {
    for (Path path : List.of(folder, folder.resolve("none"))) {
      assertThrows(GgufException.class, () -> ImportanceMatrix.read(path));
    }
  }

  /** A legacy file, field by field. */
  private static final class Legacy {
    private final ByteBuffer out = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

    Legacy(int entries) {
      out.putInt(entries);
    }

    Legacy entry(String name, int calls, float... values) {
      name(name);
      out.putInt(calls).putInt(values.length);
      for (float value : values) {
        out.putFloat(value);
      }
      return this;
    }

    Legacy name(String name) {
      out.putInt(name.length()).put(name.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Legacy integer(int value) {
      out.putInt(value);
      return this;
    }

    byte[] bytes() {
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  @Test
  void aBrokenLegacyFileIsRefused() throws IOException {
    assertLegacyRefused(new Legacy(0).entry("a", 1, 1), "number of entries", "found 0");
    assertLegacyRefused(new Legacy(-1).entry("a", 1, 1), "number of entries", "found -1");
    assertLegacyRefused(new Legacy(1000).entry("a", 1, 1), "number of entries", "found 1000");
    assertLegacyRefused(new Legacy(1).integer(-5).entry("a", 1, 1), "length", "found -5");
    assertLegacyRefused(new Legacy(1).integer(64).entry("a", 1, 1), "length", "1 to 63");
    assertLegacyRefused(new Legacy(1).entry("a", 1), "nval", "found 0");
    assertLegacyRefused(
        new Legacy(1).name("a").integer(1).integer(1 << 24), "entry a", "16777216 values");
    assertLegacyRefused(
        new Legacy(2).entry("a", 1, 1).entry("a", 1, 1), "entry a", "a second time");
    assertLegacyRefused(new Legacy(1).entry("a", 1, 1, Float.NaN), "value 1 of entry a", "NaN");
    assertLegacyRefused(new Legacy(1).entry("a", 1, -1), "value 0 of entry a", "-1.0");
    assertLegacyRefused(new Legacy(1).entry("a", 1, 1).integer(-1).integer(0), "number of chunks");
    assertLegacyRefused(new Legacy(1).entry("a", 1, 1).integer(1).integer(99), "dataset", "99");
    byte[] good = new Legacy(1).entry("a", 1, 1).integer(1).integer(0).bytes();
    assertEquals(1, ImportanceMatrix.read(Files.write(folder.resolve("a"), good)).tensors().size());
  }

  private void assertLegacyRefused(Legacy file, String... words) throws IOException {
    String message = assertRefused(file.bytes());
    for (String word : words) {
      assertTrue(message.contains(word), message + " lacks " + word);
    }
  }
}
