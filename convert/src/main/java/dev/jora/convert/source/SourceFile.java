package dev.jora.convert.source;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.OpenedFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** A mapped file of a checkpoint, little-endian. */
final class SourceFile implements AutoCloseable {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final OpenedFiles.State state;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment data;

  /**
   * Maps a file.
   *
   * @throws SourceException if it is none, is empty or cannot be read
   */
  SourceFile(Path path) {
    try {
      state = state(path);
      data = map(path);
    } catch (IOException e) {
      arena.close();
      throw new SourceException("%s: cannot be read: %s".formatted(path, IoReason.of(e)), e);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  private static OpenedFiles.State state(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      if (!Files.exists(path)) {
        path.getFileSystem().provider().checkAccess(path); // says why
        throw new NoSuchFileException(path.toString());
      }
      String found = Files.isDirectory(path) ? "a folder" : "a pipe or device";
      throw new SourceException("%s: expected a file of weights, found %s".formatted(path, found));
    }
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return new OpenedFiles.State(path, now.size(), now.lastModifiedTime(), now.fileKey());
  }

  private MemorySegment map(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new SourceException(
            path + ": expected a file of weights, found an empty file: fetch it anew");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  Path path() {
    return state.path();
  }

  OpenedFiles.State state() {
    return state;
  }

  /** Every byte of it. */
  MemorySegment data() {
    return data;
  }

  /** A part of it that lies in the file for sure, on the heap. */
  byte[] bytes(long from, int length) {
    return data.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** What is wrong with the file. */
  SourceException fault(String format, Object... parts) {
    return new SourceException(path() + ": " + format.formatted(parts));
  }

  /** What to say where mapped bytes could not be read. */
  SourceException unreadable(InternalError cause) {
    try {
      GgufException why = new OpenedFiles(List.of(state)).unreadable(cause);
      return new SourceException(why.getMessage(), why);
    } catch (GgufException changed) {
      return new SourceException(changed.getMessage(), changed);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
