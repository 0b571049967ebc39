package dev.jora.backend.cuda.software;

import java.util.Arrays;

/** What a warp's lanes let copy into shared memory and have not waited for. */
final class AsyncCopies {
  /** Bytes of the largest copy. */
  static final int MOST = 16;

  private int[] lanes = new int[64];
  private int[] groups = new int[64];
  private int[] to = new int[64];
  private int[] sizes = new int[64];
  private byte[] data = new byte[64 * MOST];
  private int count;
  private final int[] committed = new int[Warp.LANES];

  void clear() {
    count = 0;
    Arrays.fill(committed, 0);
  }

  /** A copy of a lane: the place of its {@link #MOST} bytes in {@link #data}. */
  int add(int lane, int at, int size) {
    if (count == lanes.length) {
      lanes = Arrays.copyOf(lanes, 2 * count);
      groups = Arrays.copyOf(groups, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
      data = Arrays.copyOf(data, 2 * count * MOST);
    }
    lanes[count] = lane;
    groups[count] = committed[lane];
    to[count] = at;
    sizes[count] = size;
    return MOST * count++;
  }

  byte[] data() {
    return data;
  }

  void commit(int m) {
    for (int rest = m; rest != 0; rest &= rest - 1) {
      committed[Integer.numberOfTrailingZeros(rest)]++;
    }
  }

  /** Lanes have all of their copies but those of the last {@code open} groups; -1 for all. */
  void arrive(int m, int open, SharedMemory shared, int warp) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int lane = lanes[i];
      boolean here = (m >>> lane & 1) != 0 && groups[i] < committed[lane] - open;
      if (here) {
        System.arraycopy(data, MOST * i, shared.bytes, to[i], sizes[i]);
        shared.finish(to[i], sizes[i], warp);
      } else {
        lanes[kept] = lane;
        groups[kept] = groups[i];
        to[kept] = to[i];
        sizes[kept] = sizes[i];
        System.arraycopy(data, MOST * i, data, MOST * kept++, MOST);
      }
    }
    count = kept;
  }
}
