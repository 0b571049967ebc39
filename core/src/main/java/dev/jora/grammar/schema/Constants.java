package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sets of given values. */
final class Constants {
  private Constants() {}

  /** These values and no others. */
  static Shape of(Iterable<JsonNode> values) {
    Set<String> words = new LinkedHashSet<>();
    Set<BigDecimal> numbers = new LinkedHashSet<>();
    List<String> strings = new ArrayList<>();
    Set<ObjectShape> objects = new LinkedHashSet<>();
    Set<ArrayShape> arrays = new LinkedHashSet<>();
    for (JsonNode value : values) {
      switch (value.getNodeType()) {
        case NULL, BOOLEAN -> words.add(value.asText());
        case NUMBER -> numbers.add(value.decimalValue());
        case STRING -> strings.add(written(value.textValue()));
        case OBJECT -> objects.add(object(value));
        case ARRAY -> arrays.add(array(value));
        default -> throw new IllegalArgumentException("no JSON value: " + value.getNodeType());
      }
    }
    return new Shape(
        words,
        NumberSet.of(numbers),
        strings.isEmpty() ? StringSet.NONE : StringSet.of(Dfa.of(strings)),
        List.copyOf(objects),
        List.copyOf(arrays));
  }

  private static String written(String text) {
    for (int c : text.codePoints().toArray()) {
      if (!Letters.isCharacter(c)) {
        throw new SchemaException(
            "'\\u%04x' is half a surrogate pair, which UTF-8 cannot hold: no text has it"
                .formatted(c));
      }
    }
    return text;
  }

  private static ObjectShape object(JsonNode value) {
    Map<String, Term> named = new LinkedHashMap<>();
    value
        .properties()
        .forEach(field -> named.put(field.getKey(), new Term.Const(field.getValue())));
    return new ObjectShape(named, named.keySet(), List.of(), 0, Part.UNBOUNDED);
  }

  private static ArrayShape array(JsonNode value) {
    List<Term> items = new ArrayList<>();
    value.forEach(item -> items.add(new Term.Const(item)));
    int size = items.size();
    return new ArrayShape(items, Term.NOTHING, size, size, Set.of(), null);
  }
}
