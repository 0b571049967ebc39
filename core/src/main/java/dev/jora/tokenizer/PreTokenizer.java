package dev.jora.tokenizer;

import static dev.jora.tokenizer.CharSet.L;
import static dev.jora.tokenizer.CharSet.M;
import static dev.jora.tokenizer.CharSet.N;
import static dev.jora.tokenizer.CharSet.P;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The table of pre-tokenizers: how text is cut into words before byte pairs merge. Each is a list
 * of expressions, applied one after the other to the pieces that the one before left; the Javadoc
 * of a constant is the expression in regular form, C standing for {@code 's|'t|'re|'ve|'m|'ll|'d}
 * in any case and TAIL for <code>| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</code>.
 *
 * <p>Where llama.cpp simplifies a model's own expression, the cuts here are llama.cpp's, so that a
 * file gives the same ids in both: camel case is told apart in ASCII only, and white space beyond
 * ASCII counts as white space even in a set that names its code points.
 */
enum PreTokenizer {
  /** <code>C|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3} TAIL</code>. */
  LLAMA3(
      "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
      () -> List.of(Expressions.words(L, 3)),
      Flag.IGNORE_MERGES,
      Flag.ADD_BOS,
      Flag.CLEAN_SPACES),
  /** LLAMA3 without Llama's flags. */
  DBRX("dbrx smaug-bpe", () -> List.of(Expressions.words(L, 3)), Flag.CLEAN_SPACES),
  /** LLAMA3 for vocabularies that have no token to begin with. */
  GLM4("glm4 chatglm-bpe", () -> List.of(Expressions.words(L, 3)), Flag.CLEAN_SPACES, Flag.NO_BOS),
  /** LLAMA3 with white space by powers of two. */
  JAIS2("jais-2", () -> List.of(Expressions.jais2()), Flag.CLEAN_SPACES),
  /** <code>\p{N}{1,3}</code>, then LLAMA3 with whole numbers. */
  MINICPM5(
      "minicpm5",
      () -> List.of(Expressions.one(Rules.run(N, 3)), Expressions.words(L, Integer.MAX_VALUE)),
      Flag.IGNORE_MERGES,
      Flag.CLEAN_SPACES),
  /** LLAMA3 with digits one by one. */
  QWEN2(
      "qwen2 deepseek-r1-qwen kormo f2llmv2 hunyuan solar-open grok-2 bailingmoe bailingmoe2"
          + " llada-moe",
      () -> List.of(Expressions.words(L, 1))),
  /** QWEN2 for vocabularies whose spaces are cleaned. */
  STABLELM2("stablelm2 megrez", () -> List.of(Expressions.words(L, 1)), Flag.CLEAN_SPACES),
  /** QWEN2 with marks as letters. */
  QWEN35("qwen35", () -> List.of(Expressions.words(L.or(M), 1))),
  /** QWEN2 without line ends after symbols, and none among them. */
  SEED_CODER("seed-coder", () -> List.of(Expressions.seedCoder())),
  /** QWEN2 without contractions. */
  UFAKZEKA("ufakzeka", () -> List.of(Expressions.plainWords(L, 1))),
  /** Lines, then QWEN2. */
  LAGUNA("laguna", () -> List.of(Expressions.lines(), Expressions.words(L, 1))),
  /** QWEN2 with phrases: <code>[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+</code>. */
  EXAONE_MOE("exaone-moe", () -> List.of(Expressions.exaoneMoe()), Flag.CLEAN_SPACES),
  /** <code>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)</code>. */
  GPT2(
      "gpt-2 phi-2 jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code roberta-bpe"
          + " gigachat a.x-4.0 mellum modern-bert exaone4 mpt olmo jais",
      () -> List.of(Expressions.gpt2()),
      Flag.CLEAN_SPACES),
  /** GPT2 for vocabularies that keep their spaces. */
  TRILLION("trillion granite-docling", () -> List.of(Expressions.gpt2())),
  /** <code>\p{N}</code>, then GPT2. */
  STARCODER(
      "starcoder refact codeshell exaone minerva-7b mellum2",
      () -> List.of(Expressions.one(Rules.run(N, 1)), Expressions.gpt2()),
      Flag.CLEAN_SPACES),
  /** STARCODER for vocabularies that keep their spaces. */
  SMOLLM("smollm command-r", () -> List.of(Expressions.one(Rules.run(N, 1)), Expressions.gpt2())),
  /** <code>[\p{P}\$\+&lt;=&gt;\^~\|`]+</code>, then GPT2, then {@code [0-9][0-9][0-9]}. */
  FALCON(
      "falcon",
      () ->
          List.of(
              Expressions.one(Rules.run(P.or(CharSet.chars("$+<=>^~|`")))),
              Expressions.gpt2(),
              Expressions.one(Rules.exactly(Expressions.DIGITS, 3))),
      Flag.CLEAN_SPACES),
  /** FALCON without the back quote, and numbers apart. */
  DEFAULT(
      "default",
      () ->
          List.of(
              Expressions.one(Rules.run(P.or(CharSet.chars("$+<=>^~|")))),
              Expressions.gpt2(),
              Expressions.one(Rules.run(N)),
              Expressions.one(Rules.exactly(Expressions.DIGITS, 3))),
      Flag.CLEAN_SPACES),
  /** Line ends, cased words, punctuation, trailing space, CJK, numbers. */
  DEEPSEEK_LLM("deepseek-llm", () -> Expressions.deepseekLlm()),
  /** Line ends, words, punctuation, CJK, digits. */
  DEEPSEEK_CODER("deepseek-coder", () -> Expressions.deepseekCoder()),
  /** <code>\p{N}{1,3}</code>, CJK, then words after one punctuation mark, words, symbols. */
  DEEPSEEK3(
      "deepseek-v3 hunyuan-dense joyai-llm hy_v4",
      () ->
          List.of(
              Expressions.one(Rules.run(N, 3)),
              Expressions.one(Rules.run(Expressions.KANJI_KANA)),
              Expressions.deepseek3())),
  /** DEEPSEEK3 with line ends one by one, then digits. */
  SPARK2_5(
      "spark2_5",
      () ->
          List.of(
              Expressions.one(Rules.run(N, 3)),
              Expressions.one(Rules.run(Expressions.KANJI_KANA)),
              Expressions.spark(),
              Expressions.one(Rules.run(N, 1)))),
  /** Digits in threes from the right, Asian scripts, then as DEEPSEEK3. */
  AFMOE(
      "afmoe",
      () ->
          List.of(
              new Splitter.Thousands(N, true),
              Expressions.one(Rules.run(Expressions.ASIAN)),
              Expressions.deepseek3())),
  /** Words in camel case, digits one by one, slashes after symbols. */
  TEKKEN("tekken", () -> List.of(Expressions.camel(L, false, 1)), Flag.IGNORE_MERGES, Flag.ADD_BOS),
  /** TEKKEN with contractions in their words and digits by threes. */
  GPT4O("gpt-4o llama4 kanana2 talkie minimax-m2", () -> List.of(Expressions.camel(L, true, 3))),
  /** GPT4O with marks as letters. */
  GRANITE_EMBED_97M(
      "granite-embed-multi-97m",
      () -> List.of(Expressions.camel(L.or(M), true, 3)),
      Flag.IGNORE_MERGES),
  /** Digits in threes from the right, then GPT4O without camel case. */
  TINY_AYA(
      "tiny_aya cohere2moe",
      () -> List.of(new Splitter.Thousands(N, true), Expressions.uncased(L.or(M), 3, "\r\n/"))),
  /**
   * Hangul, CJK punctuation, Bopomofo and kanji apart, then TINY_AYA's words with digits one by
   * one.
   */
  YOUTU(
      "youtu",
      () -> List.of(Expressions.youtuScripts(), Expressions.uncased(L.or(M), 1, "\r\n/")),
      Flag.IGNORE_MERGES),
  /** Han apart, then words with their contractions, digits by threes. */
  KIMI_K2("kimi-k2", () -> List.of(Expressions.kimi())),
  /** <code> ?[^(\s|.,!?…。，、।۔،)]+</code>. */
  BLOOM("bloom gpt3-finnish", () -> List.of(Expressions.bloom()), Flag.CLEAN_SPACES),
  /** BLOOM for a vocabulary that keeps its spaces. */
  PORO("poro-chat", () -> List.of(Expressions.bloom())),
  /** BLOOM, then digits one by one. */
  VIKING("viking", () -> List.of(Expressions.bloom(), Expressions.one(Rules.run(N, 1)))),
  /**
   * <code>\p{N}+</code>, in threes from the right: <code>(?=(\d{3})+(?!\d))</code>; the rest stays
   * whole.
   */
  SUPERBPE(
      "superbpe",
      () ->
          List.of(
              Expressions.one(Rules.run(N)), new Splitter.Thousands(Expressions.DIGITS, false))),
  /** Marks of images, tabs and line ends, pairs of spaces, digits, punctuation marks, then GPT2. */
  CHAMELEON("chameleon", () -> Expressions.chameleon(), Flag.ADD_BOS),
  /** <code>[^\n]+|[\n]+</code>, not of byte letters but of text in which ▁ is a space. */
  GEMMA4(
      "gemma4 granite-embed-multi-311m",
      () -> List.of(Expressions.lines()),
      Flag.ADD_BOS,
      Flag.CLEAN_SPACES,
      Flag.RAW_UTF8,
      Flag.WHOLE_NEWLINES),
  /** GEMMA4 without its flags. */
  SARVAM_MOE("sarvam-moe", () -> List.of(Expressions.lines()), Flag.RAW_UTF8),
  /** <code>\S+</code>, not of byte letters. */
  WHITESPACE(
      "whitespace",
      () -> List.of(Expressions.whitespace()),
      Flag.CLEAN_SPACES,
      Flag.RAW_UTF8,
      Flag.PLAIN_SPACES);

  /** What a pre-tokenizer implies for the vocabulary, unless keys of the file say otherwise. */
  enum Flag {
    /** Words that are tokens are not merged anew. */
    IGNORE_MERGES,
    /** A text begins with the token for it. */
    ADD_BOS,
    /** No token begins a text unless the file names one. */
    NO_BOS,
    /** Detokenizing removes spaces before punctuation. */
    CLEAN_SPACES,
    /** Tokens are plain text with ▁ for spaces, not GPT-2's letters for bytes. */
    RAW_UTF8,
    /** A word of line ends that is a token is not merged anew. */
    WHOLE_NEWLINES,
    /** A space is a space in tokens that are plain text, not ▁. */
    PLAIN_SPACES
  }

  private static final Map<String, PreTokenizer> BY_NAME = new HashMap<>();

  static {
    for (PreTokenizer pre : values()) {
      for (String name : pre.names) {
        BY_NAME.put(name, pre);
      }
    }
  }

  private final List<String> names;
  private final Supplier<List<Splitter>> factory;
  private final Set<Flag> flags;

  PreTokenizer(String names, Supplier<List<Splitter>> factory, Flag... flags) {
    this.names = List.of(names.split(" "));
    this.factory = factory;
    this.flags = Set.of(flags);
  }

  /** The pre-tokenizer that {@code tokenizer.ggml.pre} names. */
  static Optional<PreTokenizer> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names, for messages. */
  static List<String> names() {
    return new ArrayList<>(new TreeSet<>(BY_NAME.keySet()));
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
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
