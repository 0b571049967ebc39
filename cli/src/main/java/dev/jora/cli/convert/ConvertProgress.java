package dev.jora.cli.convert;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Text;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** A line that moves on a terminal; with {@code -v} a line for each tensor. */
final class ConvertProgress implements QuantizeListener {
  private final CommonOptions common;
  private final ProgressLine line;
  private final long work;
  private final BooleanSupplier cancelled;
  private long done;

  ConvertProgress(CommonOptions common, List<TensorInfo> tensors, BooleanSupplier cancelled) {
    this.common = common;
    this.line = new ProgressLine(common);
    this.work = tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    this.cancelled = cancelled;
  }

  @Override
  public void progress(TensorJob job, long sourceBytes) {
    double part = (double) sourceBytes / Math.max(1, job.source().bytes());
    double now = done + part * job.source().shape().elements();
    line.show(
        now / Math.max(1, work),
        Text.plain(job.name()),
        String.format(Locale.ROOT, "%.0f million weights/s", now / line.seconds() / 1e6));
  }

  @Override
  public void end(TensorResult result) {
    TensorJob job = result.job();
    done += job.source().shape().elements();
    common.detail(
        "%-36s %-20s %s -> %s",
        Text.plain(job.name()), job.source().shape(), job.source().type(), job.type());
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
