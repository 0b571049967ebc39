package dev.jora.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file in the making. Its bytes go to {@code NAME.part}; only {@link #finish} gives them the
 * final name, in one step and after they have reached the disk, so that whatever stands under the
 * final name is whole. Closing without {@code finish} removes the part.
 */
public final class PartFile implements AutoCloseable {
  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private boolean finished;

  /**
   * Begins a file, in place of a part that somebody may have left. Where {@code target} is a link,
   * what it points to is replaced; a file that is replaced keeps its permissions.
   */
  public PartFile(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "it is a folder");
    }
    this.target =
        Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target;
    this.part = nameFor(this.target);
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** {@code NAME.part} beside {@code NAME}. */
  public static Path nameFor(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /** Where the bytes go. */
  public FileChannel channel() {
    return channel;
  }

  /** Writes all that remains of a buffer. */
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Brings the file to the disk and under its name, in place of whatever stood there. */
  public void finish() throws IOException {
    channel.force(true);
    channel.close();
    keepPermissions();
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    finished = true;
    syncFolder(target);
  }

  private void keepPermissions() throws IOException {
    if (Files.exists(target) && Files.getFileStore(target).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
    }
  }

  /** Brings the names in a file's folder to the disk, where the system can do that. */
  public static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Windows opens no folders, and needs no such thing.
    }
  }

  /** Removes the part, unless the file is finished. */
  @Override
  public void close() throws IOException {
    if (!finished) {
      channel.close();
      Files.deleteIfExists(part);
    }
  }
}
