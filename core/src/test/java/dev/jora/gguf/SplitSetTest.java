package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitSetTest {
  @TempDir Path folder;
  private Path first;
  private Path second;

  @BeforeEach
  void write() {
    first = folder.resolve("m-00001-of-00002.gguf");
    second = folder.resolve("m-00002-of-00002.gguf");
    GgufSamples.shards().get(0).write(first);
    GgufSamples.shards().get(1).write(second);
  }

  @Test
  void joins() throws IOException {
    try (GgufFile file = GgufFile.open(first)) {
      assertEquals(List.of(first, second), file.shards());
      assertEquals(List.of("a", "b", "c"), List.copyOf(file.tensors().keySet()));
      assertEquals(3, file.infos().size());
      assertEquals(Files.size(first) + Files.size(second), file.fileBytes());
      assertArrayEquals(
          new byte[] {10, 11, 12, 13}, file.tensor("c").data().toArray(ValueLayout.JAVA_BYTE));
      assertEquals("llama", file.metadata().string("general.architecture"));
    }
  }

  @Test
  void opensAShardAlone() {
    try (GgufFile file = GgufFile.openAlone(second)) {
      assertEquals(List.of("b", "c"), List.copyOf(file.tensors().keySet()));
    }
    assertEquals(1, GgufFile.readMetadata(second).integer(SplitSet.NO));
  }

  @Test
  void asksForTheFirstShard() {
    assertRefused(second, "m-00001-of-00002.gguf", "shard 2");
  }

  @Test
  void namesAMissingShard() throws IOException {
    Files.delete(second);
    assertRefused(first, second.toString(), "no such file");
  }

  @Test
  void asksForTheNameOfAShard() throws IOException {
    assertRefused(Files.move(first, folder.resolve("model.gguf")), "PREFIX-00001-of-00002.gguf");
  }

  @Test
  void refusesAShardOfAnotherSet() {
    shard(1, 3, 3, "b").write(second);
    assertRefused(first, SplitSet.COUNT, "2", "found 3");
  }

  @Test
  void refusesAShardOutOfPlace() {
    shard(0, 2, 3, "b").write(second);
    assertRefused(first, SplitSet.NO, "expected 1", "found 0");
  }

  @Test
  void refusesANumberBeyondTheCount() {
    shard(2, 2, 3, "b").write(second);
    assertRefused(first, SplitSet.NO, "0 to 1", "found 2");
  }

  /** llama.cpp's merge leaves the keys of a set, with a count of 0. */
  @Test
  void aMergedFileIsNoSet() {
    try (GgufFile file = GgufFile.open(shard(0, 0, 3, "a").write(folder.resolve("one.gguf")))) {
      assertEquals(1, file.tensors().size());
    }
  }

  @Test
  void refusesANegativeCount() {
    RawGguf.header(3, 0, 1).key(SplitSet.COUNT, GgufType.INT32).u32(-1).write(first);
    assertRefused(first, SplitSet.COUNT, "0 to 65535", "found -1");
  }

  @Test
  void refusesATensorInTwoShards() {
    shard(0, 2, 2, "a").write(first);
    shard(1, 2, 2, "a").write(second);
    assertRefused(first, second.toString(), "tensor a", "another shard");
  }

  @Test
  void refusesAnotherTotal() {
    shard(1, 2, 3, "b").write(second);
    assertRefused(first, SplitSet.TENSORS, "3", "found 2");
  }

  @Test
  void refusesAShardWithoutKeys() {
    RawGguf.model(0).write(second);
    assertRefused(first, second.toString(), SplitSet.COUNT, "no such key");
  }

  @Test
  void aSetOfOneNeedsNoName() {
    try (GgufFile file = GgufFile.open(shard(0, 1, 1, "a").write(folder.resolve("one.gguf")))) {
      assertEquals(1, file.tensors().size());
    }
  }

  private static RawGguf shard(int no, int count, int total, String tensor) {
    return RawGguf.header(3, 1, 3)
        .split(no, count, total)
        .tensor(tensor, GgmlType.I8.id(), 0, 32)
        .pad(32)
        .zeros(32);
  }

  private static void assertRefused(Path path, String... words) {
    GgufException e = assertThrows(GgufException.class, () -> GgufFile.open(path).close());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage() + " lacks " + word);
    }
  }
}
