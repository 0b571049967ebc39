package dev.jora.convert.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models and data sets that a model was made of, as a card names them. */
final class Source {
  /** What may be said of one, in the order of the keys. */
  static final List<String> FIELDS =
      List.of(
          "name",
          "author",
          "version",
          "organization",
          "description",
          "url",
          "doi",
          "uuid",
          "repo_url");

  private static final String HUB = "https://huggingface.co/";
  private static final Pattern URL = Pattern.compile("(https?|ssh)://.*", Pattern.DOTALL);
  private static final Pattern HUB_URL = Pattern.compile("https?://huggingface\\.co/([^/]+/[^/]+)");

  private Source() {}

  /** Those that {@code value} names: an id, an address, or a list of ids, addresses and objects. */
  static List<Map<String, String>> all(JsonNode value, long parameters) {
    List<Map<String, String>> sources = new ArrayList<>();
    if (value.isTextual()) {
      sources.add(of(value, parameters));
    } else if (value.isArray()) {
      value.forEach(item -> sources.add(of(item, parameters)));
    }
    return sources;
  }

  private static Map<String, String> of(JsonNode value, long parameters) {
    Map<String, String> fields = new HashMap<>();
    if (value.isTextual()) {
      String text = value.textValue();
      if (!URL.matcher(text).matches()) {
        ModelId id = ModelId.of(text, parameters);
        put(fields, id);
        if (id.organization() != null) {
          fields.put("repo_url", HUB + id.organization() + "/" + id.name());
        }
        return fields;
      }
      fields.put("repo_url", text);
      Matcher hub = HUB_URL.matcher(text);
      if (hub.matches()) {
        put(fields, ModelId.of(hub.group(1), parameters));
      }
    }
    for (String field : FIELDS) {
      if (value.path(field).isTextual()) {
        fields.put(field, value.path(field).textValue());
      }
    }
    return fields;
  }

  private static void put(Map<String, String> fields, ModelId id) {
    fields.put("name", ModelId.title(id.name()));
    if (id.organization() != null) {
      fields.put("organization", ModelId.title(id.organization()));
    }
    if (id.version() != null) {
      fields.put("version", id.version());
    }
  }
}
