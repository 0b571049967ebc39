package dev.jora.tokenizer;

import static dev.jora.tokenizer.CharSet.L;
import static dev.jora.tokenizer.CharSet.M;
import static dev.jora.tokenizer.CharSet.N;
import static dev.jora.tokenizer.CharSet.P;
import static dev.jora.tokenizer.CharSet.S;
import static dev.jora.tokenizer.CharSet.SPACE;

import dev.jora.tokenizer.Rules.Rule;
import java.util.List;

/** The sets and expressions that {@link PreTokenizer} is made of. */
final class Expressions {
  static final CharSet DIGITS = CharSet.ranges("09");
  static final CharSet KANJI_KANA = CharSet.ranges("\u4E00\u9FA5\u3040\u309F\u30A0\u30FF");
  static final CharSet ASIAN =
      CharSet.ranges(
          "\u4E00\u9FFF\u3400\u4DBF\u8C48\uFAFF\u3040\u309F\u30A0\u30FF\uFF65\uFF9F\u2F00\u2FDF\u0E40\u0E7F\u0E80\u0EFF\u1780\u17FF\u1000\u109F\uAA60\uAA7F\uA9E0\uA9FF\uAC00\uD7AF\u1100\u11FF");
  private static final CharSet LINE_ENDS = CharSet.chars("\r\n");
  private static final CharSet NEWLINE = CharSet.chars("\n");
  private static final CharSet ASCII_SYMBOLS = CharSet.ranges("!/:@[`{~");

  private Expressions() {}

  static Splitter one(Rule rule) {
    return new Splitter.Expression(List.of(rule));
  }

  static Splitter gpt2() {
    return new Splitter.Expression(
        List.of(
            Rules.contraction(false),
            Rules.spaced(L),
            Rules.spaced(N),
            Rules.spaced(SPACE.or(L).or(N).not()),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  /** Llama 3's and Qwen's words, of these letters and with at most so many digits. */
  static Splitter words(CharSet letters, int digits) {
    return new Splitter.Expression(
        List.of(
            Rules.contraction(true),
            word(letters),
            Rules.run(N, digits),
            Rules.spaced(SPACE.or(letters).or(N).not(), LINE_ENDS),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  /** {@link #words} without contractions. */
  static Splitter plainWords(CharSet letters, int digits) {
    return new Splitter.Expression(
        List.of(
            word(letters),
            Rules.run(N, digits),
            Rules.spaced(SPACE.or(letters).or(N).not(), LINE_ENDS),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  static Splitter jais2() {
    return new Splitter.Expression(
        List.of(
            Rules.contraction(true),
            word(L),
            Rules.run(N, 3),
            Rules.spaced(SPACE.or(L).or(N).not(), LINE_ENDS),
            Rules.lineEnds(),
            Rules.spaceByPowersOfTwo(512),
            Rules.run(SPACE, 1)));
  }

  static Splitter seedCoder() {
    return new Splitter.Expression(
        List.of(
            Rules.contraction(true),
            word(L),
            Rules.run(N, 1),
            Rules.spaced(SPACE.or(L).or(N).not()),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  static Splitter exaoneMoe() {
    return new Splitter.Expression(
        List.of(
            Rules.contraction(true),
            Rules.phrase(noLetterOrLineEnd(), L, M),
            Rules.run(N, 1),
            Rules.spaced(SPACE.or(L).or(N).not(), LINE_ENDS, 1),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  /** Words of these letters in ASCII's camel case, with their contractions or without. */
  static Splitter camel(CharSet letters, boolean contractions, int digits) {
    CharSet upper = letters.minus(CharSet.ranges("az"));
    CharSet lower = letters.minus(CharSet.ranges("AZ"));
    return tailed(
        Rules.camelCase(noLetterOrLineEnd(), upper, lower, contractions), digits, "\r\n/");
  }

  /** Words of these letters whatever their case, with their contractions. */
  static Splitter uncased(CharSet letters, int digits, String afterSymbols) {
    return tailed(
        Rules.camelCase(noLetterOrLineEnd(), letters, letters, true), digits, afterSymbols);
  }

  /** Kimi's: Chinese apart, then words without it. */
  static Splitter kimi() {
    CharSet han = CharSet.ranges(HAN);
    CharSet letters = L.minus(han);
    return new Splitter.Expression(
        List.of(
            Rules.run(han),
            Rules.camelCase(noLetterOrLineEnd(), letters, letters, true),
            Rules.run(N, 3),
            Rules.spaced(SPACE.or(L).or(N).not(), LINE_ENDS),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  private static Splitter tailed(Rule word, int digits, String afterSymbols) {
    return new Splitter.Expression(
        List.of(
            word,
            Rules.run(N, digits),
            Rules.spaced(SPACE.or(L).or(N).not(), CharSet.chars(afterSymbols)),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  static Splitter youtuScripts() {
    return new Splitter.Expression(
        List.of(
            Rules.run(CharSet.ranges("\uAC00\uD7A3\u3131\u318E")),
            Rules.run(
                CharSet.ranges(
                    "\uFF01\uFF01\u2026\u2026\u201C\u201D\u2018\u2019\u2014\u2014\uFF1A\uFF1A\uFF1B\uFF1B\uFF0C\uFF0C\u3001\u303F\uFE30\uFE4F")),
            Rules.run(CharSet.ranges("\u3105\u312F")),
            Rules.run(KANJI_KANA)));
  }

  static List<Splitter> deepseekLlm() {
    return List.of(
        one(Rules.run(LINE_ENDS, 1)),
        one(Rules.prefixed(SPACE, CharSet.ranges(CASED))),
        one(
            Rules.prefixed(
                SPACE,
                CharSet.ranges("!/:~\uFF01\uFF0F\uFF1A\uFF5E\u2018\u201F\u3000\u3002")
                    .minus(SPACE))),
        one(Rules.spaceAtEnd()),
        one(Rules.run(deepseekCjk())),
        one(Rules.run(N)));
  }

  static List<Splitter> deepseekCoder() {
    return List.of(
        one(Rules.run(LINE_ENDS, 1)),
        one(Rules.prefixed(SPACE, L)),
        one(Rules.prefixed(SPACE, P)),
        one(Rules.run(deepseekCjk())),
        one(Rules.run(N, 1)));
  }

  private static CharSet deepseekCjk() {
    return CharSet.ranges("\u4E00\u9FA5\u0800\u4E00\uAC00\uD7FF").minus(SPACE);
  }

  static Splitter deepseek3() {
    return new Splitter.Expression(
        List.of(
            Rules.leading(ASCII_SYMBOLS, CharSet.ranges("AZaz")),
            Rules.prefixed(LINE_ENDS.or(L).or(P).or(S).not(), L.or(M)),
            Rules.spaced(P.or(S), LINE_ENDS),
            Rules.lineEnds(),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  static Splitter spark() {
    return new Splitter.Expression(
        List.of(
            Rules.leading(ASCII_SYMBOLS, CharSet.ranges("AZaz")),
            Rules.prefixed(LINE_ENDS.or(L).or(P).or(S).not(), L.or(M)),
            Rules.spaced(P.or(S)),
            Rules.run(LINE_ENDS, 1),
            Rules.spaceBeforeSpace(),
            Rules.run(SPACE)));
  }

  static Splitter bloom() {
    return one(
        Rules.spaced(
            SPACE.or(CharSet.chars("(|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)")).not()));
  }

  static List<Splitter> chameleon() {
    return List.of(
        one(Rules.enclosed("<sentinel:", DIGITS, Integer.MAX_VALUE, ">")),
        one(Rules.enclosed("IMGIMG", CharSet.ranges("AI"), 4, "Z")),
        new Splitter.Expression(
            List.of(
                Rules.run(CharSet.chars("\t\n"), 1),
                Rules.exactly(CharSet.chars(" "), 4),
                Rules.exactly(CharSet.chars(" "), 2))),
        one(Rules.run(N, 1)),
        one(Rules.run(P.or(ASCII_SYMBOLS), 1)),
        gpt2());
  }

  /** Lines, and the line ends between them. */
  static Splitter lines() {
    return new Splitter.Expression(List.of(Rules.run(NEWLINE.not()), Rules.run(NEWLINE)));
  }

  static Splitter whitespace() {
    return one(Rules.run(SPACE.not()));
  }

  /** {@code [^\r\n\p{L}\p{N}]?letters+}. */
  private static Rule word(CharSet letters) {
    return Rules.prefixed(noLetterOrLineEnd(), letters);
  }

  private static CharSet noLetterOrLineEnd() {
    return L.or(N).or(LINE_ENDS).not();
  }

  /** DeepSeek LLM's letters that have a case, from and to. */
  private static final String CASED =
      "AZaz\u00B5\u00B5\u00C0\u00D6\u00D8\u00F6\u00F8\u01BA\u01BC\u01BF\u01C4\u0293\u0295"
          + "\u02AF\u0370\u0373\u0376\u0377\u037B\u037D\u037F\u037F\u0386\u0386\u0388\u038A\u038C"
          + "\u038C\u038E\u03A1\u03A3\u03F5\u03F7\u0481\u048A\u052F\u0531\u0556\u10A0\u10C5\u13A0"
          + "\u13F5\u13F8\u13FD\u1C90\u1CBA\u1CBD\u1CBF\u1D00\u1D2B\u1D6B\u1D77\u1D79\u1D9A\u1E00"
          + "\u1F15\u1F18\u1F1D\u1F20\u1F45\u1F48\u1F4D\u1F50\u1F57\u1F59\u1F59\u1F5B\u1F5B\u1F5D"
          + "\u1F5D\u1F5F\u1F7D\u1F80\u1FB4\u1FB6\u1FBC\u1FBE\u1FBE\u1FC2\u1FC4\u1FC6\u1FCC\u1FD0"
          + "\u1FD3\u1FD6\u1FDB\u1FE0\u1FEC\u1FF2\u1FF4\u1FF6\u1FFC\u2102\u2102\u2107\u2107\u210A"
          + "\u2113\u2115\u2115\u2119\u211D\u2124\u2124\u2126\u2126\u2128\u2128\u212A\u212D\u212F"
          + "\u2134\u2139\u2139\u213C\u213F\u2145\u2149\u214E\u214E\u2183\u2184\u2C00\u2C7B\u2C7E"
          + "\u2CE4\u2CEB\u2CEE\u2CF2\u2CF3\uA640\uA66D\uA680\uA69B\uA722\uA76F\uA771\uA787\uA78B"
          + "\uA78E\uAB70\uABBF\uFB00\uFB06\uFB13\uFB17\uFF21\uFF3A\uFF41\uFF5A\uD801\uDC00\uD801"
          + "\uDC4F\uD801\uDCB0\uD801\uDCD3\uD801\uDCD8\uD801\uDCFB\uD803\uDC80\uD803\uDCB2\uD803"
          + "\uDCC0\uD803\uDCF2\uD806\uDCA0\uD806\uDCDF\uD83A\uDD00\uD83A\uDD43";

  /** Blocks of CJK ideographs, from and to. */
  private static final String HAN =
      "\u3400\u4DBF\u4E00\u9FFF\uF900\uFAFF"
          + "\uD840\uDC00\uD869\uDEDF\uD869\uDF00\uD86D\uDF3F\uD86D\uDF40\uD86E\uDC1F"
          + "\uD86E\uDC20\uD873\uDEAF\uD873\uDEB0\uD87A\uDFEF\uD87E\uDC00\uD87E\uDE1F";
}
