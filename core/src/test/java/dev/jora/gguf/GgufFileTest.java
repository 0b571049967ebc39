package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void readsOddTensorsAndArraysOfArrays() {
    Path path = GgufSamples.odd().write(folder.resolve("odd.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(
          List.of("[0]", "[]", "[0, 32]", "[5]", "[4, 0, 3]", "[0, 0, 0, 0]"),
          file.infos().stream().map(info -> info.shape().toString()).toList());
      assertEquals(
          List.of(0L, 4L, 0L, 40L, 0L, 0L),
          file.tensors().values().stream().map(Tensor::bytes).toList());
      assertEquals(1.5f, file.tensor("scalar").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      GgufValue nested = file.metadata().get("x.nested").orElseThrow();
      assertEquals("[[1, 2], [a], [[]]]", nested.toString());
      assertEquals("arr[arr,3]", nested.label());
      GgufException e =
          assertThrows(GgufException.class, () -> file.metadata().integers("x.nested"));
      assertTrue(e.getMessage().contains("found an array of ARRAY"), e.getMessage());
    }
  }

  @Test
  void readsValuesOfEveryType() {
    RawGguf raw =
        RawGguf.header(3, 0, 14)
            .key("u8", GgufType.UINT8)
            .u8(255)
            .key("i8", GgufType.INT8)
            .u8(255)
            .key("u16", GgufType.UINT16)
            .u16(65535)
            .key("i16", GgufType.INT16)
            .u16(65535)
            .key("u32", GgufType.UINT32)
            .u32(-1)
            .key("i32", GgufType.INT32)
            .u32(-1)
            .key("u64", GgufType.UINT64)
            .u64(-1)
            .key("i64", GgufType.INT64)
            .u64(-1)
            .key("f32", GgufType.FLOAT32)
            .u32(Float.floatToIntBits(0.1f))
            .key("f64", GgufType.FLOAT64)
            .u64(Double.doubleToLongBits(0.1))
            .key("bool", GgufType.BOOL)
            .u8(1)
            .pair("str", "grün")
            .array("ints", GgufType.INT16, 2)
            .u16(7)
            .u16(-7)
            .array("strs", GgufType.STRING, 8)
            .string("a");
    for (int i = 1; i < 8; i++) {
      raw.string("b");
    }
    GgufMetadata metadata = GgufFile.readMetadata(raw.write(folder.resolve("values.gguf")));
    String[] printed = {
      "u8=255", "i8=-1", "u16=65535", "i16=-1", "u32=4294967295", "i32=-1",
      "u64=18446744073709551615", "i64=-1", "f32=0.1", "f64=0.1", "bool=true", "str=grün",
      "ints=[7, -7]", "strs=[a, b, b, b, b, b, ...]"
    };
    assertEquals("{" + String.join(", ", printed) + "}", metadata.values().toString());
    assertEquals("arr[str,8]", metadata.get("strs").orElseThrow().label());
    assertArrayEquals(new int[] {7, -7}, metadata.integers("ints"));
    for (String key : List.of("u32", "u64", "str", "bool", "ints", "absent")) {
      GgufException e = assertThrows(GgufException.class, () -> metadata.integer(key));
      assertTrue(e.getMessage().contains("key " + key + ": expected"), e.getMessage());
    }
    assertThrows(GgufException.class, () -> metadata.integers("u8"));
    assertThrows(GgufException.class, () -> metadata.integerIn("u8", 1, 254));
    assertEquals(255, metadata.integerIn("u8", 1, 255));
  }

  @Test
  void slicesTensors() {
    try (GgufFile file = GgufFile.open(GgufSamples.v3().write(folder.resolve("v3.gguf")))) {
      assertEquals(3, file.version());
      assertEquals(32, file.alignment());
      assertEquals(List.of("a.weight", "b"), List.copyOf(file.tensors().keySet()));
      Tensor a = file.tensor("a.weight");
      assertEquals(GgmlType.Q8_0, a.type());
      assertEquals(Shape.of(32, 3), a.shape());
      assertEquals(102, a.bytes());
      assertArrayEquals(
          "0123456789".getBytes(StandardCharsets.US_ASCII),
          file.tensor("b").data().toArray(ValueLayout.JAVA_BYTE));
      GgufException e = assertThrows(GgufException.class, () -> file.tensor("c"));
      assertTrue(e.getMessage().contains("tensor c"), e.getMessage());
    }
  }

  @Test
  void readsVersion2WithItsAlignment() {
    try (GgufFile file = GgufFile.open(GgufSamples.v2().write(folder.resolve("v2.gguf")))) {
      assertEquals(2, file.version());
      assertEquals(64, file.alignment());
      assertEquals(
          List.of("<s>", "", "\u2581the"), file.metadata().strings("tokenizer.ggml.tokens"));
      assertEquals(24, file.tensor("token_embd.weight").bytes());
    }
  }

  @Test
  void closedTensorsCannotBeRead() {
    GgufFile file = GgufFile.open(GgufSamples.v2().write(folder.resolve("v2.gguf")));
    Tensor tensor = file.tensor("token_embd.weight");
    file.close();
    assertThrows(IllegalStateException.class, () -> tensor.data().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void reachesBeyond4GiB() throws IOException {
    long big = 5L << 30;
    RawGguf raw =
        RawGguf.model(2)
            .tensor("big", GgmlType.I8.id(), 0, 1L << 30, 5)
            .tensor("last", GgmlType.I8.id(), big, 3)
            .pad(32);
    Path path = raw.write(folder.resolve("big.gguf"));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {7, 8, 9}), raw.size() + big); // sparse before
    }
    try (GgufFile file = GgufFile.open(path)) {
      assertEquals(big, file.tensor("big").bytes());
      assertEquals(0, file.tensor("big").data().get(ValueLayout.JAVA_BYTE, big - 1));
      assertArrayEquals(
          new byte[] {7, 8, 9}, file.tensor("last").data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void readMetadataLooksAtNothingElse() {
    Path path = RawGguf.model(3).zeros(99).write(folder.resolve("cut.gguf"));
    assertThrows(GgufException.class, () -> GgufFile.open(path).close());
    assertEquals("llama", GgufFile.readMetadata(path).string("general.architecture"));
  }

  @Test
  void namesAFileCutWhileMapped() throws IOException {
    RawGguf raw = RawGguf.model(1).tensor("t", GgmlType.I8.id(), 0, 1 << 20).pad(32).zeros(1 << 20);
    Path path = raw.write(folder.resolve("cut.gguf"));
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(8192);
      }
      GgufException e = assertThrows(GgufException.class, () -> GgufWriter.copy(file, copy));
      assertTrue(e.getMessage().contains("tensor t: expected the file as it was"), e.getMessage());
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(path), left.toList());
    }
  }
}
