package dev.jora.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON on stdout. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** One line. */
  static void print(Output out, JsonNode value) {
    try {
      out.println(MAPPER.writeValueAsString(value)).flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Indented, for reading. */
  static void printPretty(Output out, JsonNode value) {
    try {
      out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value)).flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
