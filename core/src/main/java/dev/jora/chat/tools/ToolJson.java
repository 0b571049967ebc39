package dev.jora.chat.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.util.Map;

/** JSON of tools and calls as maps, lists, strings, numbers, booleans and nulls. */
public final class ToolJson {
  private static final int DEEPEST = 200;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(1000)
                .build());
  }

  /** With a space behind commas and colons, as Python's json and most models write it. */
  private static final ObjectWriter WRITER = MAPPER.writer(new Spaced());

  private ToolJson() {}

  /**
   * Reads a JSON text.
   *
   * @throws ToolsException if it is none, with line and column
   */
  public static Object read(String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      throw new ToolsException(JsonReason.of(e), e);
    }
  }

  /** The JSON text of a value, in one line. */
  public static String write(Object value) {
    try {
      return Utf8.wellFormed(WRITER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A value as the reader of schemas takes it. */
  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** True if the text is a JSON object and nothing else. */
  static boolean isObject(String text) {
    try {
      return read(text) instanceof Map;
    } catch (ToolsException e) {
      return false;
    }
  }

  /** The text of a JSON value, or null if it is none. */
  static Object readOrNull(String text) {
    try {
      return read(text);
    } catch (ToolsException e) {
      return null;
    }
  }

  private static final class Spaced extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1L;

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator g) throws IOException {
      g.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator g) throws IOException {
      g.writeRaw(", ");
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator g) throws IOException {
      g.writeRaw(", ");
    }
  }
}
