package dev.jora.hub;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;

/** A file that one process fetches; others, of huggingface_hub too, wait for it. */
final class BlobLock implements Closeable {
  private static final Closeable NONE = () -> {};

  private final Closeable held;

  private BlobLock(Closeable held) {
    this.held = held;
  }

  /** Waits until nobody else has the lock. */
  static BlobLock take(Path file, String what, HubListener listener) throws IOException {
    Files.createDirectories(file.getParent());
    boolean told = false;
    while (true) {
      Closeable held = attempt(file);
      if (held != null) {
        return new BlobLock(held);
      }
      if (!told) {
        listener.note("another process fetches " + what + ": waiting for it");
        told = true;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException();
      }
    }
  }

  /** What holds the lock; null where somebody else has it, NONE where the disk knows no locks. */
  private static Closeable attempt(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Closeable held = NONE;
    try {
      Flock lock = Flock.attempt(file);
      held =
          switch (lock.outcome()) {
            case TAKEN -> lock;
            case BUSY -> null;
            case UNKNOWN_HERE -> channel.tryLock() != null ? channel : null;
          };
    } catch (OverlappingFileLockException e) {
      held = null; // another thread of this process has it
    } catch (IOException e) {
      // no locks here
    } finally {
      if (held != channel) {
        channel.close();
      }
    }
    return held;
  }

  /** False where the disk knows no locks. */
  boolean isHeld() {
    return held != NONE;
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
