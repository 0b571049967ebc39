package dev.jora.cli.common;

import dev.jora.engine.LoadListener;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far weights are on their way to GPUs: a line where that takes long. */
final class LoadProgress implements LoadListener {
  /** Nobody is told of what is over in a moment. */
  private static final double MOMENT = 0.5;

  private final CommonOptions common;
  private ProgressLine line;

  LoadProgress(CommonOptions common) {
    this.common = common;
  }

  @Override
  public void loaded(List<Loaded> gpus) {
    if (line == null) {
      line = new ProgressLine(common);
    }
    if (share(gpus) >= 1) {
      clear();
    } else if (isLong(line.seconds())) {
      line.show(share(gpus), what(gpus), rate(gpus, line.seconds()));
    }
  }

  static boolean isLong(double seconds) {
    return seconds >= MOMENT;
  }

  static double share(List<Loaded> gpus) {
    double total = gpus.stream().mapToLong(Loaded::total).sum();
    return gpus.stream().mapToLong(Loaded::done).sum() / total;
  }

  /** GPUs that some are on their way to: layers go to one after the other. */
  static String what(List<Loaded> gpus) {
    return "loading onto "
        + gpus.stream()
            .filter(one -> one.done() > 0 && one.done() < one.total())
            .map(one -> one.gpu().id())
            .collect(Collectors.joining(", "));
  }

  static String rate(List<Loaded> gpus, double seconds) {
    double done = gpus.stream().mapToLong(Loaded::done).sum();
    return String.format(Locale.ROOT, "%.0f MiB/s", done / seconds / (1 << 20));
  }

  /** Takes the line away; the next begins anew. */
  void clear() {
    if (line != null) {
      line.clear();
      line = null;
    }
  }
}
