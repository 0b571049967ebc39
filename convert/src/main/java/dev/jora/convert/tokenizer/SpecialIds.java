package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ids of tokens with a role, and which of them are added to a text: from tokenizer_config.json's
 * texts, which must be among the added tokens of tokenizer.json, else from config.json's ids; what
 * comes first holds. The steps and their order are those of llama.cpp's converter, so that files
 * agree in the order of their keys.
 */
final class SpecialIds {
  private static final String PREFIX = "tokenizer.ggml.";

  private static final Map<String, String> ID_KEYS =
      Map.of(
          "bos", "bos_token_id",
          "eos", "eos_token_id",
          "unk", "unknown_token_id",
          "sep", "seperator_token_id", // the keys spell it so
          "pad", "padding_token_id",
          "mask", "mask_token_id",
          "eot", "eot_token_id",
          "eom", "eom_token_id");

  private static final List<String> FLAGS = List.of("bos", "eos", "sep");

  private final int size;
  private final List<String> roles = new ArrayList<>(AddedTokens.ROLES);
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, Boolean> added = new LinkedHashMap<>();

  /** Texts by role, as tokenizer_config.json has them and the post-processor corrects them. */
  private final Map<String, String> texts = new HashMap<>();

  private final boolean configured;

  /**
   * Reads them.
   *
   * @param size number of tokens: an id beyond them is none
   */
  SpecialIds(TokenizerFolder folder, JsonNode config, int size) {
    this.size = size;
    JsonNode own = folder.object("tokenizer_config.json");
    this.configured = !own.isEmpty();
    for (String role : AddedTokens.ROLES) {
      String text = AddedTokens.content(own.path(role + "_token"));
      if (!text.isEmpty()) {
        texts.put(role, text);
      }
    }
    if (folder.has("tokenizer.json")) {
      if (configured && texts.containsKey("cls")) {
        texts.putIfAbsent("bos", texts.get("cls"));
      }
      if (configured && texts.containsKey("sep")) {
        texts.putIfAbsent("eos", texts.get("sep"));
      }
      postProcessor(folder.object("tokenizer.json").path("post_processor"));
    }
    for (String role : roles) {
      JsonNode flag = own.path("add_" + role + "_token");
      if (flag.isBoolean()) {
        added.put(role, flag.booleanValue());
      }
    }
    if (configured) {
      lookUp(AddedTokens.ofTokenizer(folder));
    }
    for (String role : roles) {
      JsonNode id = config.path(role + "_token_id");
      if (id.isMissingNode() || id.isNull()) {
        id = config.path("text_config").path(role + "_token_id");
      }
      if (id.isIntegralNumber() && id.canConvertToInt()) {
        set(role, id.intValue());
      }
    }
  }

  private void lookUp(List<AddedTokens.Token> tokens) {
    Map<String, Integer> known = new HashMap<>();
    tokens.forEach(token -> known.putIfAbsent(token.text(), token.id()));
    for (String role : roles) {
      Integer id = known.get(texts.getOrDefault(role, ""));
      if (id != null) {
        set(role, id);
      }
    }
  }

  /** Sets the id of a role that has none yet. */
  void set(String role, int id) {
    if (id >= 0 && id < size) {
      ids.putIfAbsent(role, id);
    }
  }

  /** Sets the id of a role whatever it was. */
  void override(String role, int id) {
    ids.put(role, id);
  }

  /** Those of XLM-RoBERTa's class, for a folder that has SentencePiece's file alone. */
  void robertas() {
    set("bos", 0);
    set("eos", 2);
    set("unk", 3);
    set("sep", 2);
    set("pad", 1);
    set("cls", 0);
    FLAGS.forEach(role -> added.putIfAbsent(role, true));
  }

  /**
   * Those of BERT's class, for a folder without tokenizer.json: by their texts.
   *
   * @param known ids of the vocabulary by text
   */
  void berts(Map<String, Integer> known) {
    List<String> meant = List.of("[CLS]", "[SEP]", "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]");
    for (int i = 0; i < meant.size(); i++) {
      String role = AddedTokens.ROLES.get(i);
      String as = role.equals("bos") ? "cls" : role.equals("eos") ? "sep" : role;
      Integer id = known.get(texts.getOrDefault(role, texts.getOrDefault(as, meant.get(i))));
      if (id != null) {
        set(role, id);
      }
    }
    FLAGS.forEach(role -> added.putIfAbsent(role, !role.equals("sep")));
  }

  /** Number of tokens. */
  int size() {
    return size;
  }

  private void postProcessor(JsonNode processor) {
    JsonNode several = processor.path("processors");
    if (several.isArray()) {
      several.forEach(this::process);
    } else {
      process(processor);
    }
  }

  private void process(JsonNode processor) {
    switch (processor.path("type").asText()) {
      case "RobertaProcessing" -> {
        added.put("bos", true);
        added.put("eos", true);
        added.put("sep", true);
        roberta(processor, "cls", "bos");
        roberta(processor, "sep", "eos");
      }
      case "TemplateProcessing" -> template(processor);
      default -> {}
    }
  }

  private void roberta(JsonNode processor, String role, String instead) {
    JsonNode text = processor.path(role).path(0);
    if (configured && text.isTextual()) {
      texts.putIfAbsent(role, text.textValue());
    } else if (configured && texts.containsKey(instead)) {
      texts.putIfAbsent(role, texts.get(instead));
    }
  }

  /** What stands before and after a single text, and between two. */
  private void template(JsonNode processor) {
    JsonNode single = processor.path("single");
    String first = single.size() > 1 ? special(single.path(0)) : "";
    String last = single.size() > 1 ? special(single.path(single.size() - 1)) : "";
    if (!first.isEmpty()) {
      if (!configured) {
        texts.put("bos", first);
      }
      added.put("bos", first.equals(texts.get("bos")) || first.equals(texts.get("cls")));
    }
    if (!last.isEmpty()) {
      if (configured && !last.equals(texts.get("eos"))) {
        demoteEos();
      }
      texts.put("eos", last);
      added.put("eos", true);
    }
    between(processor.path("pair"), first, last);
  }

  /** Another token ends a text than the one of this name, which then ends a turn. */
  private void demoteEos() {
    String role = roles.contains("eot") ? "eom" : "eot";
    if (!roles.contains(role)) {
      roles.add(role);
      if (texts.containsKey("eos")) {
        texts.put(role, texts.get("eos"));
      }
    }
  }

  private void between(JsonNode pair, String first, String last) {
    int from = !first.isEmpty() && special(pair.path(0)).equals(first) ? 1 : 0;
    int to = pair.size();
    if (!last.isEmpty() && to > from && special(pair.path(to - 1)).equals(last)) {
      to--;
    }
    boolean known =
        to - from > 2
            && pair.path(from).path("Sequence").path("id").asText().equals("A")
            && pair.path(to - 1).path("Sequence").path("id").asText().equals("B");
    if (!known) {
      return;
    }
    boolean add = isEnd(special(pair.path(from + 1))) && last.isEmpty();
    if (to - from == 4 && isEnd(special(pair.path(from + 2)))) {
      add = true;
    }
    added.put("sep", add);
    if (add && configured && texts.containsKey("eos")) {
      texts.putIfAbsent("sep", texts.get("eos"));
    }
  }

  private boolean isEnd(String text) {
    return !text.isEmpty() && (text.equals(texts.get("sep")) || text.equals(texts.get("eos")));
  }

  private static String special(JsonNode entry) {
    return entry.path("SpecialToken").path("id").asText("");
  }

  /** Writes ids, then flags. */
  void put(Map<String, GgufValue> keys) {
    ids.forEach(
        (role, id) -> {
          if (ID_KEYS.containsKey(role)) {
            keys.put(PREFIX + ID_KEYS.get(role), id(id));
          }
        });
    added.forEach(
        (role, add) -> {
          if (FLAGS.contains(role)) {
            keys.put(PREFIX + "add_" + role + "_token", new GgufValue.Bool(add));
          }
        });
  }

  /** An id as files have it. */
  static GgufValue id(int id) {
    return new GgufValue.Int(GgufType.UINT32, id);
  }
}
