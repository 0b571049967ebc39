package dev.jora.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;

/**
 * A file that one process fetches; others wait for it.
 *
 * @param isHeld false where the disk knows no locks
 */
record BlobLock(FileChannel channel, boolean isHeld) implements AutoCloseable {
  /** Waits until nobody else has the lock. */
  static BlobLock take(Path file, String what, HubListener listener) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean told = false;
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return new BlobLock(channel, true);
        }
      } catch (OverlappingFileLockException e) {
        // another thread of this process has it
      } catch (IOException e) {
        return new BlobLock(channel, false);
      }
      if (!told) {
        listener.note("another process fetches " + what + ": waiting for it");
        told = true;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        channel.close();
        Thread.currentThread().interrupt();
        throw new CancellationException();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
