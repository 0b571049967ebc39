package dev.jora.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** A picture of compared models as SVG, for machines without a font to measure text with. */
final class PlainSvg {
  private static final int LEFT = 90;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 60;
  private static final int[] STEPS = {1, 2, 5};

  private final StringBuilder out = new StringBuilder();
  private final ComparePicture picture;
  private final int width;
  private final int height;

  private PlainSvg(ComparePicture picture, int width, int height) {
    this.picture = picture;
    this.width = width;
    this.height = height;
  }

  /** The text of the file. */
  static String of(ComparePicture picture, int width, int height) {
    return new PlainSvg(picture, width, height).draw();
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" text-anchor=\"middle\">\n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        width, height, width, height);
    text(width / 2.0, 24, picture.title(), "font-size=\"15\"");
    text(LEFT + innerWidth() / 2.0, height - 12, ComparePicture.X_TITLE, "");
    double middle = TOP + innerHeight() / 2.0;
    String turned = String.format(Locale.ROOT, "transform=\"rotate(-90 16 %.1f)\"", middle);
    text(16, middle, ComparePicture.Y_TITLE, turned);
    for (double tick : linear(picture.xRange())) {
      line(x(tick), TOP, x(tick), height - BOTTOM);
      text(x(tick), height - BOTTOM + 18, ComparePicture.number(tick), "");
    }
    ComparePicture.Range range = picture.yRange();
    for (double tick : picture.isLogarithmic() ? logarithmic(range) : linear(range)) {
      line(LEFT, y(tick), width - RIGHT, y(tick));
      text(LEFT - 6, y(tick) + 4, ComparePicture.number(tick), "text-anchor=\"end\"");
    }
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>\n",
        LEFT, TOP, innerWidth(), innerHeight());
    for (ComparePicture.Point point : picture.points()) {
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1f77b4\"/>\n",
          x(point.x()), y(point.y()));
      text(x(point.x()), y(point.y()) - 10, point.label(), "");
    }
    return out.append("</svg>\n").toString();
  }

  private int innerWidth() {
    return width - LEFT - RIGHT;
  }

  private int innerHeight() {
    return height - TOP - BOTTOM;
  }

  private double x(double value) {
    return LEFT + innerWidth() * picture.xRange().share(value, DoubleUnaryOperator.identity());
  }

  private double y(double value) {
    return height - BOTTOM - innerHeight() * picture.yRange().share(value, picture::scaled);
  }

  private void add(String format, Object... args) {
    out.append(String.format(Locale.ROOT, format, args));
  }

  private void line(double x1, double y1, double x2, double y2) {
    add("<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2);
  }

  private void text(double x, double y, String text, String attributes) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    add("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, attributes, escaped);
  }

  /** Multiples of 1, 2 or 5 times a power of ten, eight at most. */
  private static List<Double> linear(ComparePicture.Range range) {
    double power = Math.pow(10, Math.floor(Math.log10(range.max() - range.min())) - 1);
    int i = 0;
    while ((range.max() - range.min()) / (power * STEPS[i % 3]) > 8) {
      i++;
      power *= i % 3 == 0 ? 10 : 1;
    }
    double step = power * STEPS[i % 3];
    List<Double> ticks = new ArrayList<>();
    for (double k = Math.ceil(range.min() / step); k * step <= range.max(); k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  /** 1, 2 and 5 times powers of ten. */
  private static List<Double> logarithmic(ComparePicture.Range range) {
    List<Double> ticks = new ArrayList<>();
    for (double p = Math.floor(Math.log10(range.min())); Math.pow(10, p) <= range.max(); p++) {
      for (int step : STEPS) {
        double tick = step * Math.pow(10, p);
        if (tick >= range.min() && tick <= range.max()) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
