package dev.jora.quantize.split;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.PartFile;
import dev.jora.gguf.SplitSet;
import dev.jora.gguf.TensorInfo;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Splits a model file into shards, and merges shards into one file. */
public final class GgufShards {
  /** What goes on. */
  public interface Listener {
    /** A file is about to be written. */
    default void writing(Path file) {}

    /** Asked between tensors: true ends the work, and nothing is left of it. */
    default boolean cancelled() {
      return false;
    }
  }

  private GgufShards() {}

  /** The files that a split writes: {@code PREFIX-%05d-of-%05d.gguf}. */
  public static List<Path> paths(Path prefix, int count) {
    List<Path> paths = new ArrayList<>();
    for (int no = 0; no < count; no++) {
      paths.add(prefix.resolveSibling(SplitSet.name("" + prefix.getFileName(), no, count)));
    }
    return List.copyOf(paths);
  }

  /**
   * Writes the shards of a plan. The first has all metadata, each has its number, the number of
   * shards and of all tensors. They get their names only when all are on disk; should anything
   * fail, none is left.
   *
   * @param source a file or a set of shards, which stays as it is
   * @return false if the listener cancelled
   * @throws FileAlreadyExistsException if a shard is there already
   */
  public static boolean split(GgufFile source, Path prefix, SplitPlan plan, Listener listener)
      throws IOException {
    int count = plan.shards().size();
    List<Path> targets = paths(prefix, count);
    for (Path target : targets) {
      requireAbsent(target);
    }
    List<GgufWriter> writers = new ArrayList<>();
    List<Path> left = new ArrayList<>();
    try {
      for (int no = 0; no < count; no++) {
        listener.writing(targets.get(no));
        Map<String, GgufValue> metadata = shardMetadata(source, no, count, plan.tensors());
        GgufWriter writer = GgufWriter.create(targets.get(no), metadata, plan.shards().get(no));
        writers.add(writer);
        if (!write(source, writer, listener)) {
          return false;
        }
      }
      for (Path target : targets) {
        requireAbsent(target);
      }
      for (int no = 0; no < count; no++) {
        writers.get(no).finish();
        left.add(targets.get(no));
      }
      left.clear();
      return true;
    } finally {
      for (GgufWriter writer : writers) {
        writer.close();
      }
      for (Path path : left) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static Map<String, GgufValue> shardMetadata(
      GgufFile source, int no, int count, int tensors) {
    Map<String, GgufValue> metadata = no == 0 ? wholeMetadata(source) : new LinkedHashMap<>();
    metadata.put(SplitSet.NO, new GgufValue.Int(GgufType.UINT16, no));
    metadata.put(SplitSet.COUNT, new GgufValue.Int(GgufType.UINT16, count));
    metadata.put(SplitSet.TENSORS, new GgufValue.Int(GgufType.INT32, tensors));
    return metadata;
  }

  /** All pairs but those of a shard. */
  private static Map<String, GgufValue> wholeMetadata(GgufFile source) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>(source.metadata().values());
    metadata.keySet().removeAll(List.of(SplitSet.NO, SplitSet.COUNT, SplitSet.TENSORS));
    return metadata;
  }

  /**
   * Writes all shards of a set into one file, which gets its name when it is on disk. Metadata are
   * the first shard's without those of a set, so that what was split is what was there before.
   *
   * @param source opened by its first shard
   * @return false if the listener cancelled
   * @throws FileAlreadyExistsException if the file is there already
   * @throws GgufException if the source is no set of shards
   */
  public static boolean merge(GgufFile source, Path target, Listener listener) throws IOException {
    requireSet(source.metadata());
    requireAbsent(target);
    listener.writing(target);
    try (GgufWriter out = GgufWriter.create(target, wholeMetadata(source), source.infos())) {
      if (!write(source, out, listener)) {
        return false;
      }
      out.finish();
      return true;
    }
  }

  /**
   * Checks that a file is the first of a set.
   *
   * @throws GgufException if it is a whole model
   */
  public static void requireSet(GgufMetadata metadata) {
    if (!metadata.contains(SplitSet.COUNT) || metadata.integer(SplitSet.COUNT) == 0) {
      throw metadata.fault(SplitSet.COUNT, "the first shard of a split model", "a whole model");
    }
  }

  private static void requireAbsent(Path target) throws FileAlreadyExistsException {
    if (Files.exists(target) && !PartFile.isStream(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  /** All tensors of a file; false if the listener cancelled. */
  private static boolean write(GgufFile source, GgufWriter out, Listener listener)
      throws IOException {
    for (TensorInfo info : out.infos()) {
      if (listener.cancelled()) {
        return false;
      }
      try {
        out.append(source.tensor(info.name()).data());
      } catch (InternalError e) {
        throw source.opened().unreadable(e);
      }
    }
    source.opened().requireUnchanged();
    return true;
  }
}
