package dev.jora.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl+C: long work asks {@link #requested} now and then, ends in good order, and the JVM exits
 * with 130 (143 for SIGTERM). Built on a shutdown hook, which the JVM runs for both signals and
 * which holds the exit back until the work is done, {@link #PATIENCE_SECONDS} at most.
 */
final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean requested;

  /** From now on signals wait for {@link #close}. */
  Interrupt() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::await, "jora-interrupt"));
  }

  private void await() {
    if (done.getCount() == 0) {
      return;
    }
    requested = true;
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("jora: still busy, stopped all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True once somebody wants the work to end. */
  boolean requested() {
    return requested;
  }

  /** The work is done, its output flushed. */
  @Override
  public void close() {
    done.countDown();
  }
}
