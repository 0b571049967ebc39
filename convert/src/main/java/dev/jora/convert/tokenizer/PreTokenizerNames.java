package dev.jora.convert.tokenizer;

import static dev.jora.convert.tokenizer.PreTokenizerTable.ANY_CASE;
import static dev.jora.convert.tokenizer.PreTokenizerTable.BYTES;
import static dev.jora.convert.tokenizer.PreTokenizerTable.DIGIT;
import static dev.jora.convert.tokenizer.PreTokenizerTable.DIGITS;
import static dev.jora.convert.tokenizer.PreTokenizerTable.GPT2;
import static dev.jora.convert.tokenizer.PreTokenizerTable.LOWER_CASE;
import static dev.jora.convert.tokenizer.PreTokenizerTable.METASPACE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of the pre-tokenizer that cuts words as a tokenizer.json does. Normalizer and
 * pre-tokenizer of the file become a list of steps, and the steps are looked up in {@link
 * PreTokenizerTable}. Where several names mean the same cuts, the table has one of them.
 */
final class PreTokenizerNames {
  private static final String POSSESSIVE = "(?<=[\\]}s][?*+]|\\{\\d{1,3},\\d{1,3}\\})\\+";

  private PreTokenizerNames() {}

  /**
   * The name for a file.
   *
   * @param tokenizer tokenizer.json
   * @throws UnknownPreTokenizerException if no name is known for it
   */
  static String of(TokenizerFolder folder, JsonNode tokenizer) {
    if (tokenizer.isMissingNode()) {
      return ofClass(folder);
    }
    List<String> steps = new ArrayList<>();
    boolean composed = normalizer(tokenizer.path("normalizer"), steps);
    boolean bytes = preTokenizer(tokenizer.path("pre_tokenizer"), steps);
    if (bytes) {
      steps.remove(BYTES);
      steps.add(BYTES);
    }
    String name = PreTokenizerTable.find(steps).orElseThrow(() -> unknown(folder, steps));
    return variant(name, folder, tokenizer, composed);
  }

  private static UnknownPreTokenizerException unknown(TokenizerFolder folder, List<String> steps) {
    return new UnknownPreTokenizerException(
        Sentence.of(
            "%s: no name is known for a pre-tokenizer of these steps: %s. Name one that cuts words"
                + " as it does with %s",
            folder.path("tokenizer.json"), shown(steps), new Parameter("pre")));
  }

  /** The name for vocab.json and merges.txt, which do not say how words are cut. */
  private static String ofClass(TokenizerFolder folder) {
    String file = "tokenizer_config.json";
    String name = folder.object(file).path("tokenizer_class").asText();
    return switch (name.replaceAll("Fast$", "")) {
      case "", "GPT2Tokenizer", "RobertaTokenizer", "CodeGenTokenizer" -> "gpt-2";
      case "Qwen2Tokenizer" -> "qwen2";
      default ->
          throw new UnknownPreTokenizerException(
              Sentence.of(
                  "%s: no name is known for the pre-tokenizer of the class '%s'. Name one that"
                      + " cuts words as it does with %s",
                  folder.path(file), line(name), new Parameter("pre")));
    };
  }

  /** Names that cut alike differ in what else they say of a vocabulary. */
  private static String variant(
      String name, TokenizerFolder folder, JsonNode tokenizer, boolean composed) {
    boolean whole = tokenizer.path("model").path("ignore_merges").asBoolean(false);
    JsonNode clean = folder.object("tokenizer_config.json").path("clean_up_tokenization_spaces");
    return switch (name) {
      case "glm4" -> whole ? "llama-bpe" : "glm4";
      case "qwen2" -> composed || !clean.asBoolean(true) ? "qwen2" : "stablelm2";
      case "smollm" -> clean.asBoolean(true) ? "starcoder" : "smollm";
      default -> name;
    };
  }

  /** Adds the steps of a normalizer; true if it composes characters, which is no step. */
  private static boolean normalizer(JsonNode node, List<String> steps) {
    switch (node.path("type").asText()) {
      case "Sequence" -> {
        boolean composed = false;
        for (JsonNode part : node.path("normalizers")) {
          composed |= normalizer(part, steps);
        }
        return composed;
      }
      case "NFC" -> {
        return true;
      }
      case "" -> {}
      case "ByteLevel" -> steps.add(BYTES);
      case "Replace" -> {
        String from = node.path("pattern").path("String").asText();
        boolean spaces = from.equals(" ") && node.path("content").asText().equals("▁");
        steps.add(spaces ? METASPACE : "normalizer " + node);
      }
      default -> steps.add("normalizer " + node);
    }
    return false;
  }

  /** Adds the steps of a pre-tokenizer; true if bytes become letters. */
  private static boolean preTokenizer(JsonNode node, List<String> steps) {
    boolean bytes = steps.contains(BYTES);
    switch (node.path("type").asText()) {
      case "Sequence" -> {
        for (JsonNode part : node.path("pretokenizers")) {
          bytes |= preTokenizer(part, steps);
        }
      }
      case "ByteLevel" -> {
        if (node.path("use_regex").asBoolean(true)) {
          steps.add(GPT2);
        }
        bytes = true;
      }
      case "Digits" -> steps.add(node.path("individual_digits").asBoolean() ? DIGIT : DIGITS);
      case "Punctuation" -> {
        boolean runs = node.path("behavior").asText().equals("Contiguous");
        steps.add(runs ? "punctuation" : "punctuation " + node.path("behavior").asText());
      }
      case "Split" -> steps.add(split(node));
      case "Metaspace" -> {
        boolean bare =
            !node.path("split").asBoolean(true)
                && node.path("prepend_scheme").asText().equals("never");
        steps.add(bare ? METASPACE : node.toString());
      }
      case "" -> {}
      default -> steps.add(node.toString());
    }
    return bytes;
  }

  private static String split(JsonNode node) {
    JsonNode pattern = node.path("pattern");
    String behavior = node.path("behavior").asText();
    boolean invert = node.path("invert").asBoolean();
    if (pattern.has("Regex")
        && (behavior.equals("Isolated") || behavior.equals("Removed") && invert)) {
      return canonical(pattern.path("Regex").asText());
    }
    if (pattern.path("String").asText().equals(" ")
        && behavior.equals("MergedWithPrevious")
        && !invert) {
      return "' ' with what is before";
    }
    return node.toString();
  }

  /** An expression in the form that the table has: several spellings of the same become one. */
  private static String canonical(String regex) {
    return regex
        .replace("\r", "\\r")
        .replace("\n", "\\n")
        .replaceAll(POSSESSIVE, "") // nothing that follows could take it back
        .replace("\\p{N}{1}", "\\p{N}")
        .replace("'(?i:[sdmt]|ll|ve|re)", ANY_CASE)
        .replace("(?i:'[sdmt]|'ll|'ve|'re)", ANY_CASE)
        .replace("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])", ANY_CASE)
        .replace("'(?:[sdmt]|ll|ve|re)", LOWER_CASE)
        .replace("|\\s*[\\r\\n]|", "|\\s*[\\r\\n]+|");
  }

  private static String shown(List<String> steps) {
    return line(steps.isEmpty() ? "none" : String.join(" then ", steps));
  }

  /** A text as one line without characters that a terminal obeys. */
  private static String line(String text) {
    return Sentence.line(text.replaceAll("[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]", "?"));
  }
}
