package dev.jora.serve.write;

/** {@code t_max_predict_ms}: a text may take so long once its first line is whole. */
final class TimeLimit {
  private final long nanos; // 0: no limit
  private long firstLine;

  TimeLimit(int millis) {
    this.nanos = millis * 1_000_000L;
  }

  void text(String piece) {
    if (firstLine == 0 && piece.indexOf('\n') >= 0) {
      firstLine = System.nanoTime();
    }
  }

  boolean isOver() {
    return nanos > 0 && firstLine != 0 && System.nanoTime() - firstLine > nanos;
  }
}
