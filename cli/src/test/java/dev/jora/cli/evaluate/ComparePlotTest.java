package dev.jora.cli.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.UserException;
import dev.jora.cli.evaluate.ComparePicture.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Pictures of compared models, without fonts and with them. */
class ComparePlotTest {
  private static final ComparePicture FAR =
      new ComparePicture(
          "from <a> & b",
          List.of(
              new Point("Q8_0", 138.1, 0.002),
              new Point("Q6_K", 132, 0.006),
              new Point("Q3_K_M", 89.2, 0.2)));

  private static final ComparePicture NEAR =
      new ComparePicture("same", List.of(new Point("A", 100, 0), new Point("B", 100, -1e-7)));

  @TempDir Path folder;

  private static Document xml(byte[] svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
  }

  private static List<Element> elements(Document document, String name) {
    List<Element> elements = new ArrayList<>();
    NodeList nodes = document.getElementsByTagName(name);
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static double attribute(Element element, String name) {
    return Double.parseDouble(element.getAttribute(name));
  }

  @Test
  void withoutFontsPointsLieWhereTheyBelong() throws Exception {
    Document svg = xml(PlainSvg.of(FAR, 800, 500).getBytes(StandardCharsets.UTF_8));
    List<Element> points = elements(svg, "circle");
    assertEquals(3, points.size());
    double low = attribute(points.get(0), "cy");
    double middle = attribute(points.get(1), "cy");
    double high = attribute(points.get(2), "cy");
    assertEquals(
        Math.log(0.006 / 0.002) / Math.log(0.2 / 0.002), (low - middle) / (low - high), 1e-3);
    assertTrue(attribute(points.get(2), "cx") < attribute(points.get(1), "cx"));
    List<String> texts = elements(svg, "text").stream().map(Element::getTextContent).toList();
    assertTrue(
        texts.containsAll(
            List.of("from <a> & b", "Q8_0", "Q6_K", "Q3_K_M", "0.01", "0.1", "100", "size, MiB")),
        texts.toString());
  }

  @Test
  void nothingToTellApartIsDrawnToo() throws Exception {
    Document svg = xml(PlainSvg.of(NEAR, 800, 500).getBytes(StandardCharsets.UTF_8));
    for (Element point : elements(svg, "circle")) {
      assertTrue(attribute(point, "cx") > 0 && attribute(point, "cx") < 800);
      assertTrue(attribute(point, "cy") > 0 && attribute(point, "cy") < 500);
    }
  }

  @Test
  void bothFormatsAreWrittenWhole() throws Exception {
    Path png = folder.resolve("a b.PNG");
    ComparePlot.to(png).write(FAR);
    BufferedImage image = ImageIO.read(png.toFile());
    assertEquals(800, image.getWidth());
    long blue = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        blue += (image.getRGB(x, y) & 0xffffff) == 0x1f77b4 ? 1 : 0;
      }
    }
    assertTrue(blue > 3 * 20, "three points: " + blue);
    Path svg = Files.writeString(folder.resolve("c.svg"), "old");
    ComparePlot.to(svg).write(NEAR);
    assertEquals("svg", xml(Files.readAllBytes(svg)).getDocumentElement().getTagName());
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count(), "no part is left");
    }
  }

  @Test
  void refusedBeforeAnyWork() {
    UserException ending =
        assertThrows(UserException.class, () -> ComparePlot.to(folder.resolve("x.pdf")));
    assertEquals(ExitCode.USAGE, ending.code());
    assertTrue(ending.getMessage().contains(".svg and .png"));
    UserException place =
        assertThrows(UserException.class, () -> ComparePlot.to(folder.resolve("none/x.svg")));
    assertEquals(ExitCode.FAILURE, place.code());
  }
}
