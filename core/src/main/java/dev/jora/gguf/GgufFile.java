package dev.jora.gguf;

import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file, memory-mapped read-only: metadata on the heap, tensors as slices of the mapping, not
 * a byte of them read until someone looks. The mapping lives until {@link #close}; any thread may
 * read. A model split into shards is one {@code GgufFile}.
 *
 * <p>Every fault, from a missing path to a lying size, is a {@link GgufException}. Should another
 * process cut the file while it is mapped, reading a tensor throws {@link InternalError}; wrap it
 * with {@link GgufException#cutWhileMapped}. Should it write to the file, nothing is thrown: ask
 * {@link #opened} before using what was read.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final GgufHeader header;
  private final List<Path> shards;
  private final List<TensorInfo> infos;
  private final Map<String, Tensor> tensors;
  private final OpenedFiles opened;
  private final long fileBytes;

  private GgufFile(Path path, Arena arena, List<Shard> parts) {
    this.path = path;
    this.arena = arena;
    this.header = parts.getFirst().header();
    this.opened = new OpenedFiles(parts.stream().map(Shard::state).toList());
    this.shards = parts.stream().map(Shard::path).toList();
    this.infos = parts.stream().flatMap(part -> part.header().infos().stream()).toList();
    this.fileBytes = parts.stream().mapToLong(part -> part.mapping().byteSize()).sum();
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (Shard part : parts) {
      for (TensorInfo info : part.header().infos()) {
        if (all.put(info.name(), part.tensor(info)) != null) {
          throw new GgufException(
              part.path(), -1, "tensor " + info.name(), "each name once", "it in another shard");
        }
      }
    }
    this.tensors = Collections.unmodifiableMap(all);
  }

  /** One mapped file. */
  record Shard(OpenedFiles.State state, MemorySegment mapping, GgufHeader header) {
    Path path() {
      return state.path();
    }

    Tensor tensor(TensorInfo info) {
      long start = info.bytes() == 0 ? 0 : Math.addExact(header.dataStart(), info.offset());
      MemorySegment data = mapping.asSlice(start, info.bytes());
      return new Tensor(info.name(), info.type(), info.shape(), data);
    }
  }

  /**
   * Opens a model. Of a split model give the first shard, {@code NAME-00001-of-0000N.gguf}; the
   * others are found beside it.
   *
   * @throws GgufException for whatever is wrong with the path or the file
   */
  public static GgufFile open(Path path) {
    return open(path, true);
  }

  /**
   * Opens one file as it is: a shard stays alone.
   *
   * @throws GgufException for whatever is wrong with the path or the file
   */
  public static GgufFile openAlone(Path path) {
    return open(path, false);
  }

  /**
   * The key-value pairs alone, of this file alone: neither tensor table nor data are looked at.
   *
   * @throws GgufException for whatever is wrong with the path or the metadata
   */
  public static GgufMetadata readMetadata(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return GgufReader.metadata(path, map(state(path), arena));
    }
  }

  private static GgufFile open(Path path, boolean join) {
    Arena arena = Arena.ofShared();
    try {
      List<Shard> parts = new ArrayList<>();
      parts.add(shard(path, arena));
      if (join) {
        SplitSet.join(parts, next -> shard(next, arena));
      }
      return new GgufFile(path, arena, parts);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  private static Shard shard(Path path, Arena arena) {
    OpenedFiles.State state = state(path);
    MemorySegment mapping = map(state, arena);
    return new Shard(state, mapping, GgufReader.header(path, mapping));
  }

  /** The file as it is before it is mapped. */
  private static OpenedFiles.State state(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        if (!Files.exists(path)) {
          path.getFileSystem().provider().checkAccess(path); // says why
          throw new NoSuchFileException(path.toString());
        }
        String found = Files.isDirectory(path) ? "a directory" : "a pipe or device";
        throw new GgufException(path, -1, "cannot open", "a GGUF file", found);
      }
      return OpenedFiles.State.of(path);
    } catch (IOException e) {
      throw GgufException.unreadable(path, e);
    }
  }

  private static MemorySegment map(OpenedFiles.State state, Arena arena) {
    Path path = state.path();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new GgufException(path, -1, "not a GGUF file", "magic 'GGUF'", "an empty file");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw GgufException.unreadable(path, e);
    }
  }

  /** The path that was opened; of a split model the first shard. */
  public Path path() {
    return path;
  }

  /** The files, one or all shards in order. */
  public List<Path> shards() {
    return shards;
  }

  /** The files as they were when they were opened. */
  public OpenedFiles opened() {
    return opened;
  }

  /** GGUF version, 2 or 3. */
  public int version() {
    return header.version();
  }

  /** Key-value pairs; of a split model those of the first shard. */
  public GgufMetadata metadata() {
    return header.metadata();
  }

  /** Bytes: every tensor starts at a multiple of it in its file. */
  public int alignment() {
    return header.alignment();
  }

  /** The tensor table in file order, all shards one after the other. */
  public List<TensorInfo> infos() {
    return infos;
  }

  /** Tensors by name, in file order; the data are valid until {@link #close}. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /**
   * A tensor that must be there.
   *
   * @throws GgufException if the file has none of this name
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new GgufException(path, -1, "tensor " + name, "it in the file", "no such tensor");
    }
    return tensor;
  }

  /** Bytes on disk, all shards together. */
  public long fileBytes() {
    return fileBytes;
  }

  /** True if the file goes on to a multiple of the alignment after its last byte of content. */
  boolean endPadded() {
    return fileBytes >= GgufReader.pad(header.end(), header.alignment());
  }

  /** Unmaps the file; tensors must not be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
