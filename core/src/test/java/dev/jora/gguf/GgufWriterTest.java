package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tokenizers", "quantize", "architectures"})
  void copiesGoldenFilesByteForByte(String golden) throws IOException {
    for (Path path : GgufGoldenTest.files(golden)) {
      assertCopied(path);
    }
  }

  @Test
  void copiesRandomFilesByteForByte() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 200; i++) {
      assertCopied(randomFile(random).write(folder.resolve("random.gguf")));
    }
  }

  @Test
  void copiesTheSamples() throws IOException {
    assertCopied(GgufSamples.v2().write(folder.resolve("v2.gguf")));
    assertCopied(GgufSamples.v3().write(folder.resolve("v3.gguf")));
    assertCopied(GgufSamples.shards().get(1).write(folder.resolve("shard.gguf")));
  }

  /** The last tensor of data padded, cut behind its last byte, and followed by nothing at all. */
  @Test
  void copiesOddFilesByteForByte() throws IOException {
    assertCopied(GgufSamples.odd().write(folder.resolve("odd.gguf")));
    assertCopied(GgufSamples.odd().pad(32).write(folder.resolve("odd-padded.gguf")));
    for (int tail : new int[] {1, 32}) {
      RawGguf empty = RawGguf.model(2).tensor("a", 0, 0, 0).tensor("b", 2, 0, 32, 0).pad(tail);
      assertCopied(empty.write(folder.resolve("empty.gguf")));
    }
  }

  @Test
  void copiesAFileOfLlamaCpp() throws IOException {
    assertCopied(Shared.testdata("gguf/imatrix.gguf"));
  }

  /** Strings of all lengths around the window through which the reader looks at the file. */
  @Test
  void copiesLongStringsByteForByte() throws IOException {
    Random random = new Random(3);
    int count = 60;
    RawGguf file = RawGguf.header(3, 0, 1).array("strings", GgufType.STRING, count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[i % 3 == 0 ? 65_530 + random.nextInt(12) : random.nextInt(9_000)];
      random.nextBytes(bytes);
      file.string(bytes);
    }
    assertCopied(file.write(folder.resolve("long.gguf")));
  }

  /** Any version, alignment, values and tensors; the end of the file padded or not. */
  private static RawGguf randomFile(Random random) {
    int tensors = random.nextInt(4);
    int alignment = 8 << random.nextInt(5);
    RawGguf file = RawGguf.header(2 + random.nextInt(2), tensors, 25);
    GgufSamples.everyType(file.pair("general.alignment", alignment), random);
    GgmlType[] types = GgmlType.values();
    byte[][] data = new byte[tensors][];
    long offset = 0;
    for (int t = 0; t < tensors; t++) {
      GgmlType type = types[random.nextInt(types.length)];
      long[] ne = {type.blockSize() * (1 + random.nextInt(3)), 1 + random.nextInt(4), 1, 1};
      data[t] = new byte[(int) (type.rowBytes(ne[0]) * ne[1])];
      random.nextBytes(data[t]);
      file.tensor("t" + t, type.id(), offset, Arrays.copyOf(ne, 2 + random.nextInt(3)));
      offset += data[t].length + (-data[t].length & (alignment - 1));
    }
    for (byte[] bytes : data) {
      file.pad(alignment).raw(bytes);
    }
    return random.nextBoolean() ? file.pad(alignment) : file;
  }

  private void assertCopied(Path path) throws IOException {
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.openAlone(path)) {
      GgufWriter.copy(file, copy);
    }
    assertEquals(-1, Files.mismatch(path, copy), path.toString());
  }

  private static final Map<String, GgufValue> METADATA =
      Map.of("general.architecture", new GgufValue.Str("llama"));
  private static final List<TensorInfo> TENSORS =
      List.of(
          new TensorInfo("a", GgmlType.F32, Shape.of(5), 0),
          new TensorInfo("b", GgmlType.I8, Shape.of(7), 0));

  @Test
  void takesTensorsInPieces() throws IOException {
    Path path = folder.resolve("pieces.gguf");
    try (GgufWriter out = GgufWriter.create(path, METADATA, TENSORS)) {
      assertEquals(List.of(0L, 32L), out.infos().stream().map(TensorInfo::offset).toList());
      out.append(MemorySegment.ofArray(new float[] {1, 2}));
      out.append(MemorySegment.ofArray(new float[] {3, 4, 5}));
      out.append(MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7}));
      assertEquals(List.of("pieces.gguf.part"), names());
      out.finish();
    }
    assertEquals(List.of("pieces.gguf"), names());
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals("llama", file.metadata().string("general.architecture"));
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5}, file.tensor("a").data().toArray(ValueLayout.JAVA_FLOAT));
      assertArrayEquals(
          new byte[] {1, 2, 3, 4, 5, 6, 7}, file.tensor("b").data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void leavesTheOldFileOnFailure() throws IOException {
    Path path = Files.writeString(folder.resolve("old.gguf"), "old");
    try (GgufWriter out = GgufWriter.create(path, METADATA, TENSORS)) {
      out.append(MemorySegment.ofArray(new float[5]));
      out.append(MemorySegment.ofArray(new byte[3]));
      IllegalStateException e = assertThrows(IllegalStateException.class, out::finish);
      assertTrue(e.getMessage().contains("tensor b lacks 4 bytes"), e.getMessage());
      assertThrows(
          IllegalStateException.class, () -> out.append(MemorySegment.ofArray(new byte[5])));
    }
    assertEquals(List.of("old.gguf"), names());
    assertEquals("old", Files.readString(path));
  }

  @Test
  void refusesWhatNoReaderTakes() throws IOException {
    Shape one = Shape.of(1);
    TensorInfo twice = new TensorInfo("a", GgmlType.F32, one, 0);
    TensorInfo longName = new TensorInfo("é".repeat(32), GgmlType.F32, one, 0);
    TensorInfo none = new TensorInfo("a", GgmlType.F32, Shape.of(-1), 0);
    for (List<TensorInfo> infos :
        List.of(List.of(twice, twice), List.of(longName), List.of(none))) {
      assertThrows(GgufException.class, () -> create(METADATA, infos));
    }
    for (Map<String, GgufValue> metadata :
        List.<Map<String, GgufValue>>of(
            Map.of("", new GgufValue.Bool(true)),
            Map.of("bad\uDC80", new GgufValue.Bool(true)),
            Map.of("general.alignment", new GgufValue.Int(GgufType.UINT32, 24)),
            Map.of("general.alignment", new GgufValue.Int(GgufType.UINT32, 0)),
            Map.of("general.alignment", new GgufValue.Int(GgufType.UINT64, 32)))) {
      assertThrows(GgufException.class, () -> create(metadata, List.of()));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void keepsEveryBitOfValues() throws IOException {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("nan", new GgufValue.F32(Float.intBitsToFloat(0x7FC0_1234)));
    values.put("max", new GgufValue.Int(GgufType.UINT64, -1));
    values.put("token", new GgufValue.Str("\uDCFF"));
    Path path = folder.resolve("values.gguf");
    try (GgufWriter out = GgufWriter.create(path, values, List.of())) {
      out.finish();
    }
    GgufMetadata read = GgufFile.readMetadata(path);
    assertEquals(values, read.values());
    assertEquals(0x7FC0_1234, Float.floatToRawIntBits(read.floating("nan")));
    assertThrows(IllegalArgumentException.class, () -> new GgufValue.Int(GgufType.UINT8, 256));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GgufValue.Ints(GgufType.INT8, new long[] {0, -129}));
  }

  private void create(Map<String, GgufValue> metadata, List<TensorInfo> infos) throws IOException {
    GgufWriter.create(folder.resolve("bad.gguf"), metadata, infos).close();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
