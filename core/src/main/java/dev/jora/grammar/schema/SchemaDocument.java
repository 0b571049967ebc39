package dev.jora.grammar.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The document of a schema: its places by JSON pointer, by {@code $id} and by {@code $anchor}. */
final class SchemaDocument {
  /** Values within each other. */
  private static final int MAX_DEPTH = 200;

  /** What stands at a place. */
  private enum Kind {
    /** A schema, or an array of such. */
    SCHEMA,
    /** Schemas by name. */
    MAP,
    /** Anything; what looks like an identifier is none. */
    DATA;

    Kind below(String key) {
      return switch (this) {
        case MAP -> SCHEMA;
        case DATA -> DATA;
        case SCHEMA ->
            switch (key) {
              case "properties",
                  "patternProperties",
                  "$defs",
                  "definitions",
                  "dependentSchemas",
                  "dependencies" ->
                  MAP;
              case "enum", "const", "default", "examples" -> DATA;
              default -> Keywords.isKnown(key) ? SCHEMA : DATA;
            };
      };
    }
  }

  private record Place(String pointer, JsonNode node, String base, int depth, Kind kind) {}

  private final JsonNode root;
  private final boolean refStandsAlone;
  private final Map<String, String> places = new HashMap<>();
  private final Map<String, String> bases = new HashMap<>();

  /**
   * A document.
   *
   * @throws SchemaException if it is too deep
   */
  SchemaDocument(JsonNode root) {
    this.root = root;
    this.refStandsAlone = root.path("$schema").asText().matches(".*/draft-0[3-7]/.*");
    places.put("", "");
    Deque<Place> todo = new ArrayDeque<>();
    todo.push(new Place("", root, "", 0, Kind.SCHEMA));
    while (!todo.isEmpty()) {
      visit(todo.pop(), todo);
    }
  }

  private void visit(Place place, Deque<Place> todo) {
    if (place.depth > MAX_DEPTH) {
      throw new SchemaException(
          cut(place.pointer), "more than " + MAX_DEPTH + " values within each other; use $ref");
    }
    JsonNode node = place.node;
    String base = place.base;
    if (node.isObject() && place.kind == Kind.SCHEMA) {
      if (node.path("$id").isTextual() && !(refStandsAlone && node.has("$ref"))) {
        String id = node.get("$id").textValue();
        if (refStandsAlone && id.startsWith("#")) {
          places.putIfAbsent(base + id, place.pointer); // how draft 7 writes an anchor
        } else {
          base = resolved(base, id).replaceFirst("#$", "");
          bases.put(place.pointer, base);
          places.putIfAbsent(base, place.pointer);
        }
      }
      for (String anchor : new String[] {"$anchor", "$dynamicAnchor"}) {
        if (node.path(anchor).isTextual()) {
          places.putIfAbsent(base + "#" + node.get(anchor).textValue(), place.pointer);
        }
      }
    }
    String of = base;
    node.properties()
        .forEach(
            field -> {
              String below = place.pointer + "/" + escaped(field.getKey());
              Kind kind = place.kind.below(field.getKey());
              todo.push(new Place(below, field.getValue(), of, place.depth + 1, kind));
            });
    for (int i = 0; i < node.size() && node.isArray(); i++) {
      String below = place.pointer + "/" + i;
      todo.push(new Place(below, node.get(i), of, place.depth + 1, place.kind));
    }
  }

  private static String cut(String pointer) {
    return pointer.length() > 60 ? pointer.substring(0, 60) + "…" : pointer;
  }

  /** A key as a JSON pointer holds it. */
  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  /** What stands at a place; missing if nothing does. */
  JsonNode at(String pointer) {
    return root.at(JsonPointer.compile(pointer));
  }

  /** True if keywords beside {@code $ref} do not count, as in draft 7 and before. */
  boolean refStandsAlone() {
    return refStandsAlone;
  }

  /**
   * The place that a reference means.
   *
   * @param from the place of the schema that holds it
   * @throws SchemaException if it is none of this document
   */
  String resolve(String from, String reference) {
    String uri = resolved(base(from), reference);
    int hash = uri.indexOf('#');
    String resource = hash < 0 ? uri : uri.substring(0, hash);
    String fragment = hash < 0 ? "" : uri.substring(hash + 1);
    String place = places.get(resource);
    if (place == null) {
      throw new SchemaException(
          from + "/$ref",
          "'"
              + reference
              + "' is no part of this document, and no other is fetched; copy it into '$defs'");
    }
    String found = place;
    if (fragment.startsWith("/")) {
      found = place + decoded(fragment, from, reference);
    } else if (!fragment.isEmpty()) {
      found = places.get(resource + "#" + fragment);
    }
    if (found == null || at(found).isMissingNode()) {
      throw new SchemaException(
          from + "/$ref", "there is no '" + reference + "' in this document; define it");
    }
    return found;
  }

  private String decoded(String fragment, String from, String reference) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SchemaException(from + "/$ref", "'" + reference + "' is no URI reference");
    }
  }

  private String base(String pointer) {
    for (String p = pointer; ; p = p.substring(0, p.lastIndexOf('/'))) {
      String base = bases.get(p);
      if (base != null || p.isEmpty()) {
        return base == null ? "" : base;
      }
    }
  }

  private static String resolved(String base, String reference) {
    if (reference.startsWith("#") || reference.isEmpty()) {
      return base + reference;
    }
    try {
      return URI.create(base).resolve(reference).toString();
    } catch (IllegalArgumentException e) {
      return reference;
    }
  }
}
