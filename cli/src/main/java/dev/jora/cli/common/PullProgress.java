package dev.jora.cli.common;

import dev.jora.hub.HubListener;

/**
 * How far a download is, on one line of a terminal; and what Ctrl+C leaves of it, on whatever
 * stderr is.
 */
final class PullProgress implements HubListener, AutoCloseable {
  private final CommonOptions common;
  private final Interrupt interrupt = new Interrupt();
  private ProgressLine line;
  private String file = "";
  private long first;
  private long here;
  private long all;

  PullProgress(CommonOptions common) {
    this.common = common;
    interrupt.idle(this::tellWhatIsKept);
  }

  @Override
  public synchronized void progress(String name, long done, long total) {
    if (!name.equals(file)) {
      clear();
      file = name;
      first = done;
      line = new ProgressLine(common);
    }
    if (done < first) {
      first = done; // it began anew
    }
    here = done;
    all = total;
    double rate = (done - first) / Math.max(line.seconds(), 1e-3);
    String shown = Units.bytes((long) rate).replace("iB", "/s");
    line.show(
        total <= 0 ? 0 : (double) done / total,
        name,
        shown,
        rate <= 0 ? -1 : (total - done) / rate);
  }

  @Override
  public synchronized void note(String sentence) {
    clear();
    common.info("jora: %s", sentence);
  }

  /** Of a download that Ctrl+C ends. */
  private synchronized void tellWhatIsKept() {
    clear();
    if (!file.isEmpty() && here < all) {
      common.info(
          "jora: stopped: %s of %s of %s are kept, the same command goes on from there",
          Units.bytes(here), Units.bytes(all), file);
    }
  }

  private void clear() {
    if (line != null) {
      line.clear();
    }
  }

  /** Takes the line away. */
  @Override
  public synchronized void close() {
    interrupt.close();
    clear();
  }
}
