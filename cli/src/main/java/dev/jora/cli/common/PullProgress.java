package dev.jora.cli.common;

import dev.jora.hub.HubListener;

/** How far a download is, on one line of a terminal. */
final class PullProgress implements HubListener {
  private final CommonOptions common;
  private ProgressLine line;
  private String file = "";
  private long first;

  PullProgress(CommonOptions common) {
    this.common = common;
  }

  @Override
  public synchronized void progress(String name, long done, long total) {
    if (!name.equals(file)) {
      clear();
      file = name;
      first = done;
      line = new ProgressLine(common);
    }
    double seconds = Math.max(line.seconds(), 1e-3);
    String rate = Units.bytes((long) ((done - first) / seconds)).replace("iB", "/s");
    line.show(total <= 0 ? 0 : (double) done / total, name, rate);
  }

  @Override
  public synchronized void note(String sentence) {
    clear();
    common.info("jora: %s", sentence);
  }

  /** Takes the line away. */
  synchronized void clear() {
    if (line != null) {
      line.clear();
    }
  }
}
