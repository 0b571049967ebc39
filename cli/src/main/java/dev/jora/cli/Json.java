package dev.jora.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.gguf.Utf8;

/** JSON on stdout. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** One line. */
  static void print(Output out, JsonNode value) {
    try {
      out.println(wellFormed(MAPPER.writeValueAsString(value))).flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Strings of a file need not be UTF-8, but JSON must: stray bytes become U+FFFD. */
  private static String wellFormed(String json) {
    return Text.wellFormed(Utf8.encode(json));
  }

  /** Indented, for reading. */
  static void printPretty(Output out, JsonNode value) {
    try {
      String json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
      out.println(wellFormed(json)).flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
