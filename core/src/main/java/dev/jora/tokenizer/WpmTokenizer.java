package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT's WordPiece: accents stripped, lower case, words at white space, punctuation and CJK
 * characters; a word is the longest tokens from the left, or unknown as a whole. Hangul decomposes
 * into all its letters as in BERT, where llama.cpp keeps the first.
 */
public final class WpmTokenizer implements Tokenizer {
  private static final String START = "▁";

  private final Vocab vocab;
  private final SpecialTokens special;
  private final int longest;
  private final boolean lowerCase;
  private final boolean stripAccents;

  WpmTokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(101, -1, 100, 102));
    this.special = new SpecialTokens(vocab);
    int max = 0;
    for (int id = 0; id < vocab.size(); id++) {
      max = Math.max(max, vocab.texts().length(id));
    }
    this.longest = max;
    this.lowerCase = vocab.flag("normalizer.lowercase", true);
    this.stripAccents = vocab.flag("normalizer.strip_accents", lowerCase);
  }

  @Override
  public Vocab vocab() {
    return vocab;
  }

  @Override
  public boolean addsSpacePrefix() {
    return true;
  }

  @Override
  public boolean cleansSpaces() {
    return true;
  }

  @Override
  public boolean addsBos() {
    return true;
  }

  @Override
  public boolean addsSeparator() {
    return vocab.flag("add_sep_token", true);
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    if (vocab.isHidden(id) && !showSpecial) {
      return new byte[0];
    }
    return vocab.text(id).replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    if (addSpecial && vocab.bos() >= 0) {
      ids.add(vocab.bos());
    }
    special.encode(
        text,
        trust,
        ids,
        (from, to) -> {
          String raw = new String(text, from, to - from, StandardCharsets.UTF_8);
          words(raw).forEach(word -> encodeWord(word, ids));
        });
    if (addSpecial && vocab.separator() >= 0) {
      ids.add(vocab.separator());
    }
    return ids.toArray();
  }

  /** Words as BERT's normalizer and pre-tokenizer make them. */
  List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    String plain = stripAccents ? Normalizer.normalize(text, Normalizer.Form.NFD) : text;
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      i += Character.charCount(c);
      if (isDropped(c)) {
        continue;
      }
      if (CharSet.SPACE.has(c)) {
        end(word, words);
      } else if (isSeparate(c)) {
        end(word, words);
        words.add(Character.toString(cased(c)));
      } else {
        word.appendCodePoint(cased(c));
      }
    }
    end(word, words);
    return words;
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private int cased(int c) {
    return lowerCase ? Character.toLowerCase(c) : c;
  }

  /** Controls, among which are vertical tabs and form feeds, and marks over and under letters. */
  private boolean isDropped(int c) {
    int type = Character.getType(c);
    return c == 0xfffd
        || type == Character.CONTROL && c != '\t' && c != '\n' && c != '\r'
        || type == Character.FORMAT
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE
        || stripAccents && type == Character.NON_SPACING_MARK;
  }

  private static boolean isSeparate(int c) {
    boolean asciiSymbol = c < 0x7f && CharSet.S.has(c);
    return CharSet.P.has(c) || asciiSymbol || isChinese(c);
  }

  /** The blocks of CJK ideographs. */
  private static boolean isChinese(int c) {
    return c >= 0x4e00 && c <= 0x9fff
        || c >= 0x3400 && c <= 0x4dbf
        || c >= 0x20000 && c <= 0x2a6df
        || c >= 0x2a700 && c <= 0x2b73f
        || c >= 0x2b740 && c <= 0x2b81f
        || c >= 0x2b920 && c <= 0x2ceaf
        || c >= 0xf900 && c <= 0xfaff
        || c >= 0x2f800 && c <= 0x2fa1f;
  }

  private void encodeWord(String word, IntBuffer ids) {
    byte[] text = (START + word).getBytes(StandardCharsets.UTF_8);
    IntBuffer found = new IntBuffer();
    for (int at = 0; at < text.length; ) {
      int to = Math.min(text.length, at + longest);
      int id = -1;
      for (; to > at; to--) {
        id = vocab.find(text, at, to);
        if (id >= 0) {
          break;
        }
      }
      if (id < 0) {
        ids.add(Math.max(0, vocab.unknown()));
        return;
      }
      found.add(id);
      at = to;
    }
    for (int id : found.toArray()) {
      ids.add(id);
    }
  }
}
