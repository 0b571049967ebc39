package dev.jora.backend.cuda.software;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the blocks of a launch on the machine's cores. */
final class Runner implements AutoCloseable {
  private static final int WORKERS = Runtime.getRuntime().availableProcessors();

  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          WORKERS,
          task -> {
            Thread thread = new Thread(task, "software-device");
            thread.setDaemon(true);
            return thread;
          });

  /** A block's fault. */
  private record Failure(long block, RuntimeException fault) {}

  /**
   * Runs all blocks.
   *
   * @throws DeviceFault that of the first block that has one, however they were run
   */
  void run(Launch launch) {
    Values values = new Values(launch);
    long x = launch.grid().x();
    long y = launch.grid().y();
    long total = x * y * launch.grid().z();
    AtomicLong next = new AtomicLong();
    AtomicLong end = new AtomicLong(total);
    List<Failure> failures = new ArrayList<>();
    Runnable worker =
        () -> {
          Block block = new Block(launch, values);
          for (long i = next.getAndIncrement(); i < end.get(); i = next.getAndIncrement()) {
            try {
              block.run((int) (i % x), (int) (i / x % y), (int) (i / x / y));
            } catch (RuntimeException e) {
              long failed = i;
              synchronized (failures) {
                failures.add(new Failure(i, e));
              }
              end.accumulateAndGet(failed, Math::min);
              break;
            }
          }
          launch.traffic().add(launch.kernel().code(), block.counts);
        };
    int workers = launch.kernel().serial() ? 1 : (int) Math.min(WORKERS, (total + 3) / 4);
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < workers; i++) {
      others.add(pool.submit(worker));
    }
    worker.run();
    for (Future<?> other : others) {
      try {
        other.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    failures.stream()
        .min((a, b) -> Long.compare(a.block(), b.block()))
        .ifPresent(
            f -> {
              throw f.fault();
            });
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
