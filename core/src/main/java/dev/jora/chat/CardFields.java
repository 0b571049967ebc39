package dev.jora.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a card or an entry. What sites export need not be of the type that it should be: it
 * is converted where that makes sense, and passed over where not, and noted either way.
 */
final class CardFields {
  private final Map<String, Json> fields;
  private final List<String> notes;

  /**
   * Fields.
   *
   * @param notes where it is noted what was wrong
   */
  CardFields(Map<String, Json> fields, List<String> notes) {
    this.fields = fields;
    this.notes = notes;
  }

  /** The same fields by names in small letters with underscores, and others where none are. */
  CardFields with(CardFields others) {
    Map<String, Json> all = new LinkedHashMap<>();
    others.fields.forEach((name, value) -> all.put(plain(name), value));
    fields.forEach((name, value) -> all.put(plain(name), value));
    return new CardFields(all, notes);
  }

  /** The same fields, and of those that are named and not there those of another object. */
  CardFields orOf(CardFields others, List<String> names) {
    Map<String, Json> all = new LinkedHashMap<>(fields);
    for (String name : names) {
      if (!has(name) && others.has(name)) {
        all.put(name, others.fields.get(name));
        notes.add("'data." + name + "' is missing, '" + name + "' stands beside it");
      }
    }
    return new CardFields(all, notes);
  }

  private static String plain(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private Json get(String... names) {
    for (String name : names) {
      Json value = fields.get(name);
      if (value != null && !value.isNull()) {
        return value;
      }
    }
    return null;
  }

  boolean has(String... names) {
    return get(names) != null;
  }

  private void note(Json value, String expected) {
    notes.add("'" + value.path() + "' is " + value.found() + ", not " + expected);
  }

  /** The text of the first field that is there; else an empty one. */
  String text(String... names) {
    Json value = get(names);
    if (value == null) {
      return "";
    }
    String text = asText(value);
    if (text == null || !value.isString()) {
      note(value, "a string");
    }
    return text == null ? "" : text;
  }

  /** A string, number or boolean as text, an array's joined; null for what has none. */
  private static String asText(Json value) {
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      for (Json each : value.array("")) {
        String part = each.isArray() ? null : asText(each);
        if (part != null) {
          parts.add(part);
        }
      }
      return parts.isEmpty() ? null : String.join("\n", parts);
    }
    if (value.isNull() || value.isObject()) {
      return null;
    }
    return value.value().toString().replace("\r\n", "\n");
  }

  /** Texts of an array; of a string all of it. */
  List<String> texts(String... names) {
    return texts(false, names);
  }

  /** Texts of an array; of a string those between commas. */
  List<String> words(String... names) {
    return texts(true, names);
  }

  private List<String> texts(boolean atCommas, String... names) {
    Json value = get(names);
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (!value.isArray()) {
      note(value, "an array of strings");
      String text = asText(value);
      if (text != null && !text.isBlank()) {
        texts.addAll(atCommas ? CardMacros.list(text) : List.of(text));
      }
      return texts;
    }
    for (Json each : value.array("")) {
      String text = asText(each);
      if (text == null || !each.isString()) {
        note(each, "a string");
      }
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  boolean flag(String name, boolean fallback) {
    Json value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value.value() instanceof Boolean b) {
      return b;
    }
    note(value, "true or false");
    String text = value.isArray() || value.isObject() ? "" : asText(value).strip();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> number(text) == null ? fallback : number(text) != 0;
    };
  }

  double number(String name, double fallback) {
    Json value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value.value() instanceof Number n) {
      return n.doubleValue();
    }
    note(value, "a number");
    Double number = value.isString() ? number(asText(value).strip()) : null;
    return number == null ? fallback : number;
  }

  /** A number that need not be one: null where it is none. */
  Double numberOrNull(String name) {
    Json value = get(name);
    return value != null && value.value() instanceof Number n ? (Double) n.doubleValue() : null;
  }

  private static Double number(String text) {
    return text.matches("[+-]?\\d{1,18}(?:\\.\\d{0,18})?") ? Double.valueOf(text) : null;
  }

  /** The fields of an object; none where there is none. */
  CardFields object(String name) {
    Json value = get(name);
    if (value == null) {
      return new CardFields(Map.of(), notes);
    }
    return object(value);
  }

  private CardFields object(Json value) {
    if (value.isObject()) {
      return new CardFields(value.object(""), notes);
    }
    note(value, "an object");
    return new CardFields(Map.of(), notes);
  }

  /** A book: an object with entries, or just these. */
  CardFields book(String name) {
    Json value = get(name);
    if (value == null || !value.isArray()) {
      return object(name);
    }
    note(value, "an object");
    return new CardFields(Map.of("entries", value), notes);
  }

  /** Objects of an array, or of an object with keys that do not matter. */
  List<CardFields> objects(String name) {
    Json value = get(name);
    if (value == null) {
      return List.of();
    }
    List<CardFields> objects = new ArrayList<>();
    if (value.isArray()) {
      value.array("").forEach(each -> objects.add(object(each)));
    } else if (value.isObject()) {
      value.object("").values().forEach(each -> objects.add(object(each)));
    } else {
      note(value, "an array of entries");
    }
    return objects;
  }

  /** The word of a field if it is one of these, else the first. */
  String word(String name, Set<String> words, String fallback) {
    Json value = get(name);
    String word = value == null || !value.isString() ? "" : asText(value).strip();
    return words.contains(word) ? word : fallback;
  }

  void note(String fault) {
    notes.add(fault);
  }
}
