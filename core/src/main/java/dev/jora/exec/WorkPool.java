package dev.jora.exec;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that run one parallel region after another. The caller takes part as
 * worker 0; the others are daemon threads that spin for some microseconds between regions, because
 * a token has hundreds of them, and park when nothing comes.
 *
 * <p>A region is claimed in contiguous chunks, large ones first: each is a share of what is left,
 * down to the grain. So threads finish together though one was slower, a thread that the system has
 * taken off its processor holds up at most the chunk it was in, and the caller does not wait for a
 * thread that never began.
 */
public final class WorkPool implements AutoCloseable {
  /** The body of a region. */
  @FunctionalInterface
  public interface Range {
    /**
     * Does the work of indices [begin, end).
     *
     * @param worker which thread this is, in [0, threads): a key for scratch memory
     */
    void run(int begin, int end, int worker);
  }

  /** Checks before parking: about 40 µs, where a wake-up costs 10 and a region starts in 0.5. */
  private static final int SPINS = 2000;

  /**
   * A chunk is what is left over this many per thread: `jora bench`, 2 threads, 4 to 8 % of decode.
   */
  private static final int SHARES_PER_THREAD = 2;

  // The two words that threads contend for, each on cache lines of its own.
  /** Region number (high half) and the next index to claim (low half). */
  private static final int TICKET = 16;

  /** Indices of the region that are not finished. */
  private static final int PENDING = 48;

  private final AtomicLongArray words = new AtomicLongArray(64);
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private volatile Thread waitingCaller;
  private volatile boolean closed;

  // The region. Written before its ticket is published, stable until its last chunk is finished.
  private Range body;
  private int n;
  private int grain;

  /**
   * A pool of {@code threads} threads, the caller included.
   *
   * @throws IllegalArgumentException if threads is less than 1
   */
  public WorkPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool needs at least 1 thread, not " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /** The number of threads, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs {@code body} over [0, n) in pieces that start at multiples of {@code grain}, and returns
   * when all are done. What a piece throws is thrown here, once; pieces not yet begun are skipped.
   *
   * @throws IllegalStateException if the pool is closed or in the middle of a region
   */
  public void run(int n, int grain, Range body) {
    if (n < 0 || grain < 1) {
      throw new IllegalArgumentException(
          "a region needs n >= 0 and grain >= 1: " + n + ", " + grain);
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "one region at a time: this pool is in the middle of another");
    }
    try {
      if (closed) {
        throw new IllegalStateException("this pool is closed");
      }
      if (n == 0) {
        return;
      }
      if (workers.length == 0 || grain >= n) {
        body.run(0, n, 0);
      } else {
        runShared(n, grain, body);
      }
    } finally {
      this.body = null;
      busy.set(false);
    }
  }

  private void runShared(int n, int grain, Range body) {
    this.body = body;
    this.n = n;
    this.grain = grain;
    failure.set(null);
    words.set(PENDING, n);
    int region = (int) (words.get(TICKET) >>> 32) + 1;
    words.set(TICKET, (long) region << 32);
    for (Worker worker : workers) {
      if (worker.parked) {
        LockSupport.unpark(worker.thread);
      }
    }
    work(region, 0);
    await();
    // Exhausted for any later length too: a late thread cannot claim while fields change.
    words.set(TICKET, (long) region << 32 | Integer.MAX_VALUE);
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Claims and runs chunks of a region until none is left. */
  private void work(int region, int worker) {
    while (true) {
      long ticket = words.get(TICKET);
      // A late thread may see the fields of a newer region here; its claim then fails, because the
      // ticket has moved on as well. A successful claim keeps the region open and the fields still.
      int begin = (int) ticket;
      if ((int) (ticket >>> 32) != region || begin >= n) {
        return;
      }
      int size = chunk(n - begin);
      if (words.compareAndSet(TICKET, ticket, ticket + size)) {
        runChunk(begin, begin + size, worker);
        if (words.addAndGet(PENDING, -size) == 0 && waitingCaller != null) {
          LockSupport.unpark(waitingCaller);
        }
      }
    }
  }

  /** The next chunk where {@code left} indices are left. */
  private int chunk(int left) {
    int shares = SHARES_PER_THREAD * threads();
    long size = ((long) left + shares - 1) / shares;
    return (int) Math.min(left, (size + grain - 1) / grain * grain);
  }

  private void runChunk(int begin, int end, int worker) {
    try {
      if (failure.get() == null) {
        body.run(begin, end, worker);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Waits until every claimed chunk is finished: spins, then parks. */
  private void await() {
    for (int i = 0; i < SPINS; i++) {
      if (words.get(PENDING) == 0) {
        return;
      }
      Thread.onSpinWait();
    }
    waitingCaller = Thread.currentThread();
    boolean interrupted = false;
    while (words.get(PENDING) != 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waitingCaller = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads. Closing twice is allowed, closing within a region is not. */
  @Override
  public void close() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("this pool is in the middle of a region");
    }
    closed = true;
    busy.set(false);
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
    }
  }

  private final class Worker implements Runnable {
    final int index;
    final Thread thread;
    volatile boolean parked;

    Worker(int index) {
      this.index = index;
      this.thread = Thread.ofPlatform().daemon().name("jora-worker-" + index).unstarted(this);
    }

    @Override
    public void run() {
      int seen = 0;
      while (!closed) {
        int region = (int) (words.get(TICKET) >>> 32);
        for (int i = 0; region == seen && i < SPINS; i++) {
          Thread.onSpinWait();
          region = (int) (words.get(TICKET) >>> 32);
        }
        if (region == seen) {
          park(seen);
        } else {
          seen = region;
          work(region, index);
        }
      }
    }

    /** Parks unless a region has begun: the caller publishes first and looks at the flag second. */
    private void park(int seen) {
      parked = true;
      if ((int) (words.get(TICKET) >>> 32) == seen && !closed) {
        LockSupport.park(WorkPool.this);
      }
      parked = false;
    }
  }
}
