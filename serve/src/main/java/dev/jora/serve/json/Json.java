package dev.jora.serve.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.fault.JsonReason;
import dev.jora.serve.http.HttpFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads bodies of requests and writes those of answers. */
public final class Json {
  /** The media type of answers. */
  public static final String TYPE = "application/json; charset=utf-8";

  private static final int DEPTH = 64;
  private static final int NUMBER = 100;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNumberLength(NUMBER)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /**
   * The object of a body.
   *
   * @throws HttpFault if it is none
   */
  public static Fields object(byte[] body) {
    JsonNode node = read(body);
    if (!node.isObject()) {
      throw HttpFault.invalid("the body must be a JSON object, found %s", Fields.kind(node));
    }
    return new Fields((ObjectNode) node);
  }

  /** Likewise, an empty body for an object without fields. */
  public static Fields objectOrNothing(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1).isBlank()
        ? new Fields(MAPPER.createObjectNode())
        : object(body);
  }

  private static JsonNode read(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node.isMissingNode()) {
        throw HttpFault.invalid("the body is empty, expected a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new HttpFault(HttpFault.Kind.INVALID, "the body is not JSON: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw new HttpFault(HttpFault.Kind.INVALID, "the body is not JSON", e);
    }
  }

  /** The node of a value. */
  public static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Maps, lists and values of a node. */
  public static Object plain(JsonNode node) {
    return MAPPER.convertValue(node, Object.class);
  }

  /** The map of an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(ObjectNode node) {
    return (Map<String, Object>) plain(node);
  }

  /** An object that is empty. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The text of a value, without spaces. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // maps, lists and values can be written
    }
  }
}
