package dev.jora.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A new file that one process writes, and nobody else while it lives. It is made, never opened, so
 * that no link and no file of others is written to; the system's lock on it says that its writer is
 * alive, and goes with it whatever its end was. A file without a lock was left by a process that is
 * no more, and is removed.
 *
 * @param path its name
 * @param channel open for writing, and locked where the disk knows locks
 * @param key tells it from others that may come to have the name; null where the system has no such
 *     thing
 */
record PartLock(Path path, FileChannel channel, Object key) {
  private static final int TRIES = 100;

  /**
   * Makes the file.
   *
   * @param target what to call it in messages
   * @throws IOException if it cannot be made, or another process has it
   */
  static PartLock take(Path target, Path path) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try {
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        Optional<PartLock> taken = locked(path, channel);
        if (taken.isPresent()) {
          return taken.get();
        }
      } catch (FileAlreadyExistsException e) {
        removeStale(target, path);
      } catch (AccessDeniedException e) {
        throw new FileSystemException(
            target.toString(), null, "no permission to write into its folder");
      }
    }
    throw taken(target, path, null);
  }

  /** The file just made, unless somebody was quicker to lock it and to take it for a stale one. */
  private static Optional<PartLock> locked(Path path, FileChannel channel) throws IOException {
    try {
      if (isLockedByOthers(channel)) {
        channel.close();
        return Optional.empty();
      }
      // Is it still the file of this name? To open it a second time would lose the lock: POSIX.
      int size = ThreadLocalRandom.current().nextInt(1, 1 << 16);
      channel.write(ByteBuffer.allocate(size));
      BasicFileAttributes named = attributes(path);
      channel.truncate(0).position(0);
      if (named.size() == size) {
        return Optional.of(new PartLock(path, channel, named.fileKey()));
      }
    } catch (NoSuchFileException e) {
      // It was taken for a stale one before it was locked.
    } catch (IOException e) { // a full disk
      Files.deleteIfExists(path);
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private static void removeStale(Path target, Path path) throws IOException {
    BasicFileAttributes before;
    try {
      before = attributes(path);
    } catch (NoSuchFileException e) {
      return; // finished meanwhile
    }
    if (!before.isRegularFile()) {
      throw new FileSystemException(
          target.toString(),
          null,
          path + " is in the way, which is no file of jora's: remove it, or choose another name");
    }
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (isLockedByOthers(channel)) {
        throw taken(target, path, before.fileKey());
      }
      // Its writer may have finished it, and the name be another's.
      Object now = attributes(path).fileKey();
      if (now == null || now.equals(before.fileKey())) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // finished meanwhile
    }
  }

  /** Locks it, if nobody has. A disk without locks has none of others either. */
  private static boolean isLockedByOthers(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException e) { // this very process
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static FileSystemException taken(Path target, Path path, Object key) {
    return new FileSystemException(
        target.toString(),
        null,
        "%s is writing it already, into %s: wait for it, or choose another name"
            .formatted(
                LockOwner.of(key).map(pid -> "process " + pid).orElse("another process"), path));
  }

  /** True unless somebody has removed or replaced the file. */
  boolean isOurs() throws IOException {
    try {
      Object now = attributes(path).fileKey();
      return now == null || now.equals(key);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Checks that the name is still this file's.
   *
   * @throws IOException if somebody has removed or replaced it
   */
  void requireOurs() throws IOException {
    if (!isOurs()) {
      throw new FileSystemException(
          path.toString(), null, "it was removed or replaced while it was written");
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
