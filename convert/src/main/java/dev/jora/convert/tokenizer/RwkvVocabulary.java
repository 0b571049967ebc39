package dev.jora.convert.tokenizer;

import dev.jora.convert.source.SourceException;
import dev.jora.tokenizer.TokenType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * RWKV's file: lines of a number, a text or bytes as Python writes them, and the count of its
 * bytes. The vocabulary has the bytes escaped.
 */
final class RwkvVocabulary {
  private static final String FILE = "rwkv_vocab_v20230424.txt";
  private static final int SIZE = 65536;

  private RwkvVocabulary() {}

  /**
   * The tokens of a folder.
   *
   * @param wanted number of tokens; 0: RWKV's
   */
  static TokenList read(TokenizerFolder folder, int wanted) {
    if (!folder.has(FILE)) {
      throw folder.fault("expected the file of RWKV's tokenizer, " + FILE + ", found none");
    }
    List<String> texts = new ArrayList<>();
    texts.add("<s>");
    for (String line : folder.text(FILE).split("\r?\n")) {
      texts.add(escaped(literal(folder, line, texts.size())));
    }
    int size = wanted > 0 ? wanted : Math.max(SIZE, texts.size());
    if (texts.size() > size) {
      throw folder.fault(FILE, "at most " + (size - 1) + " lines", "" + (texts.size() - 1));
    }
    TokenList tokens = TokenList.of(folder, size, texts.size());
    for (int id = 0; id < texts.size(); id++) {
      tokens.set(id, texts.get(id), 0, id == 0 ? TokenType.CONTROL : TokenType.NORMAL);
    }
    return tokens;
  }

  /** The bytes of a line's text. */
  private static byte[] literal(TokenizerFolder folder, String line, int number) {
    int from = line.indexOf(' ') + 1;
    int to = line.lastIndexOf(' ');
    boolean bytes = line.startsWith("b", from);
    int quote = from + (bytes ? 1 : 0);
    boolean quoted =
        from > 0
            && to > quote + 1
            && (line.charAt(quote) == '\'' || line.charAt(quote) == '"')
            && line.charAt(to - 1) == line.charAt(quote);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean good = quoted && unescape(line.substring(quote + 1, to - 1), bytes, out);
    if (!good || !line.substring(to + 1).equals(Integer.toString(out.size()))) {
      throw fault(folder, line, number);
    }
    return out.toByteArray();
  }

  private static SourceException fault(TokenizerFolder folder, String line, int number) {
    return folder.fault(
        FILE + ": line " + number,
        "a number, a quoted text and the count of its bytes",
        "'" + TokenizerFolder.shortened(line) + "'");
  }

  /** Writes the bytes of a literal of Python's; false if it is none. */
  private static boolean unescape(String text, boolean bytes, ByteArrayOutputStream out) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean isByte = bytes;
      if (c == '\\') {
        if (i == text.length()) {
          return false;
        }
        char kind = text.charAt(i++);
        int digits =
            switch (kind) {
              case 'x' -> 2;
              case 'u' -> 4;
              case 'U' -> 8;
              default -> 0;
            };
        if (digits > 0) {
          if (i + digits > text.length()) {
            return false;
          }
          try {
            c = Integer.parseUnsignedInt(text.substring(i, i + digits), 16);
          } catch (NumberFormatException e) {
            return false;
          }
          i += digits;
        } else {
          c =
              switch (kind) {
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case '\\', '\'', '"' -> kind;
                default -> -1;
              };
        }
      }
      if (c < 0 || isByte && c > 255 || !Character.isValidCodePoint(c)) {
        return false;
      }
      if (isByte) {
        out.write(c);
      } else {
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return true;
  }

  /** Bytes as Python shows them, without the quotes. */
  private static String escaped(byte[] bytes) {
    boolean single = false;
    boolean twofold = false;
    for (byte b : bytes) {
      single |= b == '\'';
      twofold |= b == '"';
    }
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      switch (b) {
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\\' -> text.append("\\\\");
        case '\'' -> text.append(single && twofold ? "\\'" : "'");
        default -> {
          if (b >= ' ' && b < 127) {
            text.append((char) b);
          } else {
            text.append("\\x%02x".formatted(b & 0xff));
          }
        }
      }
    }
    return text.toString();
  }
}
