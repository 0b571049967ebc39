package dev.jora.cli.common;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON on stdout, and in options. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

  private Json() {}

  /** One line. */
  public static void print(Output out, JsonNode value) {
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
  public static void printPretty(Output out, JsonNode value) {
    try {
      String json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
      out.println(wellFormed(json)).flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The object that an option holds.
   *
   * @param option its name, for messages
   */
  public static Map<String, Object> object(String option, String text) {
    try {
      if (value(MAPPER.createParser(text)) instanceof Map<?, ?> map) {
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> object.put((String) key, value));
        return object;
      }
    } catch (JsonProcessingException e) {
      throw UserException.usage(option + " is no JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new IllegalStateException(e); // a string is always there
    }
    throw UserException.usage(option + " must be a JSON object");
  }

  /** The value that a file holds. */
  public static Object read(String file, byte[] bytes) {
    try {
      return value(MAPPER.createParser(bytes));
    } catch (JsonProcessingException e) {
      throw new UserException(file + " is no JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new UserException(file + " is no JSON: " + IoReason.of(e), e);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    try (parser) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "it is empty");
      }
      Object value = MAPPER.readValue(parser, Object.class);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "there is more behind its end");
      }
      return wellFormed(value);
    }
  }

  /** No string with half a surrogate pair, which escapes can make and no prompt can hold. */
  private static Object wellFormed(Object json) {
    return switch (json) {
      case String s -> Utf8.wellFormed(s);
      case List<?> list -> {
        List<Object> copy = new ArrayList<>(list.size());
        list.forEach(each -> copy.add(wellFormed(each)));
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(wellFormed(key), wellFormed(value)));
        yield copy;
      }
      case null, default -> json;
    };
  }

  private static String reason(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : " (line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr()
                + ")";
    return JsonReason.why(e) + place;
  }
}
