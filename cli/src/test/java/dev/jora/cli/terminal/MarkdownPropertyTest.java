package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any document and any cut of it. */
class MarkdownPropertyTest {
  private static final int DOCUMENTS = 1500;

  private static final String[] WORDS = {
    "word",
    "a",
    "longer",
    "snake_case",
    "x*y*z",
    "2*3",
    "Привет",
    "東京都",
    "ไทย",
    "שלום",
    "مرحبا",
    "e\u0301",
    "👨‍👩‍👧",
    "🇩🇪",
    "❤️",
    "नमस्ते",
    "https://x.org/a_b",
    "averyveryveryverylongwordindeed",
    "&amp;",
    "C#",
    "$5",
    "한국어",
    "\u200b",
    "\u00a0"
  };

  private static final String[] MARKUP = {
    "*", "**", "***", "_", "__", "~~", "`", "``", "[", "](u)", "![", "](", ")", "<", ">",
        "<https://x>",
    "\\", "\\*", "$", "$$", "\\(", "\\)", "\\[", "|", "\t", "  ", "~", "!", "\"", "__init__", "=",
        "-"
  };

  private static final String[] STARTS = {
    "# ", "## ", "### ", "- ", "  - ", "    - ", "* ", "1. ", "12) ", "> ", ">> ", "> - ", "```",
    "~~~", "```py", "---", "***", "===", "    ", "$$", "\\[", "\\]", "- [ ] ", "", "", "", "", "  ",
    "\t"
  };

  private static final String[] ROWS = {"| a | b |", "|---|:-:|", "| `x|y` | 東京 **b** | c |", "|"};

  private static final String[] HOSTILE = {
    "\033[31m",
    "\007",
    "\u009b",
    "\r",
    "\r\n",
    "\u202e",
    "\u2066",
    "\ud83d",
    "\udc4d",
    "\u2028",
    "\0",
    "\177"
  };

  private final Random random = new Random(8);

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private String document(boolean tables, boolean hostile) {
    StringBuilder text = new StringBuilder();
    for (int lines = random.nextInt(12); lines >= 0; lines--) {
      if (tables && random.nextInt(4) == 0) {
        text.append(pick(ROWS)).append('\n');
        continue;
      }
      text.append(pick(STARTS));
      for (int n = random.nextInt(14); n > 0; n--) {
        int kind = random.nextInt(10);
        text.append(kind < 6 ? pick(WORDS) : kind < 9 || !hostile ? pick(MARKUP) : pick(HOSTILE));
        text.append(random.nextInt(3) > 0 ? " " : "");
      }
      text.append(random.nextInt(4) == 0 ? "\n\n" : "\n");
    }
    return text.toString();
  }

  private static String shown(List<String> pieces, int width, Style style) {
    StringBuilder out = new StringBuilder();
    MarkdownPrinter printer = new MarkdownPrinter(style, () -> width, out::append);
    pieces.forEach(printer::accept);
    printer.finish();
    return out.toString();
  }

  private List<String> cut(String text, int longest) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int to = Math.min(text.length(), at + 1 + random.nextInt(longest));
      pieces.add(text.substring(at, to));
      at = to;
    }
    return pieces;
  }

  @Test
  void cutsDoNotMatter() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(true, true);
      int width = 20 + random.nextInt(80);
      String whole = shown(List.of(text), width, Style.BASIC);
      assertEquals(whole, shown(cut(text, 1), width, Style.BASIC), text);
      assertEquals(whole, shown(cut(text, 9), width, Style.BASIC), text);
    }
  }

  /** What a finished line shows does not wait for the lines after it. */
  @Test
  void rowsAppearAtOnce() {
    for (int i = 0; i < DOCUMENTS; i++) {
      StringBuilder out = new StringBuilder();
      int width = 30 + random.nextInt(80);
      MarkdownPrinter printer = new MarkdownPrinter(Style.NONE, () -> width, out::append);
      String before = random.nextInt(2) == 0 ? "" : "- > ";
      printer.accept(before + "|head|b|\n" + before.replace('-', ' ') + "|---|:-:|\n");
      assertTrue(out.indexOf("head") >= 0);
      for (int row = 0; row < 5; row++) {
        String line = before.replace('-', ' ') + "|r" + row + "|" + pick(WORDS) + "|\n";
        for (String piece : cut(line, 9)) {
          assertEquals(-1, out.indexOf("r" + row));
          printer.accept(piece);
        }
        assertTrue(out.indexOf("r" + row) >= 0, out.toString());
      }
      String shown = out.toString();
      printer.finish();
      assertEquals(shown, out.toString());
    }
  }

  @Test
  void linesAreNeverWiderThanTheTerminal() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(true, true);
      int width = 4 + random.nextInt(80);
      for (String line : shown(List.of(text), width, Style.BASIC).split("\n")) {
        assertTrue(
            Columns.of(Style.stripped(line)) <= width, () -> width + ":" + line + "\n" + text);
      }
    }
  }

  @Test
  void stylesDoNotChangeTheLayout() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(true, true);
      String styled = shown(List.of(text), 50, Style.BASIC);
      assertEquals(shown(List.of(text), 50, Style.NONE), Style.stripped(styled), text);
    }
  }

  @Test
  void onlyTheStylesCodesControlTheTerminal() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(true, true);
      String styled = shown(List.of(text), 50, Style.BASIC);
      assertEquals(-1, safe(Style.stripped(styled)), text);
      for (String line : styled.split("\n")) {
        int last = line.lastIndexOf('\033');
        assertTrue(last < 0 || line.startsWith("\033[0m", last), line);
      }
    }
  }

  /** Index of the first character that controls a terminal. */
  private static int safe(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean direction = c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
      if (Character.isISOControl(c) && c != '\n' || direction || c == '\u2028') {
        return i;
      }
    }
    return -1;
  }

  @Test
  void nothingIsLost() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(false, false);
      int width = 40 + random.nextInt(60);
      String shown = letters(shown(List.of(text), width, Style.NONE));
      String wanted = letters(text);
      int at = 0;
      for (int c : wanted.codePoints().toArray()) {
        at = shown.indexOf(Character.toString(c), at) + 1;
        assertTrue(at > 0, text);
      }
      assertEquals(wanted.length(), shown.length(), text);
    }
  }

  @Test
  void tablesLoseNothing() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = document(true, false);
      int[] wanted = letters(text).codePoints().sorted().toArray();
      int[] shown = letters(shown(List.of(text), 70, Style.NONE)).codePoints().sorted().toArray();
      assertTrue(shown.length >= wanted.length, text);
    }
  }

  /** All but markup, layout and the numbers of lists, which deep lists have no room for. */
  private static String letters(String text) {
    return text.codePoints()
        .filter(c -> Character.isLetter(c) || c > 0x2fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void codeIsVerbatim() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String code = document(true, false).replaceAll("`+", "`").replace("\t", "  ");
      assertEquals(
          "───\n" + code + "───\n", shown(List.of("```\n" + code + "```"), 4000, Style.NONE));
    }
  }

  @Test
  void proseIsHeldBackForAWordOnly() {
    StringBuilder out = new StringBuilder();
    MarkdownPrinter printer = new MarkdownPrinter(Style.NONE, () -> 1 << 20, out::append);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      char c = random.nextInt(6) == 0 && !text.toString().endsWith(" ") ? ' ' : 'a';
      text.append(c);
      printer.accept(String.valueOf(c));
      int word = text.lastIndexOf(" ");
      assertTrue(word < 0 || text.substring(0, word).strip().equals(out.toString().strip()));
    }
  }

  @Test
  void amongMarkersLittleIsHeldBack() {
    StringBuilder out = new StringBuilder();
    MarkdownPrinter printer = new MarkdownPrinter(Style.NONE, () -> 1 << 20, out::append);
    int given = 0;
    for (int i = 0; i < 5000; i++) {
      String piece = random.nextInt(3) == 0 ? pick(MARKUP).replace("\t", " ") : "ab ";
      printer.accept(piece);
      given += piece.length();
      // Markers and repeated spaces are dropped, so the least shown grows slower than the given.
      assertTrue(out.length() >= given / 3 - 400, "after " + given + ": " + out.length());
    }
  }

  /** Seconds of processor time, the best of three, so that a busy machine does not matter. */
  private static double seconds(String text, int piece) {
    double best = Double.MAX_VALUE;
    for (int run = 0; run < 3; run++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long[] length = {0};
      MarkdownPrinter printer =
          new MarkdownPrinter(Style.BASIC, () -> 80, shown -> length[0] += shown.length());
      for (int at = 0; at < text.length(); at += piece) {
        printer.accept(text.substring(at, Math.min(text.length(), at + piece)));
      }
      printer.finish();
      assertTrue(length[0] > 0);
      double time = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
      best = Math.min(best, time);
    }
    return best;
  }

  @Test
  void aMegabyteTakesLessThanASecond() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 1 << 20) {
      text.append(document(true, false));
    }
    double seconds = seconds(text.toString(), 4);
    assertTrue(seconds < 1, seconds + " s");
  }

  @Test
  void longLinesTakeLinearTime() {
    for (String part :
        new String[] {"x", "*", "`", "[", "漢", "\u0301", "|", "#", "<a:", "-x", "$x"}) {
      double seconds = seconds(part.repeat(200_000 / part.length()), 1);
      assertTrue(seconds < 1, part + ": " + seconds + " s");
    }
  }
}
