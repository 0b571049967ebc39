package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MarkdownPrinterTest {
  private final StringBuilder out = new StringBuilder();
  private final MarkdownPrinter printer = new MarkdownPrinter(Style.NONE, () -> 40, out::append);

  private static String shown(String markdown, Style style) {
    StringBuilder text = new StringBuilder();
    MarkdownPrinter printer = new MarkdownPrinter(style, () -> 60, text::append);
    printer.accept(markdown);
    printer.finish();
    return text.toString().replace('\033', 'e').stripTrailing();
  }

  private static String plain(String markdown) {
    return shown(markdown, Style.NONE);
  }

  private static String styled(String markdown) {
    return shown(markdown, Style.BASIC);
  }

  private String after(String piece) {
    printer.accept(piece);
    return out.toString();
  }

  @Test
  void markersBecomeStyles() {
    assertEquals("a e[1mboldb c", styled("a **bold** c").replace("e[0m", "b"));
    assertEquals("e[3mxe[0m e[3mye[0m", styled("*x* _y_"));
    assertEquals("e[1;3mbothe[0m", styled("***both***"));
    assertEquals("e[1ma e[0me[1;3mbe[0me[1m ce[0m", styled("**a *b* c**"));
    assertEquals("e[1ma e[0me[1;3mbe[0m", styled("**a *b***"));
    assertEquals("e[36ma*b*`e[0m", styled("`` a*b*` ``"));
    assertEquals("e[2m~~x~~e[0m ~5 km ~6 km", styled("~~x~~ ~5 km ~6 km"));
    assertEquals("e[4mte[0m e[2m(http://a/(b)_c)e[0m", styled("[t](http://a/(b)_c)"));
    assertEquals("e[4mhttp://a/_b_e[0m", styled("<http://a/_b_>"));
    assertEquals("e[1mTwo wordse[0m e[1mNotee[0m", styled("__Two words__ __Note__"));
    assertEquals("e[1mthe __init__ ofe[0m", styled("**the __init__ of**"));
    assertEquals("e[1m重点：e[0m内容e[3m强调e[0m。", styled("**重点：**内容*强调*。"));
  }

  @Test
  void textThatLooksLikeMarkersStays() {
    for (String text :
        new String[] {
          "snake_case_name and __init__.py's 2*3*4 x**2 + y**2",
          "**open that never closes",
          "use *args and **kwargs, *.java or *.class",
          "a * b * c ** d ** e",
          "char *p, *q; int (*f)(int)",
          "`unclosed code and [bracket](no",
          "[1] and a[i] and [x] (y) and [x](not a url)",
          "a < b > c List<String> <div> &amp; &lt;",
          "costs $5 and *$6 or $HOME",
          "$a_{1}*b*c$ \\(x_1*y*z\\) $\\{a\\}$",
          "!x ![y] 5! C#",
          "#hashtag",
          "1.5 and 1985 was",
          "-x and +1",
        }) {
      assertEquals(text, styled(text));
    }
    assertEquals("*not* [a](b) # \\", plain("\\*not\\* \\[a](b) \\# \\\\"));
  }

  @Test
  void emphasisEndsWithItsParagraph() {
    assertEquals("**a\n\nb** c", styled("**a\n\nb** c"));
    assertEquals("e[1ma\ne[0m".replace("\ne[0m", "e[0m\ne[1mb") + "e[0m", styled("**a\nb**"));
    assertEquals("*a\n• b* c", styled("*a\n- b* c"));
  }

  @Test
  void longEmphasisIsTextSoThatTheStreamGoesOn() {
    String text = "word ".repeat(30).strip();
    assertEquals("*" + text + "*", plain("*" + text + "*").replace('\n', ' '));
    printer.accept("*" + text);
    assertTrue(out.length() > text.length() - InlineParser.EMPHASIS_WINDOW, out.toString());
  }

  @Test
  void wordsAppearWhenTheyEnd() {
    assertEquals("", after("He"));
    assertEquals("Hello", after("llo "));
    assertEquals("Hello", after("wor"));
    assertEquals("Hello world", after("ld "));
    assertEquals("Hello world", after("**bo"));
    assertEquals("Hello world bold", after("ld** "));
    assertEquals("Hello world bold end\n", after("end\n"));
    assertEquals("Hello world bold end\n", after("2"));
    assertEquals("Hello world bold end\n2nd", after("nd "));
  }

  @Test
  void codeAppearsByCharacter() {
    assertEquals("─── c\n", after("```c\n"));
    assertEquals("─── c\nin", after("int"));
    assertEquals("─── c\nint x", after(" x;"));
    assertEquals("─── c\nint x;\n", after("\n"));
    assertEquals("─── c\nint x;\n", after("``"));
    assertEquals("─── c\nint x;\n``", after("x"));
    printer.finish();
    assertEquals("─── c\nint x;\n``x\n───\n", out.toString());
  }

  @Test
  void rowsOfTablesAppearWhenTheyEnd() {
    String table = "a                  │ b\n───────────────────┼────────────────────\n";
    assertEquals("", after("|a|b|\n"));
    assertEquals("", after("|-|-|"));
    assertEquals(table, after("\n"));
    assertEquals(table, after("|c|d|"));
    table += "c                  │ d\n";
    assertEquals(table, after("\n"));
    assertEquals(table, after("|a longer cell|e|f|"));
    table += "a longer cell      │ e | f\n";
    assertEquals(table, after("\n"));
    assertEquals(table, after("\n"));
    assertEquals(table, after("| no table\n"));
    printer.finish();
    assertEquals(table + "\n| no table\n", out.toString());
  }

  @Test
  void cellsThatAreWiderThanTheirColumnAreWrapped() {
    assertTrue(
        after("|Name|Age|\n|-|-:|\n|Ann|1|\n")
            .endsWith("\nAnn                │                  1\n"));
    String rule = "───────────────────┼───────────────────\n";
    out.setLength(0);
    assertEquals(
        rule + "a name that is     │                  2\nlonger than most   │\n",
        after("|a name that is longer than most|2|\n"));
    out.setLength(0);
    assertEquals(rule + "Bob                │                  3\n", after("|Bob|3|\n"));
    out.setLength(0);
    assertEquals("Cid                │\n", after("|Cid|\n"));
  }

  @Test
  void theDelimiterRowMayWidenColumns() {
    assertTrue(
        plain("|a|b|\n|" + "-".repeat(30) + "|-|").startsWith("a" + " ".repeat(29) + " │ b\n"));
  }

  @Test
  void narrowTablesBecomeLists() {
    assertEquals("", after("|name|a|b|c|d|\n|-|-|-|-|-|\n"));
    assertTrue(after("|one|" + "long cell|".repeat(4) + "\n").endsWith("\nd: long cell\n"));
    printer.accept("|two|x|" + "longer cell|".repeat(3));
    printer.finish();
    assertTrue(out.toString().startsWith("name: one\na: long cell\n"), out.toString());
    assertTrue(out.toString().contains("d: long cell\n\nname: two\na: x\n"), out.toString());
    assertEquals("a\nb\nc\nd\ne\nf\ng", plain("|a|b|c|d|e|f|g|\n|-|-|-|-|-|-|-|"));
  }

  @Test
  void theWidthMayChangeBetweenLines() {
    AtomicInteger width = new AtomicInteger(20);
    MarkdownPrinter resized = new MarkdownPrinter(Style.NONE, width::get, out::append);
    resized.accept("aaa bbb ccc ddd eee");
    width.set(8);
    resized.accept(" fff ggg hhh iii");
    width.set(30);
    resized.accept(" jjj kkk lll");
    resized.finish();
    assertEquals("aaa bbb ccc ddd eee\nfff ggg\nhhh iii\njjj kkk lll\n", out.toString());
  }

  @Test
  void onlyWordsThatFitNoLineAreCut() {
    assertEquals("a\n" + "x".repeat(60), plain("a " + "x".repeat(60)));
    assertEquals("a\n" + "x".repeat(60) + "\nx b", plain("a " + "x".repeat(61) + " b"));
  }

  @Test
  void nothingOfTheModelControlsTheTerminal() {
    assertEquals(
        "␛]0;title␇ ␛[31mred <U+202E>gnp", plain("\033]0;title\007 \033[31mred \u202egnp"));
    assertEquals("─── ␛[2J\n␛[31m\n───", plain("```\033[2J\n\033[31m\r\n```"));
  }

  @Test
  void interruptionLeavesTheTerminalClean() {
    MarkdownPrinter styled = new MarkdownPrinter(Style.BASIC, () -> 40, out::append);
    styled.accept("```\ncode that is");
    assertTrue(out.toString().endsWith("\033[36mcode that i"), out.toString());
    styled.finish();
    assertTrue(out.toString().endsWith("\033[36mcode that is\033[0m\n\033[2m───\033[0m\n"));
    out.setLength(0);
    styled.accept("> - **a");
    styled.finish();
    styled.accept("\n\nnew");
    styled.finish();
    styled.finish();
    assertEquals("\033[2m│\033[0m • **a\nnew\n", out.toString());
  }

  @Test
  void thoughtsAreFaintAndNotRead() {
    MarkdownPrinter styled = new MarkdownPrinter(Style.BASIC, () -> 12, out::append);
    styled.thinking(true);
    styled.accept("\n\nI **think**\n\n\n  that `x` is\n");
    styled.thinking(false);
    styled.accept("\n\n**So**");
    styled.finish();
    assertEquals(
        """
        [2mI **think**[0m

        [2m  that `x`[0m
        [2mis[0m

        [1mSo[0m
        """
            .replace("[", "\033["),
        out.toString());
  }

  @Test
  void linesOfAParagraphKeepTheirIndentation() {
    String code = "def add(a, b):\n    if a:\n        return b\n    return a + b";
    for (String text :
        new String[] {
          "Here:\n" + code,
          code,
          "do:\n  a\n\n  b\n   c",
          "Here:\n      **deep**\n  `x`\n    [1]\n  \"quoted\"",
          "a\n  | no table\n   | b",
        }) {
      assertEquals(text.replace("**", "").replace("`", ""), plain(text));
    }
    assertEquals("if a:\n    b", plain("if a:\n\tb"));
    assertEquals("bold\n    too", plain("**bold\n    too**"));
    assertEquals("e[4mae[0m\n  e[4mbe[0m e[2m(u)e[0m", styled("[a\n  b](u)"));
    assertEquals("• " + code.replace("\n", "\n  "), plain("- " + code.replace("\n", "\n  ")));
    assertEquals("│ " + code.replace("\n", "\n│ "), plain("> " + code.replace("\n", "\n> ")));
    assertEquals("• a\n  b", plain("- a\n b"));
    assertEquals("│ if a:\n│     b", plain("> if a:\n    b"));
    assertEquals("a\nb", plain("a<br>  b"));
  }

  @Test
  void anIndentedLineIsWrappedWithinTheWidth() {
    assertEquals("a\n    " + "b".repeat(56) + "\nc", plain("a\n    " + "b".repeat(56) + " c"));
    assertEquals("a\n" + "b".repeat(58), plain("a\n    " + "b".repeat(58)));
  }

  @Test
  void codeIsNeverLost() {
    String code = "*a* _b_ `c` <br> \\* $x$ [l](u) # h\n\n    - i\n  | t |\n~~~\n> q\n``\n";
    assertEquals("───\n" + code + "───", plain("```\n" + code + "```"));
    assertEquals("• x\n  ───\n  code\n  less\n  ───", plain("- x\n  ```\n  code\nless\n  ```"));
    assertEquals("│ ───\n│ code\n│ ───\nout", plain("> ```\n> code\nout"));
    assertEquals("    a\n\n\n      b", plain("    a\n\n\n      b"));
  }
}
