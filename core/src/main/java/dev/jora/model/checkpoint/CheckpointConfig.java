package dev.jora.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model's {@code config.json}. What a model with more than a text part says of that part counts
 * before what stands beside it. A value {@code null} is none.
 */
public final class CheckpointConfig {
  /** Where models with more parts have what concerns the text. */
  private static final List<String> TEXT_PARTS =
      List.of("text_config", "llm_config", "lm_config", "language_config", "lfm");

  /** Beside what the file says: 0 none, 1 mean, 2 the first token, 3 the last one's vector. */
  public static final String POOLING = "jora_pooling_type";

  /** Beside what the file says: ids of the words that a model of Qwen's ranks with. */
  public static final String YES = "jora_yes_token_id";

  /** The other one. */
  public static final String NO = "jora_no_token_id";

  private static final int MOST = 1 << 30;

  /** Names of the number of layers that guess further tokens. */
  static final String[] AHEAD = {"num_nextn_predict_layers", "mtp_num_hidden_layers"};

  private final ObjectNode values;
  private final List<String> architectures;
  private final Optional<String> textKind;

  private CheckpointConfig(
      ObjectNode values, List<String> architectures, Optional<String> textKind) {
    this.values = values;
    this.architectures = architectures;
    this.textKind = textKind;
  }

  private CheckpointConfig with(ObjectNode others) {
    return new CheckpointConfig(others, architectures, textKind);
  }

  /**
   * A configuration.
   *
   * @throws CheckpointException if it is no object
   */
  public static CheckpointConfig of(JsonNode config) {
    if (!(config instanceof ObjectNode object)) {
      throw new CheckpointException("expected a JSON object, found " + kind(config));
    }
    ObjectNode merged = object.deepCopy();
    List<String> names = new ArrayList<>();
    Optional<String> kind = Optional.empty();
    JsonNode thinker = object.path("thinker_config");
    List<JsonNode> places = new ArrayList<>(TEXT_PARTS.stream().map(object::path).toList());
    places.add(thinker);
    TEXT_PARTS.stream().map(thinker::path).forEach(places::add);
    for (JsonNode part : places) {
      merge(merged, part);
      if (part != thinker) {
        names.addAll(classes(part));
        kind = part.path("model_type").isTextual() ? Optional.of(text(part)) : kind;
      }
    }
    names.addAll(classes(object));
    return new CheckpointConfig(merged, List.copyOf(names), kind);
  }

  private static String text(JsonNode part) {
    return part.path("model_type").textValue();
  }

  private static List<String> classes(JsonNode config) {
    JsonNode names = config.path("architectures");
    return names.isArray()
        ? names.valueStream().filter(JsonNode::isTextual).map(JsonNode::textValue).toList()
        : List.of();
  }

  private static void merge(ObjectNode merged, JsonNode part) {
    for (Map.Entry<String, JsonNode> each : part.properties()) {
      merged.set(each.getKey(), each.getValue());
    }
  }

  /** The same where what is not said is as {@code defaults} has it: pairs of name and value. */
  public CheckpointConfig withDefaults(Map<String, ?> defaults) {
    ObjectNode more = values.deepCopy();
    defaults.forEach(
        (name, value) -> {
          if (!has(name)) {
            more.set(name, node(value));
          }
        });
    return with(more);
  }

  /** The same with another value. */
  public CheckpointConfig with(String name, int value) {
    ObjectNode other = values.deepCopy();
    other.put(name, value);
    return with(other);
  }

  /** The same without a value. */
  public CheckpointConfig without(String name) {
    ObjectNode other = values.deepCopy();
    other.remove(name);
    return with(other);
  }

  /** The same of a model without layers that guess ahead. */
  public CheckpointConfig withoutAhead() {
    ObjectNode other = values.deepCopy();
    other.remove(List.of(AHEAD));
    return with(other);
  }

  private JsonNode node(Object value) {
    return switch (value) {
      case Integer i -> values.numberNode(i);
      case Long i -> values.numberNode(i);
      case Double d -> values.numberNode(d);
      case Boolean b -> values.booleanNode(b);
      case String s -> values.textNode(s);
      default -> throw new IllegalArgumentException(value.getClass().getName());
    };
  }

  /** All of it, its text part merged. */
  public ObjectNode json() {
    return values;
  }

  /**
   * Classes that it was written for, {@code LlamaForCausalLM}, those of its text part first; the
   * first that is known counts.
   */
  public List<String> architectures() {
    return architectures;
  }

  /** What its text part calls itself, {@code qwen2}; empty if it has none. */
  public Optional<String> textKind() {
    return textKind;
  }

  /** True if it has a value of one of these names. */
  public boolean has(String... names) {
    return find(names).isPresent();
  }

  /** The first of these names that has a value. */
  public Optional<JsonNode> find(String... names) {
    return Arrays.stream(names)
        .map(values::get)
        .filter(node -> node != null && !node.isNull())
        .findFirst();
  }

  /** A part of it; empty if there is none. */
  public CheckpointConfig part(String name) {
    return with(values.get(name) instanceof ObjectNode part ? part : values.objectNode());
  }

  /**
   * A whole number.
   *
   * @throws CheckpointException if none of the names has one that fits an int
   */
  public int integer(String... names) {
    JsonNode node = required(names, "a whole number");
    return integer(name(names), node);
  }

  /** A count; {@code fallback} if it is not said. */
  public int countOr(int fallback, String... names) {
    return has(names) ? within(MOST, 0, names) : fallback;
  }

  /** The same of 1 or more. */
  public int positiveOr(int fallback, String... names) {
    return has(names) ? positive(names) : fallback;
  }

  private static int integer(String name, JsonNode node) {
    if (!node.isNumber() || node.doubleValue() != node.intValue()) {
      throw fault(name, "a whole number", node);
    }
    return node.intValue();
  }

  /**
   * A whole number of at least 1, and of no more than extents of models can be.
   *
   * @throws CheckpointException if none of the names has one
   */
  public int positive(String... names) {
    return within(MOST, 1, names);
  }

  int within(int most, int least, String... names) {
    int value = integer(names);
    if (value < least || value > most) {
      throw new CheckpointException(
          "%s: expected %d to %d, found %d".formatted(name(names), least, most, value));
    }
    return value;
  }

  /** A whole number that may stand as an array with one for each layer: the first of them. */
  public int first(String... names) {
    JsonNode node = required(names, "a whole number");
    return integer(name(names), node.isArray() && !node.isEmpty() ? node.get(0) : node);
  }

  /** The length of an array; 0 if there is none. */
  public int size(String name) {
    return values.path(name).isArray() ? values.path(name).size() : 0;
  }

  /**
   * A number.
   *
   * @throws CheckpointException if none of the names has one
   */
  public double number(String... names) {
    return number(name(names), required(names, "a number"));
  }

  /** The same; {@code fallback} if it is not said. */
  public double numberOr(double fallback, String... names) {
    return find(names).map(node -> number(name(names), node)).orElse(fallback);
  }

  private static double number(String name, JsonNode node) {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw fault(name, "a number", node);
    }
    return node.doubleValue();
  }

  /** Whether it is so; {@code fallback} if it is not said. */
  public boolean flag(String name, boolean fallback) {
    return find(name)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw fault(name, "true or false", node);
              }
              return node.booleanValue();
            })
        .orElse(fallback);
  }

  /** A text; empty if it is not said. */
  public Optional<String> text(String... names) {
    return find(names)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw fault(name(names), "a text", node);
              }
              return node.textValue();
            });
  }

  /** Numbers of an array. */
  public double[] numbers(String name) {
    JsonNode node = required(new String[] {name}, "an array of numbers");
    if (!node.isArray() || !node.valueStream().allMatch(JsonNode::isNumber)) {
      throw fault(name, "an array of numbers", node);
    }
    return node.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  /** Texts of an array; empty if it is not said. */
  public List<String> texts(String name) {
    JsonNode node = find(name).orElse(values.arrayNode());
    if (!node.isArray() || !node.valueStream().allMatch(JsonNode::isTextual)) {
      throw fault(name, "an array of texts", node);
    }
    return node.valueStream().map(JsonNode::textValue).toList();
  }

  /**
   * Texts of an array, one for each layer.
   *
   * @throws CheckpointException if there are fewer, but for none at all
   */
  public List<String> each(String name, int layers) {
    List<String> texts = texts(name);
    if (!texts.isEmpty() && texts.size() < layers) {
      throw new CheckpointException(
          "%s: expected one for each of %d layers, found %d".formatted(name, layers, texts.size()));
    }
    return texts;
  }

  /** Names of what a classifier scores, {@code id2label}, by their numbers; empty if not said. */
  public List<String> labels() {
    CheckpointConfig names = part("id2label");
    int count = names.values.size();
    return IntStream.range(0, count)
        .mapToObj(
            id ->
                names
                    .text(Integer.toString(id))
                    .orElseThrow(
                        () ->
                            new CheckpointException(
                                "id2label: expected a name for each of 0 to %d, found none for %d"
                                    .formatted(count - 1, id))))
        .toList();
  }

  private JsonNode required(String[] names, String expected) {
    return find(names)
        .orElseThrow(
            () -> new CheckpointException(name(names) + ": expected " + expected + ", found none"));
  }

  /** The one of these names that has a value, or all of them. */
  private String name(String... names) {
    return Arrays.stream(names).filter(this::has).findFirst().orElse(String.join(" or ", names));
  }

  private static CheckpointException fault(String name, String expected, JsonNode found) {
    return new CheckpointException(name + ": expected " + expected + ", found " + kind(found));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER, BOOLEAN -> node.asText();
      case STRING -> '"' + node.textValue() + '"';
      case MISSING, NULL -> "nothing";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> node.getNodeType().name();
    };
  }
}
