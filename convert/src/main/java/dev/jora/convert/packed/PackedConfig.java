package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jora.convert.source.SourceException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a checkpoint was quantized, as its files say: {@code quantization_config} of config.json, or
 * quantize_config.json, quant_config.json, hf_quant_config.json. Fields have had several names; the
 * first that is there counts, and null is as good as absent.
 */
final class PackedConfig {
  private final JsonNode node;
  private final String where;

  private PackedConfig(JsonNode node, String where) {
    this.node = node;
    this.where = where;
  }

  /** These settings; none if there is no object. */
  static PackedConfig of(JsonNode node) {
    if (node != null && node.path("quantization").isObject()) {
      return new PackedConfig(node.path("quantization"), "quantization"); // hf_quant_config.json
    }
    return checked(node, "quantization_config");
  }

  private static PackedConfig checked(JsonNode node, String where) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return new PackedConfig(MissingNode.getInstance(), where);
    }
    if (!node.isObject()) {
      throw new SourceException(
          where + " is " + brief(node) + ", but an object of settings was expected");
    }
    return new PackedConfig(node, where);
  }

  /** Where the settings of these files stand in a config.json. */
  static JsonNode in(JsonNode config) {
    for (String name : new String[] {"quantization_config", "compression_config"}) {
      for (JsonNode at : new JsonNode[] {config, config.path("text_config")}) {
        if (at.path(name).isObject()) {
          return at.path(name);
        }
      }
    }
    return null;
  }

  /** The object of this name; without settings if it is absent. */
  PackedConfig child(String name) {
    return checked(node.path(name), where + "." + name);
  }

  /** What is there of this name; a missing node if nothing is. */
  JsonNode raw(String name) {
    return node.path(name);
  }

  /** Whether one of these is there. */
  boolean has(String... names) {
    return !first(names).isMissingNode();
  }

  /** The value of the first of these that is there, in lower case. */
  Optional<String> text(String... names) {
    JsonNode value = first(names);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong("a text", value, names);
    }
    return Optional.of(value.textValue().toLowerCase(Locale.ROOT));
  }

  /** The value of the first of these that is there. */
  OptionalInt integer(String... names) {
    JsonNode value = first(names);
    if (value.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!value.isNumber() || !value.canConvertToInt() || value.intValue() != value.doubleValue()) {
      throw wrong("a whole number", value, names);
    }
    return OptionalInt.of(value.intValue());
  }

  /** Whether this is there and true. */
  boolean flag(String name) {
    JsonNode value = first(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong("true or false", value, name);
    }
    return value.booleanValue();
  }

  /**
   * Inputs that share a scale: -1 says all of a row.
   *
   * @return -1, or 1 and more; empty if it is not told
   */
  OptionalInt groupSize() {
    OptionalInt size = integer("group_size", "q_group_size");
    if (size.isPresent() && size.getAsInt() != -1 && size.getAsInt() < 1) {
      throw fault("group_size is %d; -1 or 1 and more was expected".formatted(size.getAsInt()));
    }
    return size;
  }

  /** A fault of these settings. */
  SourceException fault(String sentence) {
    return new SourceException(where + ": " + sentence);
  }

  private JsonNode first(String... names) {
    for (String name : names) {
      JsonNode value = node.path(name);
      if (!value.isMissingNode() && !value.isNull()) {
        return value;
      }
    }
    return MissingNode.getInstance();
  }

  private SourceException wrong(String expected, JsonNode value, String... names) {
    return fault("%s is %s; %s was expected".formatted(names[0], brief(value), expected));
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
