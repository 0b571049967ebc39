package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chat templates: of tokenizer_config.json, one or several with names, else of chat_template.jinja
 * and the files beside it, else of chat_template.json.
 */
final class ChatTemplates {
  private static final String KEY = "tokenizer.chat_template";
  private static final String DEFAULT = "default";
  private static final String JINJA = ".jinja";

  private ChatTemplates() {}

  /** Writes them: those with names, the list of their names, the default one. */
  static void put(TokenizerFolder folder, Map<String, GgufValue> keys) {
    Map<String, String> templates = read(folder);
    String standard = templates.remove(DEFAULT);
    templates.forEach((name, text) -> keys.put(KEY + "." + name, new GgufValue.Str(text)));
    if (!templates.isEmpty()) {
      keys.put("tokenizer.chat_templates", new GgufValue.Strs(List.copyOf(templates.keySet())));
    }
    if (standard != null) {
      keys.put(KEY, new GgufValue.Str(standard));
    }
  }

  private static Map<String, String> read(TokenizerFolder folder) {
    Map<String, String> templates = new LinkedHashMap<>();
    JsonNode own = folder.object("tokenizer_config.json").path("chat_template");
    if (!own.isMissingNode() && !own.isNull()) {
      ofJson(folder, own, "tokenizer_config.json", templates);
    } else if (folder.has("chat_template.jinja")) {
      templates.put(DEFAULT, jinja(folder, "chat_template.jinja"));
      for (String file : folder.files("additional_chat_templates", JINJA)) {
        String name = name(file.substring(0, file.length() - JINJA.length()));
        if (!name.isEmpty()) {
          templates.putIfAbsent(name, jinja(folder, "additional_chat_templates/" + file));
        }
      }
    } else {
      JsonNode node = folder.object("chat_template.json").path("chat_template");
      if (!node.isMissingNode() && !node.isNull()) {
        ofJson(folder, node, "chat_template.json", templates);
      }
    }
    return templates;
  }

  private static void ofJson(
      TokenizerFolder folder, JsonNode node, String file, Map<String, String> templates) {
    if (node.isTextual()) {
      templates.put(DEFAULT, folder.string(node, file, "chat_template"));
      return;
    }
    if (!node.isArray()) {
      throw folder.fault(
          file + ": chat_template",
          "a text, or a list of objects with name and template",
          TokenizerFolder.name(node));
    }
    for (JsonNode entry : node) {
      String name = name(folder.string(entry.path("name"), file, "chat_template[].name"));
      if (!name.isEmpty() && !entry.path("template").isNull()) {
        String where = "chat_template[].template of " + name;
        templates.put(name, folder.string(entry.path("template"), file, where));
      }
    }
  }

  /** A file's text, whose lines end as Jinja's do. */
  private static String jinja(TokenizerFolder folder, String file) {
    return folder.text(file).replace("\r\n", "\n").replace('\r', '\n');
  }

  /** A name as keys have it. */
  private static String name(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_");
  }
}
