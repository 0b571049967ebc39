package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents as a terminal of 60 columns shows them: {@code NAME.md} is the answer, {@code NAME.txt}
 * is what is shown without codes, {@code NAME.ansi} with them, escape written as {@code \e}.
 */
class MarkdownGoldenTest {
  private static final int WIDTH = 60;

  private static String read(String name) throws IOException {
    try (InputStream in = MarkdownGoldenTest.class.getResourceAsStream("/markdown/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String shown(String markdown, Style style) {
    StringBuilder out = new StringBuilder();
    MarkdownPrinter printer = new MarkdownPrinter(style, () -> WIDTH, out::append);
    printer.accept(markdown);
    printer.finish();
    return out.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocks", "code", "controls", "inline", "lists", "scripts", "tables"})
  void looksAsItShould(String name) throws IOException {
    assertEquals(read(name + ".txt"), shown(read(name + ".md"), Style.NONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocks", "inline", "tables"})
  void styles(String name) throws IOException {
    String text = shown(read(name + ".md"), Style.BASIC);
    assertEquals(read(name + ".ansi"), text.replace("\033", "\\e"));
    assertEquals(read(name + ".txt"), Style.stripped(text));
  }
}
