package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A schema that is an object, at a place of its document: its keywords, as their kinds. */
record SchemaNode(SchemaDocument document, String pointer, JsonNode json) {
  private static final int LONGEST_SHOWN = 60;

  boolean has(String keyword) {
    return json.has(keyword);
  }

  JsonNode get(String keyword) {
    return json.get(keyword);
  }

  /** A fault of the value of a keyword. */
  SchemaException expected(String keyword, String what) {
    return expected(pointer + "/" + SchemaDocument.escaped(keyword), what, json.get(keyword));
  }

  private static SchemaException expected(String at, String what, JsonNode found) {
    String text = found.toString();
    boolean cut = text.length() > LONGEST_SHOWN;
    return new SchemaException(
        at,
        "expected " + what + ", found " + (cut ? text.substring(0, LONGEST_SHOWN) + "…" : text));
  }

  /** A number that counts something; the default if the keyword is missing. */
  int count(String keyword, int missing) {
    JsonNode value = json.get(keyword);
    if (value == null) {
      return missing;
    }
    if (!value.isNumber()
        || value.decimalValue().signum() < 0
        || value.decimalValue().stripTrailingZeros().scale() > 0) {
      throw expected(keyword, "a whole number of at least 0");
    }
    BigDecimal most = BigDecimal.valueOf(Part.UNBOUNDED);
    return value.decimalValue().min(most).intValue();
  }

  /** A number; null if the keyword is missing. */
  BigDecimal number(String keyword) {
    JsonNode value = json.get(keyword);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw expected(keyword, "a number");
    }
    return value.decimalValue();
  }

  String string(String keyword) {
    if (!json.get(keyword).isTextual()) {
      throw expected(keyword, "a string");
    }
    return json.get(keyword).textValue();
  }

  /** What {@code type} names. */
  Set<String> types() {
    Set<String> types = new LinkedHashSet<>();
    if (json.get("type").isTextual()) {
      types.add(json.get("type").textValue());
    } else {
      types.addAll(strings("type"));
    }
    return types;
  }

  boolean bool(String keyword) {
    if (!json.get(keyword).isBoolean()) {
      throw expected(keyword, "true or false");
    }
    return json.get(keyword).booleanValue();
  }

  /** The strings of an array. */
  List<String> strings(String keyword) {
    return strings(keyword, pointer + "/" + keyword, json.get(keyword));
  }

  private List<String> strings(String keyword, String at, JsonNode array) {
    List<String> strings = new ArrayList<>();
    for (JsonNode each : array) {
      strings.add(each.textValue());
    }
    if (!array.isArray() || strings.contains(null)) {
      throw expected(at, "an array of strings", array);
    }
    return strings;
  }

  /** For each property the names that an object with it must have. */
  Map<String, List<String>> dependencies(String keyword) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String name : names(keyword)) {
      String at = pointer + "/" + keyword + "/" + SchemaDocument.escaped(name);
      if (json.get(keyword).get(name).isArray() || !keyword.equals("dependencies")) {
        all.put(name, strings(keyword, at, json.get(keyword).get(name)));
      }
    }
    return all;
  }

  private List<String> names(String keyword) {
    if (!json.get(keyword).isObject()) {
      throw expected(keyword, "an object");
    }
    return json.get(keyword).properties().stream().map(Map.Entry::getKey).toList();
  }

  /** The schema that is the value of a keyword; anything if it is missing. */
  Term schema(String keyword) {
    return json.has(keyword) ? term(pointer + "/" + keyword) : Term.ANYTHING;
  }

  /** The schemas in the array of a keyword; none if it is missing. */
  List<Term> schemas(String keyword) {
    List<Term> terms = new ArrayList<>();
    if (!json.has(keyword)) {
      return terms;
    }
    if (!json.get(keyword).isArray()) {
      throw expected(keyword, "an array of schemas");
    }
    for (int i = 0; i < json.get(keyword).size(); i++) {
      terms.add(term(pointer + "/" + keyword + "/" + i));
    }
    return terms;
  }

  /** The schemas by name in the object of a keyword; none if it is missing. */
  Map<String, Term> schemasByName(String keyword) {
    Map<String, Term> terms = new LinkedHashMap<>();
    if (json.has(keyword)) {
      for (String name : names(keyword)) {
        if (!json.get(keyword).get(name).isArray() || !keyword.equals("dependencies")) {
          terms.put(name, term(pointer + "/" + keyword + "/" + SchemaDocument.escaped(name)));
        }
      }
    }
    return terms;
  }

  /** The schema that the keyword {@code $ref} means. */
  Term reference() {
    return term(document, document.resolve(pointer, string("$ref")));
  }

  private Term term(String at) {
    return term(document, at);
  }

  /** The schema at a place; where it only refers to another, that one. */
  static Term term(SchemaDocument document, String at) {
    JsonNode node = document.at(at);
    String target = at;
    for (int i = 0; i < 100 && isReference(node); i++) {
      target = document.resolve(target, node.get("$ref").textValue());
      node = document.at(target);
    }
    if (node.isBoolean()) {
      return node.booleanValue() ? Term.ANYTHING : Term.NOTHING;
    }
    boolean silent = node.isObject() && isSilent(node, 0);
    return silent ? Term.ANYTHING : new Term.At(target);
  }

  private static boolean isReference(JsonNode node) {
    return node.path("$ref").isTextual() && isSilent(node, 1);
  }

  private static boolean isSilent(JsonNode node, int others) {
    return node.properties().stream().filter(f -> !Keywords.isSilent(f.getKey())).count() == others;
  }
}
