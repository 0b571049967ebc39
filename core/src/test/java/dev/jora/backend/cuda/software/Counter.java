package dev.jora.backend.cuda.software;

import java.util.Arrays;

/** Counts sectors and wavefronts of a warp's access. */
final class Counter {
  private static final int BANKS = 32;

  private final long[] sorted = new long[Warp.LANES];
  private final int[] stamps;
  private final int[] banks = new int[BANKS];
  private int stamp;

  /** For so many bytes of shared memory. */
  Counter(int shared) {
    stamps = new int[shared / 4 + 1];
  }

  /** Of global memory: {@code size} bytes at an address for each lane of {@code m}. */
  void global(long[] row, long[] addresses, int m, int size) {
    int n = 0;
    boolean ordered = true;
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        ordered &= n == 0 || sorted[n - 1] <= addresses[i];
        sorted[n++] = addresses[i];
      }
    }
    if (!ordered) {
      Arrays.sort(sorted, 0, n);
    }
    int sectors = 0;
    int different = 0;
    long last = -1;
    long sector = -1;
    for (int i = 0; i < n; i++) {
      different += sorted[i] != last ? 1 : 0;
      last = sorted[i];
      sectors += last >>> 5 != sector ? 1 : 0;
      sector = last >>> 5;
    }
    row[1] += sectors;
    row[2] += ((long) different * size + 31) / 32;
  }

  /** Of shared memory. */
  void shared(long[] row, long[] addresses, int m, int size) {
    if (++stamp == Integer.MAX_VALUE) {
      Arrays.fill(stamps, 0);
      stamp = 1;
    }
    Arrays.fill(banks, 0);
    int words = 0;
    int most = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        int from = (int) addresses[i] >>> 2;
        int to = (int) (addresses[i] + size - 1) >>> 2;
        for (int word = from; word <= to; word++) {
          if (stamps[word] != stamp) {
            stamps[word] = stamp;
            words++;
            most = Math.max(most, ++banks[word & BANKS - 1]);
          }
        }
      }
    }
    row[3] += most;
    row[4] += (words + BANKS - 1) / BANKS;
  }
}
