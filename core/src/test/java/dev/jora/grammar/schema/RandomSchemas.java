package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Schemas and values of few names and values, so that they often meet. */
final class RandomSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> NAMES = List.of("a", "b", "ab", "c");
  private static final List<String> STRINGS = List.of("", "a", "b", "ab", "abc", "ü\"\n");
  private static final List<String> NUMBERS =
      List.of("-2", "-1", "-0.5", "0", "0.5", "1", "1.25", "2", "3", "4", "10");
  private static final List<String> PATTERNS = List.of("^a", "b$", "a", "^[ab]*$", "^.?$");
  private static final List<String> TYPES =
      List.of("null", "boolean", "integer", "number", "string", "object", "array");

  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A value of so many levels at most. */
  JsonNode value(int levels) {
    return switch (random.nextInt(levels > 0 ? 9 : 5)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(new BigDecimal(one(NUMBERS)));
      case 3, 4 -> JSON.textNode(one(STRINGS));
      case 5, 6, 7 -> {
        ObjectNode object = JSON.objectNode();
        for (int n = random.nextInt(4); n > 0; n--) {
          object.set(one(NAMES), value(levels - 1));
        }
        yield object;
      }
      default -> {
        ArrayNode array = JSON.arrayNode();
        for (int n = random.nextInt(4); n > 0; n--) {
          array.add(value(levels - 1));
        }
        yield array;
      }
    };
  }

  /** A document of so many levels at most, with a definition that it may refer to. */
  ObjectNode document(int levels) {
    ObjectNode schema = object(levels);
    ObjectNode defs = JSON.objectNode();
    defs.set("d", object(1));
    schema.set("$defs", defs);
    return schema;
  }

  private JsonNode schema(int levels) {
    int kind = random.nextInt(12);
    return kind == 0
        ? JSON.booleanNode(random.nextInt(3) > 0)
        : kind == 1 ? JSON.objectNode().put("$ref", "#/$defs/d") : object(levels);
  }

  private ObjectNode object(int levels) {
    ObjectNode schema = JSON.objectNode();
    if (random.nextInt(3) > 0) {
      if (random.nextInt(4) > 0) {
        schema.put("type", one(TYPES));
      } else {
        schema.putArray("type").add("null").add(one(TYPES.subList(1, TYPES.size())));
      }
    }
    for (int n = random.nextInt(3); n >= 0; n--) {
      keyword(schema, levels);
    }
    return schema;
  }

  private ArrayNode array(int least, Supplier<JsonNode> items) {
    ArrayNode array = JSON.arrayNode();
    for (int n = least + random.nextInt(3); n > 0; n--) {
      array.add(items.get());
    }
    return array;
  }

  private void keyword(ObjectNode schema, int levels) {
    Supplier<JsonNode> below = () -> levels > 0 ? schema(levels - 1) : JSON.booleanNode(true);
    Supplier<JsonNode> name = () -> JSON.textNode(one(NAMES));
    BigDecimal number = new BigDecimal(one(NUMBERS));
    switch (random.nextInt(levels > 0 ? 30 : 13)) {
      case 0 -> schema.set("enum", array(1, () -> value(1)));
      case 1 -> schema.set("const", value(1));
      case 2 -> schema.put("minLength", random.nextInt(3));
      case 3 -> schema.put("maxLength", random.nextInt(4));
      case 4 -> schema.put("pattern", one(PATTERNS));
      case 5 -> schema.put("minimum", number);
      case 6 -> schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", number);
      case 7 -> schema.put("multipleOf", new BigDecimal(one(List.of("2", "0.5", "3"))));
      case 8 -> schema.put("minItems", random.nextInt(3));
      case 9 -> schema.put("maxItems", random.nextInt(4));
      case 10 -> schema.put("minProperties", random.nextInt(3));
      case 11 -> schema.put("maxProperties", random.nextInt(4));
      case 12 -> schema.set("required", array(1, name));
      case 13, 14, 15, 16 -> {
        ObjectNode properties = JSON.objectNode();
        for (int n = random.nextInt(3); n >= 0; n--) {
          properties.set(one(NAMES), below.get());
        }
        schema.set("properties", properties);
      }
      case 17 -> schema.putObject("patternProperties").set(one(PATTERNS), below.get());
      case 18 -> schema.set("additionalProperties", below.get());
      case 19 -> schema.putObject("propertyNames").put("pattern", one(PATTERNS));
      case 20 -> schema.set("items", below.get());
      case 21 -> schema.set("prefixItems", array(1, below));
      case 22 -> schema.set("contains", below.get());
      case 23 -> schema.set("allOf", array(1, below));
      case 24 -> schema.set("anyOf", array(1, below));
      case 25 -> schema.set("oneOf", array(1, below));
      case 26 -> schema.set("not", below.get());
      case 27 -> {
        schema.set("if", below.get());
        schema.set("then", below.get());
        schema.set("else", below.get());
      }
      case 28 -> {
        schema.put("type", "array").put("uniqueItems", true); // the validator's are of objects too
        schema.putObject("items").set("enum", array(2, () -> value(0)));
      }
      default -> {
        schema.putObject("dependentRequired").set(one(NAMES), array(1, name));
        schema.putObject("dependentSchemas").set(one(NAMES), below.get());
        if (random.nextBoolean()) {
          schema.set("unevaluatedProperties", below.get());
          schema.set("unevaluatedItems", below.get());
        }
      }
    }
  }
}
