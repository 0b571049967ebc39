package dev.jora.cli.terminal;

/**
 * Makes a stream of text safe for a terminal: what would control it is shown instead. Line ends and
 * tabs pass, CR LF and the Unicode line ends become LF. C0 controls and DEL become their pictures,
 * as ␛; C1 controls and the characters that embed, override or isolate a direction, which can make
 * a text read other than it is, become their code points, as {@code <U+202E>}. Marks of direction
 * and joiners pass, as scripts need them. Half a surrogate pair becomes U+FFFD.
 */
final class Visible implements CharSink {
  private static final char PICTURES = 0x2400;
  private static final char REPLACEMENT = 0xfffd;

  private final CharSink next;
  private boolean cr;
  private char high; // 0: none

  Visible(CharSink next) {
    this.next = next;
  }

  /** A text as one line. */
  static String line(String text) {
    StringBuilder out = new StringBuilder();
    Visible visible = new Visible(c -> out.append(c == '\n' || c == '\t' ? ' ' : c));
    visible.accept(text);
    visible.end();
    return out.toString();
  }

  @Override
  public void accept(char c) {
    if (high != 0) {
      if (Character.isLowSurrogate(c)) {
        next.accept(high);
        next.accept(c);
        high = 0;
        return;
      }
      end();
    }
    if (cr && c != '\n') {
      end();
    }
    cr = false;
    switch (c) {
      case '\r' -> cr = true;
      case '\n', '\t' -> next.accept(c);
      case '\u2028', '\u2029' -> next.accept('\n');
      default -> other(c);
    }
  }

  private void other(char c) {
    if (Character.isHighSurrogate(c)) {
      high = c;
    } else if (c < ' ') {
      next.accept((char) (PICTURES + c));
    } else if (c == 0x7f) {
      next.accept('\u2421');
    } else if (Character.isISOControl(c)
        || c >= '\u202a' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069') {
      next.accept(String.format("<U+%04X>", (int) c));
    } else {
      next.accept(Character.isLowSurrogate(c) ? REPLACEMENT : c);
    }
  }

  /** Passes on what waits for the next character. */
  void end() {
    if (high != 0) {
      next.accept(REPLACEMENT);
    } else if (cr) {
      next.accept((char) (PICTURES + '\r'));
    }
    high = 0;
    cr = false;
  }
}
