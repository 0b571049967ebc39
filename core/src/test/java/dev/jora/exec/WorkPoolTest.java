package dev.jora.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkPoolTest {
  private static final int[] THREADS = {1, 2, 3, 7};

  @Test
  void everyIndexOnceInPiecesAtMultiplesOfTheGrain() {
    for (int threads : THREADS) {
      try (WorkPool pool = new WorkPool(threads)) {
        assertEquals(threads, pool.threads());
        for (int n : new int[] {0, 1, 2, 15, 16, 17, 64, 1000}) {
          for (int grain : new int[] {1, 4, 32, 5000}) {
            AtomicIntegerArray counts = new AtomicIntegerArray(n);
            pool.run(
                n,
                grain,
                (begin, end, worker) -> {
                  assertEquals(0, begin % grain);
                  assertTrue(end == n || end % grain == 0);
                  assertTrue(begin < end && worker >= 0 && worker < threads);
                  for (int i = begin; i < end; i++) {
                    counts.incrementAndGet(i);
                  }
                });
            for (int i = 0; i < n; i++) {
              assertEquals(1, counts.get(i), "n " + n + ", grain " + grain + ", index " + i);
            }
          }
        }
      }
    }
  }

  /** Many regions of uneven length, with pauses long enough that workers park. */
  @Test
  void manyRegions() throws InterruptedException {
    for (int threads : THREADS) {
      try (WorkPool pool = new WorkPool(threads)) {
        int[] cells = new int[64];
        for (int region = 1; region <= 5000; region++) {
          int n = 1 + region % cells.length;
          pool.run(
              n,
              1,
              (begin, end, worker) -> {
                for (int i = begin; i < end; i++) {
                  cells[i]++;
                }
              });
          if (region % 1000 == 0) {
            Thread.sleep(2);
          }
        }
        // Regions of all lengths are equally frequent, so cell i misses those of length <= i.
        for (int i = 0; i < cells.length; i++) {
          int expected = 0;
          for (int region = 1; region <= 5000; region++) {
            expected += 1 + region % cells.length > i ? 1 : 0;
          }
          assertEquals(expected, cells[i], "writes of all threads are seen by the caller");
        }
      }
    }
  }

  @Test
  void aWorkerHasItsIndexToItself() {
    try (WorkPool pool = new WorkPool(3)) {
      AtomicIntegerArray inside = new AtomicIntegerArray(3);
      for (int region = 0; region < 500; region++) {
        pool.run(
            24,
            1,
            (begin, end, worker) -> {
              assertEquals(1, inside.incrementAndGet(worker));
              Thread.onSpinWait();
              inside.decrementAndGet(worker);
            });
      }
    }
  }

  @Test
  void whatAPieceThrowsReachesTheCallerAndThePoolLivesOn() {
    for (int threads : THREADS) {
      try (WorkPool pool = new WorkPool(threads)) {
        IllegalStateException cause = new IllegalStateException("piece");
        for (int failing : new int[] {0, 50, 99}) {
          RuntimeException thrown =
              assertThrows(
                  RuntimeException.class,
                  () ->
                      pool.run(
                          100,
                          1,
                          (begin, end, worker) -> {
                            if (begin <= failing && failing < end) {
                              throw cause;
                            }
                          }));
          assertSame(cause, thrown);
          AtomicInteger sum = new AtomicInteger();
          pool.run(100, 1, (begin, end, worker) -> sum.addAndGet(end - begin));
          assertEquals(100, sum.get());
        }
        assertThrows(
            StackOverflowError.class,
            () ->
                pool.run(
                    100,
                    1,
                    (begin, end, worker) -> {
                      throw new StackOverflowError();
                    }));
      }
    }
  }

  @Test
  void oneRegionAtATime() {
    try (WorkPool pool = new WorkPool(2)) {
      assertThrows(
          IllegalStateException.class,
          () -> pool.run(10, 1, (b, e, w) -> pool.run(10, 1, (b2, e2, w2) -> {})));
    }
  }

  @Test
  void badArgumentsAndUseAfterClose() {
    assertThrows(IllegalArgumentException.class, () -> new WorkPool(0));
    WorkPool pool = new WorkPool(2);
    assertThrows(IllegalArgumentException.class, () -> pool.run(-1, 1, (b, e, w) -> {}));
    assertThrows(IllegalArgumentException.class, () -> pool.run(1, 0, (b, e, w) -> {}));
    pool.close();
    pool.close();
    assertThrows(IllegalStateException.class, () -> pool.run(1, 1, (b, e, w) -> {}));
  }
}
