package dev.jora.cli.quantize;

import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --override-kv KEY=TYPE:VALUE}: metadata as the command line sets them. */
final class MetadataOverrides {
  private static final int LONGEST_TEXT = 127;

  private MetadataOverrides() {}

  /**
   * Reads all of them; of two with one key the later counts.
   *
   * @throws UserException if one is not of the form
   */
  static Map<String, GgufValue> parse(List<String> texts) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      int colon = text.indexOf(':', equals + 1);
      if (equals <= 0 || colon < 0) {
        throw wrong(text, "KEY=TYPE:VALUE, as llama.context_length=int:4096, expected");
      }
      String key = text.substring(0, equals);
      values.remove(key);
      values.put(key, value(text, text.substring(equals + 1, colon), text.substring(colon + 1)));
    }
    return values;
  }

  /** Integers are unsigned 32-bit ones, as llama.cpp writes them. */
  private static GgufValue value(String text, String type, String value) {
    try {
      return switch (type) {
        case "int" -> new GgufValue.Int(GgufType.UINT32, Long.parseLong(value));
        case "float" -> new GgufValue.F32(Float.parseFloat(value));
        case "bool" -> new GgufValue.Bool(bool(text, value));
        case "str" -> new GgufValue.Str(shortText(text, value));
        default -> throw wrong(text, "the type is int, float, bool or str, not '" + type + "'");
      };
    } catch (IllegalArgumentException e) {
      throw wrong(text, "'" + value + "' is no value of type " + type);
    }
  }

  private static boolean bool(String text, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(text, "true or false expected, not '" + value + "'");
    };
  }

  private static String shortText(String text, String value) {
    if (value.length() > LONGEST_TEXT) {
      throw wrong(text, "a text of at most " + LONGEST_TEXT + " characters expected");
    }
    return value;
  }

  private static UserException wrong(String text, String what) {
    return UserException.usage("--override-kv " + text + ": " + what);
  }
}
