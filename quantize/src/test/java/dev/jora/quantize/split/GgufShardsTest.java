package dev.jora.quantize.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.SplitSet;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Splitting and merging model files. */
class GgufShardsTest {
  private static final GgufShards.Listener NOBODY = new GgufShards.Listener() {};

  @TempDir Path folder;

  private Path prefix() {
    return folder.resolve("m");
  }

  private List<Path> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** A file as our writer makes it, with any alignment. */
  private Path canonical(int alignment) throws IOException {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Str("llama"));
    metadata.put("general.alignment", new GgufValue.Int(GgufType.UINT32, alignment));
    metadata.put("x.floats", new GgufValue.F32s(new float[] {1, Float.NaN}));
    List<TensorInfo> infos = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      infos.add(new TensorInfo("t" + i, GgmlType.I8, Shape.of(100 * i + 7), 0));
    }
    Path file = folder.resolve("whole.gguf");
    Random random = new Random(3);
    try (GgufWriter out = GgufWriter.create(file, metadata, infos)) {
      for (TensorInfo info : infos) {
        byte[] data = new byte[(int) info.bytes()];
        random.nextBytes(data);
        out.append(MemorySegment.ofArray(data));
      }
      out.finish();
    }
    return file;
  }

  private List<Path> split(Path file, SplitLimit limit, boolean metadataFirst) throws IOException {
    try (GgufFile source = GgufFile.open(file)) {
      SplitPlan plan = SplitPlan.of(source.infos(), limit, metadataFirst);
      assertTrue(GgufShards.split(source, prefix(), plan, NOBODY));
      return GgufShards.paths(prefix(), plan.shards().size());
    }
  }

  private Path merge(Path first) throws IOException {
    Path merged = folder.resolve("merged.gguf");
    try (GgufFile source = GgufFile.open(first)) {
      assertTrue(GgufShards.merge(source, merged, NOBODY));
    }
    return merged;
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "4,true", "100,false", "100,true"})
  void whatIsSplitAndMergedIsTheSameFile(int tensors, boolean metadataFirst) throws IOException {
    for (Path file : List.of(canonical(64), Shared.testdata("architectures/llama/model.gguf"))) {
      List<Path> shards = split(file, new SplitLimit.Tensors(tensors), metadataFirst);
      Path merged = merge(shards.getFirst());
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(merged));
      Files.delete(merged);
      for (Path shard : shards) {
        Files.delete(shard);
      }
    }
  }

  @Test
  void aSplitModelIsOneModel() throws IOException {
    Path file = Shared.testdata("architectures/mixtral/model.gguf");
    List<Path> shards = split(file, new SplitLimit.Bytes(300_000), false);
    assertTrue(shards.size() > 3, shards.toString());
    assertEquals(list(), shards, "nothing else");
    try (GgufFile whole = GgufFile.open(file);
        GgufFile set = GgufFile.open(shards.getFirst())) {
      assertEquals(List.copyOf(whole.tensors().keySet()), List.copyOf(set.tensors().keySet()));
      whole
          .tensors()
          .forEach(
              (name, tensor) -> {
                assertEquals(tensor.shape(), set.tensor(name).shape());
                assertEquals(-1, tensor.data().mismatch(set.tensor(name).data()), name);
              });
      Set<String> more = new TreeSet<>(set.metadata().values().keySet());
      more.removeAll(whole.metadata().values().keySet());
      assertEquals(Set.of(SplitSet.NO, SplitSet.COUNT, SplitSet.TENSORS), more);
    }
    var second = GgufFile.readMetadata(shards.get(1));
    assertEquals(
        Map.of(
            SplitSet.NO, new GgufValue.Int(GgufType.UINT16, 1),
            SplitSet.COUNT, new GgufValue.Int(GgufType.UINT16, shards.size()),
            SplitSet.TENSORS, new GgufValue.Int(GgufType.INT32, 23)),
        second.values());
  }

  @Test
  void aSetCanBeSplitAnew() throws IOException {
    Path file = canonical(32);
    List<Path> shards = split(file, new SplitLimit.Tensors(2), false);
    Path other = folder.resolve("other");
    try (GgufFile set = GgufFile.open(shards.getFirst())) {
      SplitPlan plan = SplitPlan.of(set.infos(), new SplitLimit.Tensors(5), false);
      assertTrue(GgufShards.split(set, other, plan, NOBODY));
    }
    Path merged = merge(GgufShards.paths(other, 2).getFirst());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(merged));
  }

  // ---- plans -------------------------------------------------------------------------------

  private static List<List<String>> names(SplitPlan plan) {
    return plan.shards().stream().map(s -> s.stream().map(TensorInfo::name).toList()).toList();
  }

  private static List<TensorInfo> tensors(int... bytes) {
    List<TensorInfo> infos = new ArrayList<>();
    for (int n : bytes) {
      infos.add(new TensorInfo("" + infos.size(), GgmlType.I8, Shape.of(n), 0));
    }
    return infos;
  }

  @Test
  void shardsAreFilledInOrder() {
    List<TensorInfo> five = tensors(32, 32, 32, 32, 32);
    assertEquals(
        List.of(List.of("0", "1"), List.of("2", "3"), List.of("4")),
        names(SplitPlan.of(five, new SplitLimit.Tensors(2), false)));
    assertEquals(
        List.of(List.of(), List.of("0", "1", "2"), List.of("3", "4")),
        names(SplitPlan.of(five, new SplitLimit.Tensors(3), true)));
    assertEquals(
        List.of(List.of("0", "1", "2"), List.of("3", "4")),
        names(SplitPlan.of(five, new SplitLimit.Bytes(96), false)));
    assertEquals(
        List.of(List.of("0", "1"), List.of("2", "3"), List.of("4")),
        names(SplitPlan.of(five, new SplitLimit.Bytes(95), false)));
    assertEquals(
        List.of(List.of()), names(SplitPlan.of(List.of(), new SplitLimit.Tensors(1), false)));
  }

  @Test
  void paddingCountsAndALargeTensorStandsAlone() {
    assertEquals(
        List.of(List.of("0", "1"), List.of("2")),
        names(SplitPlan.of(tensors(1, 1, 1), new SplitLimit.Bytes(64), false)));
    assertEquals(
        List.of(List.of("0"), List.of("1"), List.of("2", "3")),
        names(SplitPlan.of(tensors(1000, 1000, 32, 32), new SplitLimit.Bytes(64), false)));
  }

  @Test
  void tooManyShardsAreRefused() {
    int[] ones = new int[65536];
    Arrays.fill(ones, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> SplitPlan.of(tensors(ones), new SplitLimit.Tensors(1), false));
    assertThrows(IllegalArgumentException.class, () -> new SplitLimit.Tensors(0));
    assertThrows(IllegalArgumentException.class, () -> new SplitLimit.Bytes(0));
  }

  // ---- failures ----------------------------------------------------------------------------

  /** Cancels, or fails, at the n-th question. */
  private static GgufShards.Listener ends(int at, boolean fails) {
    return new GgufShards.Listener() {
      private int asked;

      @Override
      public boolean cancelled() {
        if (++asked == at && fails) {
          throw new IllegalStateException("as if the disk failed");
        }
        return asked == at;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9})
  void whatFailsLeavesNothing(int at) throws IOException {
    Path file = canonical(32);
    try (GgufFile source = GgufFile.open(file)) {
      SplitPlan plan = SplitPlan.of(source.infos(), new SplitLimit.Tensors(2), false);
      assertFalse(GgufShards.split(source, prefix(), plan, ends(at, false)));
      assertEquals(List.of(file), list());
      assertThrows(
          IllegalStateException.class,
          () -> GgufShards.split(source, prefix(), plan, ends(at, true)));
      assertEquals(List.of(file), list());
      assertTrue(GgufShards.split(source, prefix(), plan, NOBODY));
    }
    List<Path> before = list();
    try (GgufFile set = GgufFile.open(GgufShards.paths(prefix(), 5).getFirst())) {
      Path merged = folder.resolve("merged.gguf");
      assertFalse(GgufShards.merge(set, merged, ends(at, false)));
      assertEquals(before, list());
      assertThrows(
          IllegalStateException.class, () -> GgufShards.merge(set, merged, ends(at, true)));
      assertEquals(before, list());
    }
  }

  /** A folder in the place of a shard's name: the last step of five fails. */
  @Test
  void aNameThatCannotBeGivenTakesTheOthersBack() throws IOException {
    Path file = canonical(32);
    Path last = GgufShards.paths(prefix(), 5).get(4);
    GgufShards.Listener mischief =
        new GgufShards.Listener() {
          @Override
          public void writing(Path path) {
            try {
              if (path.equals(last)) {
                Files.createDirectory(last);
                Files.createFile(last.resolve("x"));
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (GgufFile source = GgufFile.open(file)) {
      SplitPlan plan = SplitPlan.of(source.infos(), new SplitLimit.Tensors(2), false);
      assertThrows(IOException.class, () -> GgufShards.split(source, prefix(), plan, mischief));
    }
    assertEquals(List.of(last, file), list());
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path file = canonical(32);
    List<Path> shards = split(file, new SplitLimit.Tensors(5), false);
    try (GgufFile source = GgufFile.open(file);
        GgufFile set = GgufFile.open(shards.getFirst())) {
      SplitPlan plan = SplitPlan.of(source.infos(), new SplitLimit.Tensors(5), false);
      FileAlreadyExistsException e =
          assertThrows(
              FileAlreadyExistsException.class,
              () -> GgufShards.split(source, prefix(), plan, NOBODY));
      assertEquals(shards.getFirst().toString(), e.getFile());
      assertThrows(FileAlreadyExistsException.class, () -> GgufShards.merge(set, file, NOBODY));
      assertThrows(
          NoSuchFileException.class,
          () -> GgufShards.merge(set, folder.resolve("none/m.gguf"), NOBODY));
    }
  }

  @Test
  void aWholeModelIsNotMerged() throws IOException {
    try (GgufFile whole = GgufFile.open(canonical(32))) {
      GgufException e =
          assertThrows(
              GgufException.class,
              () -> GgufShards.merge(whole, folder.resolve("merged.gguf"), NOBODY));
      assertTrue(e.getMessage().contains("split.count"), e.getMessage());
    }
  }
}
