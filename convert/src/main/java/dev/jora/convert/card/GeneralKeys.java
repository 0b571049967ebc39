package dev.jora.convert.card;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.Utf8;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys {@code general.*} that say what a model is, as llama.cpp's converter writes them and in
 * its order: from {@code general.type} to {@code general.languages}; the architecture, the type of
 * the file and the version of quantization are not among them. What the model card says goes before
 * what {@code _name_or_path} of config.json says, and this before the name of the folder.
 *
 * @param values the keys in order; mutable
 * @param notes what of the files was passed over and why, a line each; empty if all is well
 */
public record GeneralKeys(LinkedHashMap<String, GgufValue> values, List<String> notes) {
  private static final String GENERAL = "general.";
  private static final String NAME = "name";
  private static final String SIZE_LABEL = "size_label";
  private static final String LICENSE = "license";

  /** A key and where the card may have it, the best first. */
  private record Text(String key, String... cardKeys) {}

  private static final List<Text> TEXTS =
      List.of(
          new Text(NAME, "name", "model_name"),
          new Text("author", "author", "model_author", "model_creator"),
          new Text("version", "version", "model_version"),
          new Text("organization", "organization", "model_organization"),
          new Text("finetune", "finetune", "model_finetune"),
          new Text("basename", "basename", "model_basename", "model_type"),
          new Text("description", "description", "model_description"),
          new Text(SIZE_LABEL, "size_label", "model_size_label"),
          new Text(LICENSE, "license"),
          new Text("license.name", "license_name"),
          new Text("license.link", "license_link"),
          new Text("source.url", "url", "model_url"),
          new Text("source.doi", "doi", "model_doi"),
          new Text("source.uuid", "uuid", "model_uuid"),
          new Text("source.repo_url", "repo_url", "model_repo_url"));

  /**
   * The keys of the model in {@code folder}.
   *
   * @param config its config.json, or null
   */
  public static GeneralKeys of(Path folder, JsonNode config, ParameterCounts counts) {
    return of(folder, config, counts, Optional.empty());
  }

  /**
   * The keys of the model in {@code folder}.
   *
   * @param config its config.json, or null
   * @param name goes before every other {@code general.name}
   */
  public static GeneralKeys of(
      Path folder, JsonNode config, ParameterCounts counts, Optional<String> name) {
    List<String> notes = new ArrayList<>();
    JsonNode card = ModelCard.read(folder, notes);
    Map<String, String> texts = new HashMap<>();
    name.ifPresent(given -> texts.put(NAME, given));
    for (Text text : TEXTS) {
      for (String key : text.cardKeys()) {
        offer(texts, text.key(), cardText(card, key, notes));
      }
    }
    long parameters = counts.total();
    JsonNode id = config == null ? null : config.get("_name_or_path");
    // With more slashes it is a path of somebody's machine.
    if (id != null && id.isTextual() && id.textValue().chars().filter(c -> c == '/').count() <= 1) {
      offer(texts, ModelId.of(id.textValue(), parameters));
    }
    offer(texts, ModelId.of(folderId(folder), parameters));
    counts.sizeLabel().ifPresent(label -> offer(texts, SIZE_LABEL, label));

    LinkedHashMap<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.type", new GgufValue.Str(parameters < 0 ? "adapter" : "model"));
    Sampling.put(folder, values, notes);
    for (Text text : TEXTS) {
      put(values, GENERAL + text.key(), texts.get(text.key()));
    }
    putSources(
        values, "base_model", card, parameters, "base_model", "base_models", "base_model_sources");
    putSources(values, "dataset", card, parameters, "datasets", "dataset", "dataset_sources");
    putList(values, "tags", card, notes, "tags", "pipeline_tag");
    putList(values, "languages", card, notes, "languages", "language");
    return new GeneralKeys(values, notes);
  }

  private static void offer(Map<String, String> texts, ModelId id) {
    offer(texts, NAME, ModelId.title(id.name()));
    if (id.organization() != null) {
      offer(texts, "organization", ModelId.title(id.organization()));
    }
    offer(texts, "basename", id.basename());
    offer(texts, "finetune", id.finetune());
    offer(texts, "version", id.version());
    offer(texts, SIZE_LABEL, id.sizeLabel());
  }

  private static void offer(Map<String, String> texts, String key, String text) {
    if (text != null) {
      texts.putIfAbsent(key, text);
    }
  }

  /** The text of a key; of several licenses, all; null if there is none. */
  private static String cardText(JsonNode card, String key, List<String> notes) {
    JsonNode value = card.path(key);
    if (value.isArray() && key.equals(LICENSE)) {
      return String.join(",", texts(value, key, notes));
    }
    if (value.isContainerNode()) {
      notes.add(ModelCard.FILE + ": " + key + " is passed over: it is no text");
    }
    return value.textValue();
  }

  private static List<String> texts(JsonNode list, String key, List<String> notes) {
    List<String> texts = new ArrayList<>();
    int others = 0;
    for (JsonNode item : list) {
      if (item.isTextual()) {
        texts.add(Utf8.wellFormed(item.textValue()));
      } else {
        others++;
      }
    }
    if (others > 0) {
      notes.add(
          ModelCard.FILE + ": of " + key + " " + others + " are passed over: they are no texts");
    }
    return texts;
  }

  /** An empty text is not written, and half a pair of surrogates, which JSON allows, is no text. */
  private static void put(Map<String, GgufValue> values, String key, String text) {
    if (text != null && !text.isEmpty()) {
      values.put(key, new GgufValue.Str(Utf8.wellFormed(text)));
    }
  }

  private static void putSources(
      Map<String, GgufValue> values,
      String kind,
      JsonNode card,
      long parameters,
      String... cardKeys) {
    for (String key : cardKeys) {
      if (card.has(key)) {
        List<Map<String, String>> sources = Source.all(card.get(key), parameters);
        String prefix = GENERAL + kind + ".";
        values.put(prefix + "count", new GgufValue.Int(GgufType.UINT32, sources.size()));
        for (int i = 0; i < sources.size(); i++) {
          for (String field : Source.FIELDS) {
            put(values, prefix + i + "." + field, sources.get(i).get(field));
          }
        }
        return;
      }
    }
  }

  private static void putList(
      Map<String, GgufValue> values,
      String key,
      JsonNode card,
      List<String> notes,
      String... cardKeys) {
    List<String> all = new ArrayList<>();
    for (String cardKey : cardKeys) {
      JsonNode value = card.path(cardKey);
      if (value.isTextual()) {
        all.add(Utf8.wellFormed(value.textValue()));
      } else if (value.isArray()) {
        all.addAll(texts(value, cardKey, notes));
      }
    }
    if (!all.isEmpty()) {
      values.put(GENERAL + key, new GgufValue.Strs(all));
    }
  }

  /**
   * The name of the folder; in a cache of the hub, where that is a hash, the name of the repository
   * ({@code models--ORGANIZATION--NAME/snapshots/HASH}).
   */
  private static String folderId(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    int names = path.getNameCount();
    if (names == 0) {
      return "";
    }
    String cached = "models--";
    if (names > 2
        && path.getName(names - 2).toString().equals("snapshots")
        && path.getName(names - 3).toString().startsWith(cached)) {
      return path.getName(names - 3).toString().substring(cached.length()).replaceFirst("--", "/");
    }
    return path.getFileName().toString();
  }
}
