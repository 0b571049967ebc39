package dev.jora.cli.evaluate;

import dev.jora.cli.common.Units;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * What a picture of compared models shows: size against mean divergence, the latter on a
 * logarithmic axis where it has values for that.
 *
 * @param points the models but for the base
 */
record ComparePicture(String title, List<Point> points) {
  static final String X_TITLE = "size, MiB";
  static final String Y_TITLE = "mean KL divergence, nats per token";

  /** Between the outermost points and the frame, as a share of what lies between those. */
  private static final double MARGIN = 0.12;

  /**
   * A model.
   *
   * @param x MiB on disk
   * @param y nats per token
   */
  record Point(String label, double x, double y) {}

  /** The values that an axis shows. */
  record Range(double min, double max) {
    /** Where x lies between the ends, 0 to 1 within them. */
    double share(double x, DoubleUnaryOperator scale) {
      double from = scale.applyAsDouble(min);
      return (scale.applyAsDouble(x) - from) / (scale.applyAsDouble(max) - from);
    }
  }

  /** A picture of models, of which the first is the base. */
  static ComparePicture of(List<ComparedModel> models) {
    List<ComparedFile> files = models.stream().map(ComparedModel::file).toList();
    boolean types = files.stream().map(ComparedFile::type).distinct().count() == files.size();
    ComparedFile base = files.getFirst();
    return new ComparePicture(
        "divergence from %s (%s)".formatted(base.name(), Units.bytes(base.bytes())),
        models.stream()
            .skip(1)
            .map(
                model ->
                    new Point(
                        types ? model.file().type() : model.file().name(),
                        model.file().bytes() / 0x1p20,
                        model.mean().value()))
            .toList());
  }

  /** True if the divergences are so far apart that differences of small ones would not be seen. */
  boolean isLogarithmic() {
    double min = ys().min().orElseThrow();
    return min > 0 && ys().max().orElseThrow() > 5 * min;
  }

  private DoubleStream ys() {
    return points.stream().mapToDouble(Point::y);
  }

  /** The sizes of the frame. */
  Range xRange() {
    return widened(points.stream().mapToDouble(Point::x).toArray());
  }

  /** The divergences of the frame. */
  Range yRange() {
    if (!isLogarithmic()) {
      return widened(ys().toArray());
    }
    Range logs = widened(ys().map(Math::log10).toArray());
    return new Range(Math.pow(10, logs.min), Math.pow(10, logs.max));
  }

  private static Range widened(double[] values) {
    double min = DoubleStream.of(values).min().orElseThrow();
    double max = DoubleStream.of(values).max().orElseThrow();
    double margin = max > min ? MARGIN * (max - min) : Math.max(1e-6, 0.1 * Math.abs(max));
    return new Range(min - margin, max + margin);
  }

  /** The vertical scale. */
  double scaled(double y) {
    return isLogarithmic() ? Math.log10(y) : y;
  }

  /** The divergence a share of the frame's height above y. */
  double above(double y, double share) {
    Range range = yRange();
    double step = share * (scaled(range.max) - scaled(range.min));
    double at = scaled(y) + step;
    return isLogarithmic() ? Math.pow(10, at) : at;
  }

  /** A figure on an axis. */
  static String number(double value) {
    return new BigDecimal(String.format(Locale.ROOT, "%.4g", value))
        .stripTrailingZeros()
        .toPlainString();
  }
}
