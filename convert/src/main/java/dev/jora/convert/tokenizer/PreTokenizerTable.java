package dev.jora.convert.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * The names of pre-tokenizers and the steps that each stands for. The expressions are those of the
 * models' tokenizer.json, in the form that {@link PreTokenizerNames} brings all into.
 */
final class PreTokenizerTable {
  /** Contractions in any case, and in lower case. */
  static final String ANY_CASE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

  static final String LOWER_CASE = "'s|'t|'re|'ve|'m|'ll|'d";

  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SYMBOLS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
  private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";

  /** What ByteLevel does by itself. */
  static final String GPT2 =
      LOWER_CASE + "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String LLAMA3 = words("\\p{N}{1,3}");
  private static final String QWEN2 = words("\\p{N}");
  private static final String DEEPSEEK3 =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
          + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
          + SPACES;
  private static final String KANJI = "[一-龥\u3040-ゟ゠-ヿ]+";
  private static final String GPT4O = camel(ANY_CASE + "?", "\\p{N}{1,3}");
  static final String DIGIT = "\\p{N}";
  static final String DIGITS = "\\p{N}+";

  /** Bytes become letters; stands at the end, wherever it stands in the file. */
  static final String BYTES = "bytes";

  /** Spaces become ▁. */
  static final String METASPACE = "' '→'▁'";

  /** A name, and the steps it stands for; a step that ends with … is the beginning of one. */
  private record Row(String name, List<String> steps) {
    Row(String name, String... steps) {
      this(name, List.of(steps));
    }

    boolean matches(List<String> found) {
      if (found.size() != steps.size()) {
        return false;
      }
      for (int i = 0; i < steps.size(); i++) {
        String step = steps.get(i);
        boolean same =
            step.endsWith("…")
                ? found.get(i).startsWith(step.substring(0, step.length() - 1))
                : found.get(i).equals(step);
        if (!same) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Row> TABLE =
      List.of(
          new Row("gpt-2", GPT2, BYTES),
          new Row("smollm", DIGIT, GPT2, BYTES),
          new Row("glm4", LLAMA3, BYTES),
          new Row("qwen2", QWEN2, BYTES),
          new Row(
              "qwen35",
              ANY_CASE
                  + "|"
                  + BEFORE
                  + "[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
                  + SPACES,
              BYTES),
          new Row(
              "seed-coder",
              ANY_CASE + "|" + BEFORE + "\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+" + SPACES,
              BYTES),
          new Row("ufakzeka", BEFORE + "\\p{L}+|\\p{N}" + SYMBOLS, BYTES),
          new Row("laguna", "[^\\n]+|[\\n]+", QWEN2, BYTES),
          new Row("minicpm5", "\\p{N}{1,3}", words("\\p{N}+"), BYTES),
          new Row(
              "exaone-moe",
              ANY_CASE
                  + "|"
                  + BEFORE
                  + "(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?"
                  + SPACES,
              BYTES),
          new Row(
              "jais-2",
              ANY_CASE
                  + "|"
                  + BEFORE
                  + "\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                  + "|\\s*[\\r\\n]+|\\s{512}(?!\\S)…",
              BYTES),
          new Row("deepseek-v3", "\\p{N}{1,3}", KANJI, DEEPSEEK3, BYTES),
          new Row(
              "deepseek-llm",
              "[\\r\\n]",
              "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿ…",
              "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+",
              "\\s+$",
              "[一-龥ࠀ-一가-\uD7FF]+",
              DIGITS,
              BYTES),
          new Row(
              "deepseek-coder",
              "[\\r\\n]",
              "\\s?\\p{L}+",
              "\\s?\\p{P}+",
              "[一-龥ࠀ-一가-\uD7FF]+",
              DIGIT,
              BYTES),
          new Row("gpt-4o", GPT4O, BYTES),
          new Row("tekken", camel("", "\\p{N}"), BYTES),
          new Row("tiny_aya", "\\d{1,3}(?=(?:\\d{3})*\\b)", GPT4O, BYTES),
          new Row(
              "youtu",
              "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + KANJI,
              camel(ANY_CASE + "?", "\\p{N}"),
              BYTES),
          new Row("kimi-k2", kimi(), BYTES),
          new Row("falcon", "punctuation", GPT2, DIGITS, "[0-9][0-9][0-9]", BYTES),
          new Row("falcon", "punctuation", GPT2, "[0-9][0-9][0-9]", BYTES),
          new Row("bloom", " ?[^(\\s|[.,!?…。，、।۔،])]+", BYTES),
          new Row("bloom", " ?[^(\\s|.,!?…。，、।۔،)]+", BYTES),
          new Row("viking", " ?[^(\\s|[.,!?…。，、।۔،])]+", DIGIT, BYTES),
          new Row("viking", " ?[^(\\s|.,!?…。，、।۔،)]+", DIGIT, BYTES),
          new Row("superbpe", DIGITS, "(?=(\\d{3})+(?!\\d))", BYTES),
          new Row("gemma4", METASPACE),
          new Row("gemma4", METASPACE, "' ' with what is before"),
          new Row("gemma4", METASPACE, "[^\\n]+|[\\n]+"));

  private PreTokenizerTable() {}

  /** The name of these steps. */
  static Optional<String> find(List<String> steps) {
    return TABLE.stream().filter(row -> row.matches(steps)).map(Row::name).findFirst();
  }

  private static String words(String digits) {
    return ANY_CASE + "|" + BEFORE + "\\p{L}+|" + digits + SYMBOLS;
  }

  private static String camel(String contractions, String digits) {
    String upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    return BEFORE
        + (upper + "*" + lower + "+" + contractions + "|" + BEFORE)
        + (upper + "+" + lower + "*" + contractions + "|" + digits)
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
        + SPACES;
  }

  private static String kimi() {
    String upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]";
    String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]";
    return "[\\p{Han}]+|"
        + (BEFORE + upper + "*" + lower + "+" + ANY_CASE + "?|")
        + (BEFORE + upper + "+" + lower + "*" + ANY_CASE + "?|\\p{N}{1,3}")
        + SYMBOLS;
  }
}
