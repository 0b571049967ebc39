package dev.jora.cli.evaluate;

import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture of {@code --plot}, drawn without a screen. */
final class ComparePlot {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  /** From a point to the middle of its label, as a share of the frame's height. */
  private static final double LABEL = 0.035;

  /** Ends of a logarithmic axis that are so far apart leave room for figures at powers of ten. */
  private static final double FAR = 30;

  private static final Color POINTS = new Color(0x1f, 0x77, 0xb4);

  private final Path file;
  private final boolean svg;
  private final boolean fonts;

  private ComparePlot(Path file, boolean svg, boolean fonts) {
    this.file = file;
    this.svg = svg;
    this.fonts = fonts;
  }

  /**
   * A picture to be written, or a refusal before any work is done.
   *
   * @throws UserException if it is neither SVG nor PNG, its folder is not there, or it is PNG and
   *     the machine has no fonts
   */
  static ComparePlot to(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean svg = name.endsWith(".svg");
    if (!svg && !name.endsWith(".png")) {
      throw UserException.usage("--plot draws .svg and .png, not " + file);
    }
    if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
      throw new UserException(file + " cannot be written: its folder is not there");
    }
    System.setProperty("java.awt.headless", "true"); // before the first class of AWT
    String fault = fontFault();
    if (fault != null && !svg) {
      throw new UserException(
          "%s needs fonts, and there are none (%s): install fontconfig and a font, or give a .svg"
              .formatted(file, fault));
    }
    return new ComparePlot(file, svg, fault == null);
  }

  /** Why no text can be drawn; null if it can. */
  private static String fontFault() {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
      font.getLineMetrics("x", new FontRenderContext(null, true, true));
      return null;
    } catch (RuntimeException | Error e) { // AWT has many words for it, of both kinds
      return e.getMessage();
    }
  }

  /** Writes the picture; the name belongs to a whole file only. */
  void write(ComparePicture picture) {
    try (PartFile part = new PartFile(file)) {
      part.write(ByteBuffer.wrap(bytes(picture)));
      part.finish();
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private byte[] bytes(ComparePicture picture) throws IOException {
    if (!fonts) {
      return PlainSvg.of(picture, WIDTH, HEIGHT).getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (svg) {
      VectorGraphicsEncoder.saveVectorGraphic(chart(picture), out, VectorGraphicsFormat.SVG);
    } else {
      BitmapEncoder.saveBitmap(chart(picture), out, BitmapFormat.PNG);
    }
    return out.toByteArray();
  }

  private static XYChart chart(ComparePicture picture) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(picture.title())
            .xAxisTitle(ComparePicture.X_TITLE)
            .yAxisTitle(ComparePicture.Y_TITLE)
            .build();
    ComparePicture.Range x = picture.xRange();
    ComparePicture.Range y = picture.yRange();
    chart
        .getStyler()
        .setYAxisLogarithmic(picture.isLogarithmic())
        .setYAxisLogarithmicDecadeOnly(y.max() > FAR * y.min())
        .setXAxisMin(x.min())
        .setXAxisMax(x.max())
        .setYAxisMin(y.min())
        .setYAxisMax(y.max())
        .setPlotGridLinesColor(new Color(0xdd, 0xdd, 0xdd))
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setLocale(Locale.ROOT)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setLegendVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15))
        .setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    for (int i = 0; i < picture.points().size(); i++) {
      ComparePicture.Point point = picture.points().get(i);
      XYSeries series = chart.addSeries("" + i, new double[] {point.x()}, new double[] {point.y()});
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(POINTS);
      chart.addAnnotation(
          new AnnotationText(point.label(), point.x(), picture.above(point.y(), LABEL), false));
    }
    return chart;
  }
}
