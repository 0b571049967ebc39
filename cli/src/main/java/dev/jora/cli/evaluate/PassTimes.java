package dev.jora.cli.evaluate;

import java.util.ArrayList;
import java.util.List;

/** How long the passes of a run over chunks took, each of as many chunks as go side by side. */
final class PassTimes {
  private final int side;
  private final int chunks;
  private final int chunkSize;
  private final List<Long> nanos = new ArrayList<>();
  private long last = System.nanoTime();

  /** The clock runs from here on. */
  PassTimes(int side, int chunks, int chunkSize) {
    this.side = side;
    this.chunks = chunks;
    this.chunkSize = chunkSize;
  }

  /** A chunk is read and looked at. */
  void read(int chunk) {
    if (chunk % side == side - 1 || chunk == chunks - 1) {
      long now = System.nanoTime();
      nanos.add(now - last);
      last = now;
    }
  }

  /** Each pass. */
  List<Long> nanos() {
    return List.copyOf(nanos);
  }

  /**
   * Tokens per second, without the first pass, in which code is compiled and the file is read, if
   * there were more; NaN before the first.
   */
  double speed() {
    boolean several = nanos.size() > 1;
    int done = Math.min(chunks, nanos.size() * side) - (several ? side : 0);
    long sum = nanos.stream().skip(several ? 1 : 0).mapToLong(Long::longValue).sum();
    return sum == 0 ? Double.NaN : (double) done * chunkSize * 1e9 / sum;
  }
}
