package dev.jora.serve.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.serve.http.HttpFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fields of an object. One that is null counts as absent; names that nobody asks for are
 * ignored.
 */
public final class Fields {
  private final ObjectNode node;

  /** Those of a node. */
  public Fields(ObjectNode node) {
    this.node = node;
  }

  /** The node. */
  public ObjectNode node() {
    return node;
  }

  /** What a field holds; nothing if it is absent or null. */
  public Optional<Field> find(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(new Field(name, value));
  }

  /** The first of several names that is there. */
  public Optional<Field> find(List<String> names) {
    return names.stream().map(this::find).flatMap(Optional::stream).findFirst();
  }

  /** True if a field is there. */
  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** The text of a field, or another. */
  public String text(String name, String fallback) {
    return find(name).map(Field::text).orElse(fallback);
  }

  /** Whether a field says so. */
  public boolean flag(String name, boolean fallback) {
    return find(name).map(Field::flag).orElse(fallback);
  }

  /** The whole number of a field. */
  public int integer(String name, int fallback) {
    return find(name).map(Field::integer).orElse(fallback);
  }

  /** The object of a field; one without fields if it is absent. */
  public Fields object(String name) {
    return find(name).map(Field::object).orElseGet(() -> new Fields(Json.object()));
  }

  /**
   * What a field holds.
   *
   * @param name how messages call it
   */
  public record Field(String name, JsonNode value) {
    private HttpFault wrong(String expected) {
      return new HttpFault(
              HttpFault.Kind.INVALID,
              "Field '" + name + "': type must be " + expected + ", but is " + kind(value))
          .with("param", name);
    }

    /** A fault of this field. */
    public HttpFault fault(String format, Object... args) {
      return new HttpFault(
              HttpFault.Kind.INVALID, "Field '" + name + "': " + String.format(format, args))
          .with("param", name);
    }

    /** A number that a float can hold. */
    public float number() {
      if (!value.isNumber()) {
        throw wrong("number");
      }
      return value.floatValue();
    }

    /** A whole number; fractions are cut, as elsewhere. */
    public int integer() {
      if (!value.isNumber()) {
        throw wrong("number");
      }
      double number = value.doubleValue();
      if (!(Math.abs(number) <= 0xffffffffL)) {
        throw fault("%s is no 32-bit number", value.asText());
      }
      return (int) (long) number; // seeds may be unsigned
    }

    /** A whole number of a range. */
    public int within(int least, int most) {
      int number = integer();
      if (number < least || number > most) {
        throw HttpFault.outside(name, least, most, number).with("param", name);
      }
      return number;
    }

    /** True or false, or as some programs send it a number. */
    public boolean flag() {
      if (value.isBoolean()) {
        return value.booleanValue();
      }
      if (value.isNumber()) {
        return value.doubleValue() != 0;
      }
      throw wrong("boolean");
    }

    /** A text. */
    public String text() {
      if (!value.isTextual()) {
        throw wrong("string");
      }
      return value.textValue();
    }

    /** A text, or a list of them. */
    public List<String> texts() {
      if (value.isTextual()) {
        return List.of(value.textValue());
      }
      return list().stream().map(Field::text).toList();
    }

    /** The elements of a list. */
    public List<Field> list() {
      if (!value.isArray()) {
        throw wrong("array");
      }
      List<Field> list = new ArrayList<>();
      for (JsonNode each : value) {
        list.add(new Field(name + "[" + list.size() + "]", each));
      }
      return list;
    }

    /** An object. */
    public Fields object() {
      if (!value.isObject()) {
        throw wrong("object");
      }
      return new Fields((ObjectNode) value);
    }
  }

  /** What a node is, in JSON's words. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NUMBER -> "number";
      case OBJECT -> "object";
      case STRING -> "string";
      default -> "null";
    };
  }
}
