package dev.jora.cli.common;

import java.util.Locale;

/** How far the chunks of a text are: llama.cpp's line after the first pass, then one that moves. */
public final class ChunkProgress {
  private final String tool;
  private final int chunks;
  private final int chunkSize;
  private final boolean figures;
  private final CommonOptions common;
  private final ProgressLine line;

  /**
   * Nothing is read yet.
   *
   * @param figures true: figures run along stdout, and no line moves where that is the terminal too
   */
  public ChunkProgress(
      String tool, int chunks, int chunkSize, boolean figures, CommonOptions common) {
    this.tool = tool;
    this.chunks = chunks;
    this.chunkSize = chunkSize;
    this.figures = figures;
    this.common = common;
    this.line = new ProgressLine(common);
  }

  /**
   * A pass is over: say how long the rest will take. Say it before any result, which would share
   * its line or be cut in two where both streams are one.
   *
   * @param side chunks of a pass
   */
  public void firstPass(int side) {
    double seconds = line.seconds();
    double left = seconds * Math.max(0, chunks - side) / side;
    common.info("%s: %.2f seconds per pass - ETA %s", tool, seconds, time(left));
  }

  /** So many chunks are read. */
  public void show(int done) {
    if (figures && Terminal.stdout()) {
      return;
    }
    double rate = (double) done * chunkSize / line.seconds();
    line.show(
        (double) done / chunks,
        "chunk " + done + " of " + chunks,
        String.format(Locale.ROOT, "%.0f t/s", rate));
  }

  /** Takes the line away for other text. */
  public void clear() {
    line.clear();
  }

  /** Takes the line away, and says how it went to those who asked with -v. */
  public void finish(int done) {
    line.clear();
    double seconds = line.seconds();
    common.detail(
        "%s: %d chunks in %.2f s, %.1f t/s",
        tool, done, seconds, (double) done * chunkSize / seconds);
  }

  /** Seconds since the start. */
  public double seconds() {
    return line.seconds();
  }

  /** {@code 1 hours 2.50 minutes}, as llama.cpp says it. */
  private static String time(double seconds) {
    long hours = (long) (seconds / 3600);
    String minutes = String.format(Locale.ROOT, "%.2f minutes", seconds % 3600 / 60);
    return hours > 0 ? hours + " hours " + minutes : minutes;
  }
}
