package dev.jora.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.Utf8;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code KEY=TYPE:VALUE}: metadata of every type as a command line can write them. */
final class KeyValues {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private KeyValues() {}

  /**
   * One pair. Types are GGUF's, {@code u8} to {@code u64}, {@code i8} to {@code i64}, {@code f32},
   * {@code f64}, {@code bool}, {@code str}, and {@code arr[TYPE]} of a JSON array; by their long
   * names ({@code uint32}, {@code string}) too. {@code int} and {@code float}, which {@code
   * --override-kv} has, are the type that the key has, else {@code u32} or the next that holds the
   * value, and {@code f32}.
   *
   * @param before what the file has
   * @throws UserException if it is not of the form
   */
  static Map.Entry<String, GgufValue> parse(String text, Map<String, GgufValue> before) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals + 1);
    if (equals <= 0 || colon < 0) {
      throw wrong(text, "KEY=TYPE:VALUE expected, as general.name=str:Mine");
    }
    String type = text.substring(equals + 1, colon);
    String value = text.substring(colon + 1);
    try {
      boolean array = type.startsWith("arr[") && type.endsWith("]");
      String key = text.substring(0, equals);
      GgufType plain =
          array ? type(type.substring(4, type.length() - 1)) : type(type, value, before.get(key));
      if (plain == null) {
        throw wrong(
            text,
            "the type is int, float, bool, str, u8 to u64, i8 to i64, f32, f64 or arr[TYPE], not '"
                + type
                + "'");
      }
      return Map.entry(key, array ? array(plain, value) : one(plain, value));
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw wrong(text, "'" + value + "' is no value of type " + type);
    }
  }

  private static GgufType type(String label, String value, GgufValue before) {
    return switch (label) {
      case "int" ->
          before instanceof GgufValue.Int known ? known.type() : narrowest(new BigInteger(value));
      case "float" -> before instanceof GgufValue.F64 ? GgufType.FLOAT64 : GgufType.FLOAT32;
      default -> type(label);
    };
  }

  private static GgufType narrowest(BigInteger value) {
    if (value.signum() < 0) {
      return value.bitLength() < Integer.SIZE ? GgufType.INT32 : GgufType.INT64;
    }
    return value.bitLength() <= Integer.SIZE ? GgufType.UINT32 : GgufType.UINT64;
  }

  private static GgufType type(String label) {
    return Arrays.stream(GgufType.values())
        .filter(type -> type != GgufType.ARRAY)
        .filter(type -> type.label().equals(label) || type.name().equalsIgnoreCase(label))
        .findFirst()
        .orElse(null);
  }

  private static GgufValue one(GgufType type, String text) {
    return switch (type) {
      case FLOAT32 -> new GgufValue.F32(Float.parseFloat(text));
      case FLOAT64 -> new GgufValue.F64(Double.parseDouble(text));
      case BOOL -> new GgufValue.Bool(bool(text));
      case STRING -> new GgufValue.Str(text);
      default -> new GgufValue.Int(type, integer(type, text));
    };
  }

  private static GgufValue array(GgufType type, String text) throws JsonProcessingException {
    JsonNode array = JSON.readTree(text);
    if (array == null || !array.isArray()) {
      throw new IllegalArgumentException("no JSON array");
    }
    List<String> elements = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isValueNode()
          || element.isNull()
          || element.isTextual() != (type == GgufType.STRING)) {
        throw new IllegalArgumentException("no " + type.label());
      }
      elements.add(Utf8.wellFormed(element.asText()));
    }
    int n = elements.size();
    switch (type) {
      case STRING -> {
        return new GgufValue.Strs(elements);
      }
      case FLOAT32 -> {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          values[i] = Float.parseFloat(elements.get(i));
        }
        return new GgufValue.F32s(values);
      }
      case FLOAT64 -> {
        return new GgufValue.F64s(elements.stream().mapToDouble(Double::parseDouble).toArray());
      }
      case BOOL -> {
        boolean[] values = new boolean[n];
        for (int i = 0; i < n; i++) {
          values[i] = bool(elements.get(i));
        }
        return new GgufValue.Bools(values);
      }
      default -> {
        return new GgufValue.Ints(
            type, elements.stream().mapToLong(element -> integer(type, element)).toArray());
      }
    }
  }

  private static long integer(GgufType type, String text) {
    BigInteger value = new BigInteger(text);
    if (type == GgufType.UINT64) {
      if (value.signum() < 0 || value.bitLength() > 64) {
        throw new NumberFormatException(text);
      }
      return value.longValue();
    }
    if (value.bitLength() > 63) {
      throw new NumberFormatException(text);
    }
    return value.longValue();
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static UserException wrong(String text, String what) {
    return UserException.usage("--kv " + text + ": " + what);
  }
}
