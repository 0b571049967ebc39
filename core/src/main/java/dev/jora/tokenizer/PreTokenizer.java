package dev.jora.tokenizer;

import static dev.jora.tokenizer.CharSet.HAN;
import static dev.jora.tokenizer.CharSet.L;
import static dev.jora.tokenizer.CharSet.M;
import static dev.jora.tokenizer.CharSet.N;
import static dev.jora.tokenizer.CharSet.P;
import static dev.jora.tokenizer.CharSet.S;
import static dev.jora.tokenizer.CharSet.SPACE;

import dev.jora.tokenizer.Rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The table of pre-tokenizers: how text is cut into words before byte pairs merge. Each is a list of
 * expressions, applied one after the other to the pieces that the one before left; the Javadoc of a
 * constant is the expression in regular form, C standing for {@code 's|'t|'re|'ve|'m|'ll|'d} in any
 * case and TAIL for <code>| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</code>.
 */
enum PreTokenizer {
  /** <code>C|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3} TAIL</code>. */
  LLAMA3(
      () -> Sets.words(L, 3),
      Flags.of().ignoreMerges().addBos().cleanSpaces(),
      "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano"),
  /** The same, without Llama's flags. */
  DBRX(() -> Sets.words(L, 3), Flags.of().cleanSpaces(), "dbrx smaug-bpe glm4 chatglm-bpe"),
  /** LLAMA3 with digits one by one. */
  QWEN2(
      () -> Sets.words(L, 1),
      Flags.of(),
      "qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2"),
  /** QWEN2 with marks as letters. */
  QWEN35(() -> Sets.words(L.or(M), 1), Flags.of(), "qwen35"),
  /** QWEN2 without line ends after symbols, and none among them. */
  SEED_CODER(
      () ->
          List.of(
              new Splitter.Expression(
                  List.of(
                      Rules.contraction(true),
                      Rules.prefixed(Sets.NO_LETTER_OR_LINE_END, L),
                      Rules.run(N, 1),
                      Rules.spaced(Sets.SYMBOLS.minus(Sets.LINE_ENDS)),
                      Rules.lineEnds(),
                      Rules.spaceBeforeSpace(),
                      Rules.run(SPACE)))),
      Flags.of(),
      "seed-coder"),
  /** QWEN2 with {@code \s*[\r\n]}: the same cuts, as white space is taken up to its last line end. */
  BAILINGMOE(() -> Sets.words(L, 1), Flags.of(), "bailingmoe bailingmoe2 llada-moe"),
  /** <code>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)</code>. */
  GPT2(
      () -> List.of(Sets.gpt2()),
      Flags.of().cleanSpaces(),
      "gpt-2 phi-2 jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code roberta-bpe"
          + " gigachat a.x-4.0 mellum modern-bert exaone4 mpt olmo jais"),
  /** GPT2 for vocabularies that keep their spaces. */
  TRILLION(() -> List.of(Sets.gpt2()), Flags.of(), "trillion granite-docling"),
  /** <code>\p{N}</code>, then GPT2. */
  STARCODER(
      () -> List.of(Sets.one(Rules.run(N, 1)), Sets.gpt2()),
      Flags.of().cleanSpaces(),
      "starcoder refact codeshell exaone minerva-7b mellum2"),
  /** STARCODER for vocabularies that keep their spaces. */
  SMOLLM(
      () -> List.of(Sets.one(Rules.run(N, 1)), Sets.gpt2()), Flags.of(), "smollm command-r"),
  /** <code>[\p{P}\$\+&lt;=&gt;\^~\|`]+</code>, then GPT2, then {@code [0-9][0-9][0-9]}. */
  FALCON(
      () ->
          List.of(
              Sets.one(Rules.run(P.or(CharSet.chars("$+<=>^~|`")))),
              Sets.gpt2(),
              Sets.one(Rules.exactly(Sets.DIGITS, 3))),
      Flags.of().cleanSpaces(),
      "falcon"),
  /** Like FALCON without the back quote, and numbers apart. */
  DEFAULT(
      () ->
          List.of(
              Sets.one(Rules.run(P.or(CharSet.chars("$+<=>^~|")))),
              Sets.gpt2(),
              Sets.one(Rules.run(N)),
              Sets.one(Rules.exactly(Sets.DIGITS, 3))),
      Flags.of().cleanSpaces(),
      "default"),
  /** Line ends, cased words, punctuation, trailing space, CJK, numbers. */
  DEEPSEEK_LLM(
      () ->
          List.of(
              Sets.one(Rules.run(Sets.LINE_ENDS, 1)),
              Sets.one(Sets.afterSpace(Sets.CASED)),
              Sets.one(Sets.afterSpace(CharSet.ranges("!/:~！／：～‘‟　。"))),
              Sets.one(Rules.spaceAtEnd()),
              Sets.one(Rules.run(Sets.DEEPSEEK_CJK)),
              Sets.one(Rules.run(N))),
      Flags.of(),
      "deepseek-llm"),
  /** Line ends, words, punctuation, CJK, digits. */
  DEEPSEEK_CODER(
      () ->
          List.of(
              Sets.one(Rules.run(Sets.LINE_ENDS, 1)),
              Sets.one(Sets.afterSpace(L)),
              Sets.one(Sets.afterSpace(P)),
              Sets.one(Rules.run(Sets.DEEPSEEK_CJK)),
              Sets.one(Rules.run(N, 1))),
      Flags.of(),
      "deepseek-coder"),
  /** <code>\p{N}{1,3}</code>, CJK, then words after one punctuation mark, words, symbols. */
  DEEPSEEK3(
      () ->
          List.of(
              Sets.one(Rules.run(N, 3)),
              Sets.one(Rules.run(CharSet.ranges("一龥぀ゟ゠ヿ"))),
              Sets.deepseek3()),
      Flags.of(),
      "deepseek-v3 hunyuan-dense joyai-llm hy_v4"),
  /** Digits in threes from the right, Asian scripts, then as DEEPSEEK3. */
  AFMOE(
      () ->
          List.of(
              Sets.one(Rules.run(N)),
              new Splitter.Thousands(N),
              Sets.one(
                  Rules.run(
                      CharSet.ranges(
                          "一鿿㐀䶿豈\uFAFF぀ゟ゠ヿ･ﾟ⼀⿟เ\u0E7F\u0E80\u0EFFក\u17FFက႟ꩠ\uAA7Fꧠ\uA9FF가\uD7AFᄀᇿ"))),
              Sets.deepseek3()),
      Flags.of(),
      "afmoe"),
  /** Words in camel case, digits one by one, slashes after symbols. */
  TEKKEN(
      () -> List.of(Sets.camel(Sets.NOT_AZ_LOWER, Sets.NOT_AZ_UPPER, false, 1, "\r\n/")),
      Flags.of().ignoreMerges().addBos(),
      "tekken"),
  /** TEKKEN with contractions in their words and digits by threes. */
  GPT4O(
      () -> List.of(Sets.camel(Sets.NOT_AZ_LOWER, Sets.NOT_AZ_UPPER, true, 3, "\r\n/")),
      Flags.of(),
      "gpt-4o llama4 kanana2 talkie minimax-m2"),
  /** Han apart, then GPT4O without Han. */
  KIMI_K2(
      () ->
          List.of(
              Sets.one(Rules.run(HAN)),
              Sets.camel(
                  Sets.UPPER_OR_CASELESS.minus(HAN),
                  Sets.LOWER_OR_CASELESS.minus(HAN),
                  true,
                  3,
                  "\r\n")),
      Flags.of(),
      "kimi-k2"),
  /** <code> ?[^(\s|.,!?…。，、।۔،)]+</code>. */
  BLOOM(
      () -> List.of(Sets.one(Rules.spaced(Sets.BLOOM_WORD))),
      Flags.of().cleanSpaces(),
      "bloom gpt3-finnish"),
  /** BLOOM for a vocabulary that keeps its spaces. */
  PORO(() -> List.of(Sets.one(Rules.spaced(Sets.BLOOM_WORD))), Flags.of(), "poro-chat"),
  /** BLOOM, then digits one by one. */
  VIKING(
      () -> List.of(Sets.one(Rules.spaced(Sets.BLOOM_WORD)), Sets.one(Rules.run(N, 1))),
      Flags.of(),
      "viking"),
  /** Numbers, in threes from the right; all else stays whole. */
  SUPERBPE(
      () -> List.of(Sets.one(Rules.run(N)), new Splitter.Thousands(N)), Flags.of(), "superbpe"),
  /** Tabs and line ends, pairs of spaces, digits, punctuation marks, then GPT2. */
  CHAMELEON(
      () ->
          List.of(
              new Splitter.Expression(
                  List.of(
                      Rules.run(CharSet.chars("\t\n"), 1),
                      Rules.exactly(CharSet.chars(" "), 4),
                      Rules.exactly(CharSet.chars(" "), 2))),
              Sets.one(Rules.run(N, 1)),
              Sets.one(Rules.run(P.or(Sets.ASCII_SYMBOLS), 1)),
              Sets.gpt2()),
      Flags.of().addBos(),
      "chameleon"),
  /** <code>[^\n]+|[\n]+</code> on text of which the bytes stay as they are. */
  GEMMA4(
      () ->
          List.of(
              new Splitter.Expression(
                  List.of(
                      Rules.run(CharSet.chars("\n").not()), Rules.run(CharSet.chars("\n"))))),
      Flags.of().addBos().rawUtf8(),
      "gemma4"),
  /** White space and the rest. */
  WHITESPACE(
      () ->
          List.of(
              new Splitter.Expression(List.of(Rules.run(SPACE.not()), Rules.run(SPACE)))),
      Flags.of(),
      "whitespace");

  /** Sets and expressions that several pre-tokenizers share. */
  private static final class Sets {
    static final CharSet LINE_ENDS = CharSet.chars("\r\n");
    static final CharSet DIGITS = CharSet.ranges("09");
    static final CharSet NO_LETTER_OR_LINE_END = L.or(N).or(LINE_ENDS).not();
    static final CharSet SYMBOLS = SPACE.or(L).or(N).not();
    static final CharSet ASCII_SYMBOLS = CharSet.ranges("!/:@[`{~");
    static final CharSet NOT_AZ_LOWER = L.minus(CharSet.ranges("az"));
    static final CharSet NOT_AZ_UPPER = L.minus(CharSet.ranges("AZ"));
    static final CharSet CASED =
        CharSet.of(
            c -> {
              int type = c < CodePoints.INVALID ? Character.getType(c) : 0;
              return type == Character.UPPERCASE_LETTER
                  || type == Character.LOWERCASE_LETTER
                  || type == Character.TITLECASE_LETTER;
            });
    static final CharSet UPPER_OR_CASELESS =
        L.or(M)
            .minus(
                CharSet.of(
                    c ->
                        c < CodePoints.INVALID
                            && Character.getType(c) == Character.LOWERCASE_LETTER));
    static final CharSet LOWER_OR_CASELESS =
        L.or(M)
            .minus(
                CharSet.of(
                    c ->
                        c < CodePoints.INVALID
                            && (Character.getType(c) == Character.UPPERCASE_LETTER
                                || Character.getType(c) == Character.TITLECASE_LETTER)));
    static final CharSet DEEPSEEK_CJK = CharSet.ranges("一龥ࠀ一가\uD7FF");
    static final CharSet BLOOM_WORD = SPACE.or(CharSet.chars("(|.,!?…。，、।۔،)")).not();

    private Sets() {}

    static Splitter one(Rule rule) {
      return new Splitter.Expression(List.of(rule));
    }

    static Splitter gpt2() {
      return new Splitter.Expression(
          List.of(
              Rules.contraction(false),
              Rules.spaced(L),
              Rules.spaced(N),
              Rules.spaced(SYMBOLS),
              Rules.spaceBeforeSpace(),
              Rules.run(SPACE)));
    }

    static List<Splitter> words(CharSet letters, int digits) {
      return List.of(
          new Splitter.Expression(
              List.of(
                  Rules.contraction(true),
                  Rules.prefixed(NO_LETTER_OR_LINE_END, letters),
                  Rules.run(N, digits),
                  Rules.spaced(SPACE.or(letters).or(N).not(), LINE_ENDS),
                  Rules.lineEnds(),
                  Rules.spaceBeforeSpace(),
                  Rules.run(SPACE))));
    }

    static Splitter camel(
        CharSet upper, CharSet lower, boolean contractions, int digits, String tail) {
      return new Splitter.Expression(
          List.of(
              Rules.camelCase(NO_LETTER_OR_LINE_END, upper, lower, contractions),
              Rules.run(N, digits),
              Rules.spaced(SYMBOLS, CharSet.chars(tail)),
              Rules.lineEnds(),
              Rules.spaceBeforeSpace(),
              Rules.run(SPACE)));
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

    /** {@code \s?set+}. */
    static Rule afterSpace(CharSet set) {
      return Rules.prefixed(SPACE, set);
    }
  }

  /** What a pre-tokenizer implies for the vocabulary, unless keys of the file say otherwise. */
  record Flags(boolean ignoresMerges, boolean addsBos, boolean cleansSpaces, boolean isRawUtf8) {
    static Flags of() {
      return new Flags(false, false, false, false);
    }

    /** Words that are tokens are not merged anew. */
    Flags ignoreMerges() {
      return new Flags(true, addsBos, cleansSpaces, isRawUtf8);
    }

    Flags addBos() {
      return new Flags(ignoresMerges, true, cleansSpaces, isRawUtf8);
    }

    Flags cleanSpaces() {
      return new Flags(ignoresMerges, addsBos, true, isRawUtf8);
    }

    /** Tokens are plain text with ▁ for spaces, not GPT-2's letters for bytes. */
    Flags rawUtf8() {
      return new Flags(ignoresMerges, addsBos, cleansSpaces, true);
    }
  }

  private static final Map<String, PreTokenizer> BY_NAME = new HashMap<>();

  static {
    for (PreTokenizer pre : values()) {
      for (String name : pre.names) {
        BY_NAME.put(name, pre);
      }
    }
  }

  private final Supplier<List<Splitter>> factory;
  private final Flags flags;
  private final List<String> names;

  PreTokenizer(Supplier<List<Splitter>> factory, Flags flags, String names) {
    this.factory = factory;
    this.flags = flags;
    this.names = List.of(names.split(" "));
  }

  /** The pre-tokenizer that {@code tokenizer.ggml.pre} names. */
  static Optional<PreTokenizer> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names, for messages. */
  static List<String> names() {
    return new ArrayList<>(new TreeSet<>(BY_NAME.keySet()));
  }

  Flags flags() {
    return flags;
  }

  /** The expressions; made anew, so keep them. */
  List<Splitter> splitters() {
    return factory.get();
  }

  /** Ends of the words of s[0, n), applying one expression after the other. */
  static Splitter.Cuts words(List<Splitter> splitters, int[] s, int n) {
    Splitter.Cuts cuts = new Splitter.Cuts();
    if (n > 0) {
      cuts.add(n);
    }
    for (Splitter splitter : splitters) {
      Splitter.Cuts finer = new Splitter.Cuts();
      int from = 0;
      for (int i = 0; i < cuts.size(); i++) {
        splitter.split(s, from, cuts.get(i), finer);
        from = cuts.get(i);
      }
      cuts = finer;
    }
    return cuts;
  }
}
