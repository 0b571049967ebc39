package dev.jora.backend.cpu;

import dev.jora.exec.WorkPool;

/**
 * The threads of a CPU backend, and a piece of memory for each: a pool for single tokens and one
 * for batches, which may be the same.
 */
final class CpuThreads implements AutoCloseable {
  /** Values below which a region on several threads costs more than it gives. */
  private static final int LEAST_VALUES = 16384;

  private final WorkPool single;
  private final WorkPool batch;
  private final Scratch[] scratch;

  CpuThreads(WorkPool single, WorkPool batch) {
    this.single = single;
    this.batch = batch;
    this.scratch = new Scratch[Math.max(single.threads(), batch.threads())];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch();
    }
  }

  WorkPool single() {
    return single;
  }

  WorkPool batch() {
    return batch;
  }

  /** What worker {@code i} of either pool may write on. */
  Scratch scratch(int i) {
    return scratch[i];
  }

  /** Work on one row. */
  interface Row {
    void run(int i);
  }

  /** Rows one after the other, on all threads where there is enough to do. */
  void rows(int n, int cols, Row row) {
    if (n == 1 || (long) n * cols < LEAST_VALUES) {
      for (int i = 0; i < n; i++) {
        row.run(i);
      }
    } else {
      batch.run(
          n,
          1,
          (begin, end, worker) -> {
            for (int i = begin; i < end; i++) {
              row.run(i);
            }
          });
    }
  }

  /** For people. */
  @Override
  public String toString() {
    return single.threads() + (single == batch ? "" : "/" + batch.threads()) + " threads";
  }

  @Override
  public void close() {
    for (Scratch s : scratch) {
      s.close();
    }
  }
}
