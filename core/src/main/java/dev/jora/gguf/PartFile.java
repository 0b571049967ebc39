package dev.jora.gguf;

import java.io.IOException;
import java.io.OutputStream;
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
 *
 * <p>One process at a time makes a file: a second one is refused ({@link PartLock}). Devices and
 * pipes have no parts, they take the bytes as they come.
 */
public final class PartFile implements AutoCloseable {
  private final Path target;
  private final PartLock part; // null for a device or pipe
  private final FileChannel channel;
  private long written;
  private boolean finished;

  /**
   * Begins a file, in place of a part that a process has left that is no more. Where {@code target}
   * is a link, what it points to is replaced; a file that is replaced keeps its permissions.
   *
   * @throws IOException if it cannot be written, or somebody else is writing it
   */
  public PartFile(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "it is a folder");
    }
    if (isStream(target)) {
      this.target = target;
      this.part = null;
      this.channel = FileChannel.open(target, StandardOpenOption.WRITE);
    } else {
      this.target = followed(target);
      this.part = PartLock.take(this.target, nameFor(this.target));
      this.channel = part.channel();
    }
  }

  /** {@code NAME.part} beside {@code NAME}. */
  public static Path nameFor(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /**
   * True for what is there and cannot be replaced by a file, a device or pipe: nothing is lost in
   * writing to it, and no room on a disk is needed.
   */
  public static boolean isStream(Path target) {
    // /dev/stdout may be a file: replacing it would leave the process with the old one.
    return Files.exists(target)
        && !Files.isDirectory(target)
        && (!Files.isRegularFile(target) || isDescriptor(target.toAbsolutePath().normalize()));
  }

  private static boolean isDescriptor(Path path) {
    return path.startsWith("/proc")
        || path.startsWith("/dev/fd")
        || path.equals(Path.of("/dev/stdout"))
        || path.equals(Path.of("/dev/stderr"));
  }

  /** What a link leads to, whether it is there or not. */
  private static Path followed(Path target) throws IOException {
    if (!Files.isSymbolicLink(target)) {
      return target;
    }
    if (Files.exists(target)) {
      return target.toRealPath();
    }
    Path path = target;
    for (int links = 0; Files.isSymbolicLink(path); links++) {
      if (links == 40) { // as many as Linux follows
        throw new FileSystemException(target.toString(), null, "its links lead in a circle");
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    return path;
  }

  /** Bytes written. */
  public long written() {
    return written;
  }

  /** Writes all that remains of a buffer. */
  public void write(ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        written += channel.write(bytes);
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(target.toString(), null, e.getMessage());
    }
  }

  /** {@link #write} as a stream without a buffer; closing it does nothing. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        PartFile.this.write(ByteBuffer.wrap(bytes, from, length));
      }
    };
  }

  /** Brings the file to the disk and under its name, in place of whatever stood there. */
  public void finish() throws IOException {
    if (part != null) {
      channel.force(true);
      keepPermissions();
      part.requireOurs();
      Files.move(
          part.path(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    finished = true;
    channel.close(); // after the name is given: it is the lock, too
    if (part != null) {
      syncFolder(target);
    }
  }

  private void keepPermissions() throws IOException {
    if (Files.exists(target) && Files.getFileStore(target).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(part.path(), Files.getPosixFilePermissions(target));
    }
  }

  /** Brings the names in a file's folder to the disk, where the system can do that. */
  private static void syncFolder(Path file) {
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
    if (finished) {
      return;
    }
    try (channel) {
      if (part != null && part.isOurs()) {
        Files.deleteIfExists(part.path());
      }
    }
  }
}
