package dev.jora.convert.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The header of a safetensors file: strict, since the names and places of weights hang on it. */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  private final SourceFile file;
  private final String json;

  SafetensorsHeader(SourceFile file, String json) {
    this.file = file;
    this.json = json;
  }

  /**
   * What the header says of a tensor, checked by itself.
   *
   * @param begin first byte, from the beginning of the data
   * @param end byte after the last one
   */
  record Entry(String name, ElementType type, long[] shape, long begin, long end) {}

  /**
   * Reads it.
   *
   * @throws IOException if it is no JSON
   * @throws SourceException if it breaks another rule
   */
  List<Entry> read() throws IOException {
    try (JsonParser parser = StrictJson.parser(json)) {
      List<Entry> entries = new ArrayList<>();
      parser.nextToken(); // {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = wellFormed(parser.currentName());
        JsonToken value = parser.nextToken();
        if (name.equals(METADATA)) {
          skipMetadata(parser);
        } else if (value == JsonToken.START_OBJECT) {
          entries.add(entry(name, parser));
        } else {
          throw file.fault(
              "tensor %s: expected an object in the header, found %s", name, parser.getText());
        }
      }
      if (parser.nextToken() != null) {
        throw file.fault("its header goes on after the JSON: fetch it anew");
      }
      return entries;
    }
  }

  private String wellFormed(String text) {
    if (Utf8.isEscaped(text)) {
      throw file.fault("its header has half a surrogate pair in %s", text);
    }
    return text;
  }

  private void skipMetadata(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    boolean texts = parser.currentToken() == JsonToken.START_OBJECT;
    while (texts && parser.nextToken() == JsonToken.FIELD_NAME) {
      wellFormed(parser.currentName());
      texts = parser.nextToken() == JsonToken.VALUE_STRING;
      if (texts) {
        wellFormed(parser.getText());
      }
    }
    if (!texts) {
      throw file.fault("%s: expected texts by name", METADATA);
    }
  }

  private Entry entry(String name, JsonParser parser) throws IOException {
    ElementType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> type = type(name, parser);
        case "shape" -> shape = numbers(name, field, parser, Extents.MAX);
        case "data_offsets" -> offsets = numbers(name, field, parser, 2);
        default -> parser.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw file.fault("tensor %s: expected dtype, shape and two data_offsets", name);
    }
    long begin = offsets[0];
    long end = offsets[1];
    long bytes = Extents.bytes(type, shape);
    if (bytes < 0 || end < begin || bytes != end - begin) {
      throw file.fault(
          "tensor %s: expected %s for %s %s, found data from %,d to %,d",
          name,
          bytes < 0 ? "a size that can be counted" : "%,d bytes".formatted(bytes),
          type,
          Extents.text(shape),
          begin,
          end);
    }
    return new Entry(name, type, shape, begin, end);
  }

  private ElementType type(String name, JsonParser parser) throws IOException {
    String found = parser.getText();
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw file.fault("tensor %s: expected the name of a type, found %s", name, found);
    }
    return ElementType.byName(found)
        .orElseThrow(
            () -> file.fault("tensor %s: weights of type %s are not known here", name, found));
  }

  private long[] numbers(String name, String field, JsonParser parser, int most)
      throws IOException {
    List<Long> numbers = new ArrayList<>();
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && numbers.size() <= most) {
        String digits = parser.getText();
        if (digits.startsWith("-") || digits.length() > 18 && !fits(digits)) {
          break;
        }
        numbers.add(Long.parseLong(digits));
      }
    }
    if (parser.currentToken() != JsonToken.END_ARRAY || numbers.size() > most) {
      throw file.fault(
          "tensor %s: %s: expected up to %d whole numbers from 0 to 2^63 - 1", name, field, most);
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static boolean fits(String digits) {
    return digits.length() == 19 && digits.compareTo(Long.toString(Long.MAX_VALUE)) <= 0;
  }
}
