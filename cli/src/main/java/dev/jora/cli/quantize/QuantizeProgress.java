package dev.jora.cli.quantize;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Text;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** A line that moves on a terminal, llama.cpp's line for each tensor elsewhere. */
final class QuantizeProgress implements QuantizeListener {
  private static final double MIB = 1 << 20;

  private final CommonOptions common;
  private final ProgressLine line;
  private final int count;
  private final long work;
  private long done;
  private int index;
  private final BooleanSupplier cancelled;

  QuantizeProgress(CommonOptions common, List<TensorJob> jobs, BooleanSupplier cancelled) {
    this.cancelled = cancelled;
    this.common = common;
    this.line = new ProgressLine(common);
    this.count = jobs.size();
    this.work = jobs.stream().mapToLong(QuantizeProgress::work).sum();
  }

  /** Copying is nothing beside quantizing. */
  private static long work(TensorJob job) {
    return job.isCopy() ? job.source().bytes() / 16 : job.source().bytes();
  }

  @Override
  public void begin(TensorJob job) {
    index++;
  }

  @Override
  public void progress(TensorJob job, long sourceBytes) {
    long now = done + (long) ((double) sourceBytes / job.source().bytes() * work(job));
    double rate = now / line.seconds() / 1e6;
    line.show(
        (double) now / work, Text.plain(job.name()), String.format(Locale.ROOT, "%.0f MB/s", rate));
  }

  @Override
  public void end(TensorResult result) {
    TensorJob job = result.job();
    done += work(job);
    if (line.isShown() && !common.isVerbose()) {
      return;
    }
    line.clear();
    String head =
        String.format(
            Locale.ROOT,
            "[%4d/%4d] %-36s - %-20s type = %6s, ",
            index,
            count,
            Text.plain(job.source().name()),
            job.source().shape() + ",",
            lower(job.source().type()));
    common.info(
        "%s",
        job.isCopy()
            ? head + String.format(Locale.ROOT, "size = %8.3f MiB", job.bytes() / MIB)
            : head
                + String.format(
                    Locale.ROOT,
                    "converting to %s .. size = %8.2f MiB -> %8.2f MiB",
                    lower(job.type()),
                    job.source().bytes() / MIB,
                    job.bytes() / MIB));
  }

  private static String lower(Enum<?> type) {
    return type.name().toLowerCase(Locale.ROOT).replace("_k", "_K");
  }

  @Override
  public boolean cancelled() {
    return cancelled.getAsBoolean();
  }

  void finish() {
    line.clear();
  }

  double seconds() {
    return line.seconds();
  }
}
