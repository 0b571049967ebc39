package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.Utf8;
import dev.jora.tokenizer.TokenType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tokens that the user of a vocabulary added to it: of tokenizer.json, tokenizer_config.json and
 * added_tokens.json, the first that knows an id.
 *
 * @param tokens by id
 * @param named texts that tokenizer_config.json or special_tokens_map.json give a meaning
 */
record AddedTokens(Map<Integer, Token> tokens, Set<String> named) {
  static final List<String> ROLES = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  private static final String CONFIG = "tokenizer_config.json";
  private static final Set<String> SPECIAL = Set.of("<pad>", "<mask>", "<2mass>", "[@BOS@]");

  /** A token as its file has it. */
  record Token(int id, String text, boolean special) {
    /** True if it is a control token, be it only by its looks. */
    boolean isControl() {
      return special
          || SPECIAL.contains(text)
          || text.startsWith("<|") && text.endsWith("|>")
          || text.startsWith("<｜") && text.endsWith("｜>")
          || text.startsWith("<unused") && text.endsWith(">");
    }

    TokenType type() {
      return isControl() ? TokenType.CONTROL : TokenType.USER_DEFINED;
    }

    /** Its text as a vocabulary has it: what the user may write has spaces for ▁. */
    String shown() {
      return isControl() ? text : text.replace('▁', ' ');
    }
  }

  /**
   * All of them.
   *
   * @param known ids of the vocabulary's own tokens by text: such a text keeps its id
   */
  static AddedTokens read(TokenizerFolder folder, Map<String, Integer> known) {
    Set<String> named = named(folder);
    Map<Integer, Token> found = new LinkedHashMap<>();
    List<Token> all = new ArrayList<>(ofTokenizer(folder));
    all.addAll(ofConfig(folder));
    all.addAll(ofFile(folder));
    for (Token token : all) {
      boolean special = token.special() || named.contains(token.text());
      int id = known.getOrDefault(token.text(), token.id());
      found.putIfAbsent(id, new Token(id, token.text(), special));
    }
    Map<String, Integer> ids = new HashMap<>(known);
    for (String text : named) {
      Integer id = ids.get(text);
      if (id != null) {
        found.putIfAbsent(id, new Token(id, text, true));
      }
    }
    return new AddedTokens(found, named);
  }

  /** Those of tokenizer.json. */
  static List<Token> ofTokenizer(TokenizerFolder folder) {
    String file = "tokenizer.json";
    List<Token> tokens = new ArrayList<>();
    JsonNode list = folder.object(file).path("added_tokens");
    for (JsonNode entry : folder.container(list, true, file, "added_tokens")) {
      String where = "added_tokens[" + tokens.size() + "]";
      int id = folder.id(entry.path("id"), file, where + ".id");
      String text = folder.string(entry.path("content"), file, where + ".content");
      tokens.add(new Token(id, text, entry.path("special").asBoolean(false)));
    }
    return tokens;
  }

  /** Those of tokenizer_config.json. */
  static List<Token> ofConfig(TokenizerFolder folder) {
    List<Token> tokens = new ArrayList<>();
    String key = "added_tokens_decoder";
    JsonNode map = folder.container(folder.object(CONFIG).path(key), false, CONFIG, key);
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String where = key + " '" + TokenizerFolder.shortened(entry.getKey()) + "'";
      int id;
      try {
        id = Integer.parseInt(entry.getKey());
      } catch (NumberFormatException e) {
        id = -1;
      }
      if (id < 0) {
        throw folder.fault(CONFIG + ": " + key, "ids from 0 to " + Integer.MAX_VALUE, where);
      }
      JsonNode content = entry.getValue().path("content");
      String text = folder.string(content, CONFIG, where + ".content");
      tokens.add(new Token(id, text, entry.getValue().path("special").asBoolean(false)));
    }
    return tokens;
  }

  /** Those of added_tokens.json. */
  static List<Token> ofFile(TokenizerFolder folder) {
    String file = "added_tokens.json";
    List<Token> tokens = new ArrayList<>();
    JsonNode map = folder.object(file);
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String text = Utf8.wellFormed(entry.getKey());
      String where = "'" + TokenizerFolder.shortened(text) + "'";
      tokens.add(new Token(folder.id(entry.getValue(), file, where), text, false));
    }
    return tokens;
  }

  private static Set<String> named(TokenizerFolder folder) {
    Set<String> texts = new HashSet<>();
    for (String file : List.of(CONFIG, "special_tokens_map.json")) {
      JsonNode map = folder.object(file);
      for (String role : ROLES) {
        texts.add(content(map.path(role + "_token")));
      }
      map.path("additional_special_tokens").forEach(entry -> texts.add(content(entry)));
      map.path("extra_special_tokens").forEach(entry -> texts.add(content(entry)));
    }
    if (!folder.has("tokenizer.json") && folder.has("vocab.json")) {
      texts.add("<|endoftext|>"); // what GPT-2's class has by itself
    }
    if (!folder.has("tokenizer.json") && folder.has("vocab.txt")) {
      texts.addAll(List.of("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]")); // and BERT's
    }
    texts.remove("");
    return texts;
  }

  /** The text of a token given as a string or as an object with its content; else empty. */
  static String content(JsonNode entry) {
    JsonNode content = entry.isObject() ? entry.path("content") : entry;
    return content.isTextual() ? Utf8.wellFormed(content.textValue()) : "";
  }

  /** The greatest id; −1 if there are none. */
  int last() {
    return tokens.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
  }
}
