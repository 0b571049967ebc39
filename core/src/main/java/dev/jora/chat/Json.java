package dev.jora.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a JSON text that knows where it stands, so that what is wrong with it can be told.
 * Strings are well-formed: a surrogate without its other half, which no prompt can hold, becomes
 * U+FFFD.
 *
 * @param file how messages call the text
 * @param path keys and places down to the value, such as {@code messages[2].role}; the text as a
 *     whole has an empty one
 * @param line from 1
 * @param column from 1
 * @param value null, Boolean, Number, String, or lists and maps of {@link Json}
 */
record Json(String file, String path, int line, int column, Object value) {
  private static final int DEEPEST = 200;
  private static final int MOST_VALUES = 1 << 20;
  private static final int LONGEST_SHOWN = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE) // whoever reads the file bounds it
                  .build())
          .build();

  private static final ObjectWriter WRITER =
      new ObjectMapper()
          .writer(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  /**
   * Reads a text.
   *
   * @param file how messages call it
   * @throws ChatException with line and column if it is not JSON
   */
  static Json read(String file, byte[] utf8) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ChatException(file + " is not JSON: expected UTF-8 text, found other bytes", e);
    }
    try (JsonParser parser =
        FACTORY.createParser(text.startsWith("\uFEFF") ? text.substring(1) : text)) {
      if (parser.nextToken() == null) {
        throw new ChatException(file + " is empty: expected JSON");
      }
      Json json = new Reader(file, parser).value("");
      if (parser.nextToken() != null) {
        throw json.at(parser.currentTokenLocation()).fault("nothing behind the end");
      }
      return json;
    } catch (StreamConstraintsException e) {
      throw new ChatException(file + ": " + JsonReason.why(e), e);
    } catch (JsonProcessingException e) {
      throw new ChatException(file + ", " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw new ChatException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** The text of plain maps, lists, strings, numbers, booleans and nulls, indented for reading. */
  static String write(Object value) {
    try {
      return Utf8.wellFormed(WRITER.writeValueAsString(value)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Json at(JsonLocation location) {
    return new Json(file, path, location.getLineNr(), location.getColumnNr(), value);
  }

  /** What is wrong with the value. */
  ChatException fault(String expected) {
    String key = path.isEmpty() ? "" : "'" + path + "': ";
    return new ChatException(
        file
            + ", line "
            + line
            + ", column "
            + column
            + ": "
            + key
            + "expected "
            + expected
            + ", found "
            + found());
  }

  String found() {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> m -> "an object";
      case List<?> l -> "an array";
      case String s -> "\"" + clean(s) + "\"";
      default -> clean(value.toString());
    };
  }

  /** As a message can hold it: not long, and nothing that a terminal would obey. */
  private static String clean(String text) {
    String begin = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    return Utf8.wellFormed(begin).replaceAll("\\p{Cntrl}", " ");
  }

  boolean isNull() {
    return value == null;
  }

  boolean isObject() {
    return value instanceof Map;
  }

  boolean isArray() {
    return value instanceof List;
  }

  boolean isString() {
    return value instanceof String;
  }

  /** The entries of an object, in their order. */
  @SuppressWarnings("unchecked") // the reader puts nothing else there
  Map<String, Json> object(String expected) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Json>) map;
    }
    throw fault(expected);
  }

  /** The elements of an array. */
  @SuppressWarnings("unchecked")
  List<Json> array(String expected) {
    if (value instanceof List<?> list) {
      return (List<Json>) list;
    }
    throw fault(expected);
  }

  String string(String expected) {
    if (value instanceof String s) {
      return s;
    }
    throw fault(expected);
  }

  Number number(String expected) {
    if (value instanceof Number n) {
      return n;
    }
    throw fault(expected);
  }

  /** The value without places: as {@link dev.jora.template.Value#of(Object, boolean)} takes it. */
  Object plain() {
    return switch (value) {
      case Map<?, ?> m -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        object("").forEach((key, each) -> plain.put(key, each.plain()));
        yield plain;
      }
      case List<?> l -> {
        List<Object> plain = new ArrayList<>();
        array("").forEach(each -> plain.add(each.plain()));
        yield plain;
      }
      case null, default -> value;
    };
  }

  /** Makes values of tokens. */
  private static final class Reader {
    private final String file;
    private final JsonParser parser;
    private int values;

    Reader(String file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    /** The value that begins with the current token. */
    Json value(String path) throws IOException {
      JsonLocation at = parser.currentTokenLocation();
      if (++values > MOST_VALUES) {
        throw new ChatException(file + " has more than " + MOST_VALUES + " values");
      }
      Object value =
          switch (parser.currentToken()) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> Utf8.wellFormed(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
          };
      return new Json(file, path, at.getLineNr(), at.getColumnNr(), value);
    }

    private Map<String, Json> object(String path) throws IOException {
      Map<String, Json> object = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = Utf8.wellFormed(parser.currentName());
        parser.nextToken();
        object.put(key, value(below(path, path.isEmpty() ? key : "." + key)));
      }
      return object;
    }

    private static String below(String path, String part) {
      return path.endsWith("…") ? path : clean(path + part);
    }

    private List<Json> array(String path) throws IOException {
      List<Json> array = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(below(path, "[" + array.size() + "]")));
      }
      return array;
    }
  }
}
