package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.Utf8;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens and merges of a BPE or WordPiece vocabulary.
 *
 * @param ids ids by text, in the file's order
 * @param json the model in tokenizer.json; a missing node where the vocabulary is of other files
 */
record BpeModel(Map<String, Integer> ids, JsonNode json) {
  private static final String JSON = "tokenizer.json";

  /** The vocabulary of tokenizer.json, else of vocab.json. */
  static BpeModel bpe(TokenizerFolder folder) {
    if (folder.has(JSON)) {
      return new BpeModel(ids(folder, "BPE"), model(folder));
    }
    if (folder.has("vocab.json")) {
      JsonNode file = folder.object("vocab.json");
      return new BpeModel(ids(folder, file, "vocab.json", ""), folder.object(JSON));
    }
    throw folder.fault(
        "expected the files of a tokenizer, tokenizer.json or vocab.json and merges.txt, found"
            + " neither"
            + (folder.has("tokenizer.model") ? ", and tokenizer.model is for others" : ""));
  }

  /** The vocabulary of tokenizer.json, else of vocab.txt. */
  static BpeModel wordPiece(TokenizerFolder folder) {
    if (folder.has(JSON)) {
      return new BpeModel(ids(folder, "WordPiece"), model(folder));
    }
    if (!folder.has("vocab.txt")) {
      throw folder.fault(
          "expected the files of a tokenizer, tokenizer.json or vocab.txt, found neither");
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    int id = 0;
    for (String line : folder.text("vocab.txt").lines().toList()) {
      ids.put(line, id++);
    }
    return new BpeModel(ids, folder.object(JSON));
  }

  /** The model in tokenizer.json; a missing node if there is none. */
  static JsonNode model(TokenizerFolder folder) {
    return folder.container(folder.object(JSON).path("model"), false, JSON, "model");
  }

  private static Map<String, Integer> ids(TokenizerFolder folder, String type) {
    JsonNode model = model(folder);
    String found = model.path("type").asText(type); // old files have none
    if (!found.equals(type)) {
      throw folder.fault(JSON + ": model.type", type, TokenizerFolder.shortened(found));
    }
    JsonNode vocab = folder.container(model.path("vocab"), false, JSON, "model.vocab");
    if (vocab.isEmpty()) {
      throw folder.fault(JSON + ": model.vocab", "an object of tokens and their ids", "none");
    }
    return ids(folder, vocab, JSON, "model.vocab");
  }

  private static Map<String, Integer> ids(
      TokenizerFolder folder, JsonNode vocab, String file, String where) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      String text = Utf8.wellFormed(entry.getKey());
      String at = where + " '" + TokenizerFolder.shortened(text) + "'";
      ids.put(text, folder.id(entry.getValue(), file, at));
    }
    return ids;
  }

  /** The greatest id; −1 if there are no tokens. */
  int last() {
    return ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
  }

  /** True if the model has this flag. */
  boolean flag(String name) {
    return json.path(name).asBoolean(false);
  }

  /**
   * The merges, "left right", of tokenizer.json, else of merges.txt. A space within a part is
   * U+0120.
   *
   * @throws dev.jora.convert.source.SourceException also if there are none
   */
  List<String> merges(TokenizerFolder folder) {
    List<String> merges = new ArrayList<>();
    JsonNode list = folder.container(json.path("merges"), true, JSON, "model.merges");
    for (JsonNode merge : list) {
      merges.add(merge(folder, merge, "model.merges[" + merges.size() + "]"));
    }
    if (merges.isEmpty() && folder.has("merges.txt")) {
      readLines(folder.text("merges.txt"), merges);
    }
    if (merges.isEmpty()) {
      throw folder.fault(
          "expected the merges of a BPE vocabulary in tokenizer.json or merges.txt, found none");
    }
    return merges;
  }

  private static String merge(TokenizerFolder folder, JsonNode merge, String where) {
    if (merge.isArray() && merge.size() == 2) {
      String left = folder.string(merge.get(0), JSON, where);
      String right = folder.string(merge.get(1), JSON, where);
      if (!left.isEmpty() && !right.isEmpty()) {
        return left.replace(' ', 'Ġ') + " " + right.replace(' ', 'Ġ');
      }
    } else if (merge.isTextual()) {
      String text = folder.string(merge, JSON, where);
      int space = text.indexOf(' ', 1);
      if (space > 0 && space < text.length() - 1) {
        return text;
      }
    }
    String found = TokenizerFolder.name(merge);
    throw folder.fault(
        JSON + ": " + where, "two texts, in an array or with a space between", found);
  }

  /** Lines of two texts; the first may be a comment, and llama.cpp passes over all others. */
  private static void readLines(String text, List<String> merges) {
    boolean first = true;
    for (String line : text.lines().toList()) {
      String[] parts = line.strip().split("\\s+");
      boolean comment = first && line.startsWith("#");
      if (parts.length == 2 && !comment) {
        merges.add(parts[0] + " " + parts[1]);
      }
      first = false;
    }
  }
}
