package dev.jora.gguf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The names and keys of a model split into several files: {@code PREFIX-%05d-of-%05d.gguf}, counted
 * from 1, with {@code split.no} counted from 0. Paths of further shards are made from the name of
 * the first alone, never from what a file says.
 */
public final class SplitSet {
  /** Number of this shard, from 0. */
  public static final String NO = "split.no";

  /** Number of shards. */
  public static final String COUNT = "split.count";

  /** Tensors in all shards together. */
  public static final String TENSORS = "split.tensors.count";

  private static final int MAX_COUNT = 65535;

  private SplitSet() {}

  /** The file name of shard {@code no}, from 0, of {@code count}. */
  public static String name(String prefix, int no, int count) {
    return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", prefix, no + 1, count);
  }

  /** Adds the other shards of the set whose first is in {@code parts}; nothing if it is no set. */
  static void join(List<GgufFile.Shard> parts, Function<Path, GgufFile.Shard> open) {
    GgufFile.Shard first = parts.getFirst();
    GgufMetadata metadata = first.header().metadata();
    if (!metadata.contains(COUNT)) {
      return;
    }
    int count = metadata.integer(COUNT);
    if (count < 0 || count > MAX_COUNT) {
      throw metadata.fault(COUNT, "0 to " + MAX_COUNT, "" + count);
    }
    if (count == 0) { // what llama.cpp's merge leaves of a set
      return;
    }
    String name = first.path().getFileName().toString();
    int no = checkNo(metadata, count);
    if (count == 1) {
      return;
    }
    String suffix = name("", no, count);
    if (!name.endsWith(suffix)) {
      throw metadata.fault(
          NO, "a file named PREFIX" + suffix + " for shard " + (no + 1) + " of " + count, name);
    }
    String prefix = name.substring(0, name.length() - suffix.length());
    if (no != 0) {
      throw metadata.fault(
          NO, "the first shard of the model: give " + name(prefix, 0, count), "shard " + (no + 1));
    }
    for (int i = 1; i < count; i++) {
      parts.add(next(first.path(), name(prefix, i, count), i, count, open));
    }
    int tensors = parts.stream().mapToInt(part -> part.header().infos().size()).sum();
    if (metadata.contains(TENSORS) && metadata.integer(TENSORS) != tensors) {
      throw metadata.fault(
          TENSORS, metadata.integer(TENSORS) + " tensors in all shards", "" + tensors);
    }
  }

  private static GgufFile.Shard next(
      Path first, String name, int no, int count, Function<Path, GgufFile.Shard> open) {
    Path path = first.resolveSibling(name);
    if (!Files.exists(path)) {
      throw new GgufException(
          path,
          -1,
          "shard " + (no + 1) + " of " + count,
          "it beside " + first.getFileName(),
          "no such file");
    }
    GgufFile.Shard shard = open.apply(path);
    GgufMetadata metadata = shard.header().metadata();
    if (metadata.integer(COUNT) != count) {
      throw metadata.fault(COUNT, count + " as in the first shard", "" + metadata.integer(COUNT));
    }
    if (checkNo(metadata, count) != no) {
      throw metadata.fault(NO, "" + no, "" + metadata.integer(NO));
    }
    return shard;
  }

  private static int checkNo(GgufMetadata metadata, int count) {
    int no = metadata.integer(NO);
    if (no < 0 || no >= count) {
      throw metadata.fault(NO, "0 to " + (count - 1), "" + no);
    }
    return no;
  }
}
