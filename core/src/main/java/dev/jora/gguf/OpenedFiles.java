package dev.jora.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;

/**
 * The mapped files of a model as they were when they were opened. A mapping shows what others do to
 * its file: what is computed from one that was cut or written to is worth nothing.
 *
 * @param files one, or all shards
 */
public record OpenedFiles(List<State> files) {
  /** No files: tensors that lie in memory. */
  public static final OpenedFiles NONE = new OpenedFiles(List.of());

  /** Copies the list. */
  public OpenedFiles {
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param path its name
   * @param bytes its length
   * @param modified when somebody wrote to it last
   * @param key tells it from another that comes to have its name; null where there is no such thing
   */
  public record State(Path path, long bytes, FileTime modified, Object key) {
    static State of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new State(path, now.size(), now.lastModifiedTime(), now.fileKey());
    }
  }

  /**
   * Checks that nobody has written to the files. A file that was removed, or replaced by another of
   * its name, lives on as long as it is mapped.
   *
   * @throws GgufException if somebody has cut a file, or written to it
   */
  public void requireUnchanged() {
    for (State before : files) {
      State now;
      try {
        now = State.of(before.path());
      } catch (IOException e) {
        continue; // removed
      }
      if (Objects.equals(now.key(), before.key()) && !now.equals(before)) {
        throw GgufException.changed(before.path(), before.bytes(), now.bytes());
      }
    }
  }

  /**
   * What to say of bytes that could not be read.
   *
   * @param cause null for none
   * @throws GgufException if it is clear that somebody has changed a file
   */
  public GgufException unreadable(InternalError cause) {
    requireUnchanged();
    return GgufException.cutWhileMapped(files.getFirst().path(), -1, "tensors", cause);
  }
}
