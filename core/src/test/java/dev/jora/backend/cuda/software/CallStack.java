package dev.jora.backend.cuda.software;

import java.util.Arrays;

/** Where lanes go on when functions return. */
final class CallStack {
  private static final int DEEPEST = 16;

  private final int[] depth = new int[Warp.LANES];
  private final int[][] places = new int[DEEPEST][];

  void clear() {
    Arrays.fill(depth, 0);
  }

  /** False where there is no room. */
  boolean push(int lane, int place) {
    if (depth[lane] == DEEPEST) {
      return false;
    }
    int at = depth[lane]++;
    if (places[at] == null) {
      places[at] = new int[Warp.LANES];
    }
    places[at][lane] = place;
    return true;
  }

  int pop(int lane) {
    return places[--depth[lane]][lane];
  }
}
