package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds what makes the grammar of a schema large, for who is to make it smaller. */
final class SchemaSizes {
  /** Keywords with schemas by name. */
  private static final List<String> MAPS =
      List.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");

  /** Keywords with a schema, or with several. */
  private static final List<String> SCHEMAS =
      List.of(
          "items",
          "prefixItems",
          "additionalItems",
          "contains",
          "additionalProperties",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties",
          "allOf",
          "anyOf",
          "oneOf",
          "if",
          "then",
          "else",
          "not");

  /** Positions that are looked at in all, which takes seconds. */
  private static final long MAX_LOOKED_AT = 10_000_000;

  private final JsonNode schema;
  private final JsonSchema.Reading how;
  private long lookedAt;

  SchemaSizes(JsonNode schema, JsonSchema.Reading how) {
    this.schema = schema;
    this.how = how;
  }

  /** The place of the smallest schema within that is half of the whole, or half of what may be. */
  String largest() {
    String at = "";
    int enough = size(at) / 2;
    for (String next = at; next != null; next = half(at, enough)) {
      at = next;
    }
    return at;
  }

  private String half(String at, int enough) {
    for (String child : children(at)) {
      if (lookedAt > MAX_LOOKED_AT) {
        return null;
      }
      if (size(child) >= enough) {
        return child;
      }
    }
    return null;
  }

  private List<String> children(String at) {
    JsonNode node = schema.at(at);
    List<String> children = new ArrayList<>();
    for (String keyword : MAPS) {
      String below = at + "/" + keyword;
      for (Map.Entry<String, JsonNode> each : node.path(keyword).properties()) {
        children.add(below + "/" + SchemaDocument.escaped(each.getKey()));
      }
    }
    for (String keyword : SCHEMAS) {
      JsonNode value = node.path(keyword);
      for (int i = 0; i < value.size() && value.isArray(); i++) {
        children.add(at + "/" + keyword + "/" + i);
      }
      if (value.isObject()) {
        children.add(at + "/" + keyword);
      }
    }
    return children;
  }

  /** Positions of the grammar of a place; as many as there may be where these are too many. */
  private int size(String at) {
    int size;
    try {
      size = Grammar.parse(JsonSchema.rules("root", schema, at, how)).positions();
    } catch (SchemaException e) {
      size = 0; // by itself it is none
    } catch (GrammarException e) {
      size = Grammar.MAX_POSITIONS;
    }
    lookedAt += size;
    return size;
  }
}
