package dev.jora.cli.common;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl+C: long work asks {@link #requested} now and then, ends in good order, and the JVM exits
 * with 130 (143 for SIGTERM). Built on a shutdown hook, which the JVM runs for both signals and
 * which holds the exit back until the work is done, {@link #PATIENCE_SECONDS} at most; while
 * nothing is done but waiting for input, it does not.
 */
public final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean requested;
  private Runnable farewell;
  private boolean leaving;

  /** From now on signals wait for {@link #close}. */
  public Interrupt() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::await, "jora-interrupt"));
  }

  private void await() {
    if (done.getCount() == 0) {
      return;
    }
    Runnable last = leave();
    if (last != null) {
      last.run();
      return;
    }
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("jora: still busy, stopped all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is to be done before the end if nothing is under way; else null. */
  private synchronized Runnable leave() {
    requested = true;
    leaving = farewell != null;
    return farewell;
  }

  /**
   * Until {@link #busy}, a signal ends the process without waiting.
   *
   * @param last what is done before, on another thread
   */
  public synchronized void idle(Runnable last) {
    farewell = last;
  }

  /** Work goes on; but not where a signal came before. */
  public synchronized void busy() {
    farewell = null;
    while (leaving) { // for the little time that is left
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** True once somebody wants the work to end. */
  public boolean requested() {
    return requested;
  }

  /** The work is done, its output flushed. */
  @Override
  public void close() {
    done.countDown();
  }
}
