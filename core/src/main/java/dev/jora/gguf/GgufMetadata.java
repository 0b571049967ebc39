package dev.jora.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-value pairs of a GGUF file in file order, with typed access. A getter without default
 * demands the key; every getter refuses a value of the wrong kind or out of range with a {@link
 * GgufException} that names file and key.
 */
public final class GgufMetadata {
  private final Path file;
  private final Map<String, GgufValue> values;

  /** Values of {@code file}; the order of the map is the order in the file. */
  public GgufMetadata(Path file, Map<String, GgufValue> values) {
    this.file = file;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The file, for messages. */
  public Path file() {
    return file;
  }

  /** All pairs in file order. */
  public Map<String, GgufValue> values() {
    return values;
  }

  /** True if the key is there. */
  public boolean contains(String key) {
    return values.containsKey(key);
  }

  /** The value of a key, if it is there. */
  public Optional<GgufValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** A string. */
  public String string(String key) {
    if (require(key, "a string") instanceof GgufValue.Str(String value)) {
      return value;
    }
    throw wrongKind(key, "a string");
  }

  /** A string, or {@code fallback} where the key is absent. */
  public String string(String key, String fallback) {
    return contains(key) ? string(key) : fallback;
  }

  /**
   * A string that says something of the model and changes nothing in it: empty where the key is
   * absent or something else, which is no reason to refuse the model.
   */
  public String description(String key) {
    return values().get(key) instanceof GgufValue.Str(String value) ? value : "";
  }

  /** What the types of the tensors came from, if that is known. */
  public Optional<FileType> fileType() {
    return values().get("general.file_type") instanceof GgufValue.Int i
        ? FileType.byId(Math.clamp(i.value(), -1, Integer.MAX_VALUE))
        : Optional.empty();
  }

  /** An integer of any width within int. */
  public int integer(String key) {
    if (require(key, "an integer") instanceof GgufValue.Int i) {
      return toInt(key, i.type(), i.value());
    }
    throw wrongKind(key, "an integer");
  }

  /** An integer, or {@code fallback} where the key is absent. */
  public int integer(String key, int fallback) {
    return contains(key) ? integer(key) : fallback;
  }

  /**
   * An integer from {@code min} to {@code max}.
   *
   * @throws GgufException also if it is out of this range
   */
  public int integerIn(String key, int min, int max) {
    int value = integer(key);
    if (value < min || value > max) {
      throw fault(key, min + " to " + max, Integer.toString(value));
    }
    return value;
  }

  /** A float of either width, or an integer. */
  public float floating(String key) {
    return switch (require(key, "a number")) {
      case GgufValue.F32(float value) -> value;
      case GgufValue.F64(double value) -> (float) value;
      case GgufValue.Int i -> i.value();
      default -> throw wrongKind(key, "a number");
    };
  }

  /** A float, or {@code fallback} where the key is absent. */
  public float floating(String key, float fallback) {
    return contains(key) ? floating(key) : fallback;
  }

  /** A bool. */
  public boolean bool(String key) {
    if (require(key, "a bool") instanceof GgufValue.Bool(boolean value)) {
      return value;
    }
    throw wrongKind(key, "a bool");
  }

  /** A bool, or {@code fallback} where the key is absent. */
  public boolean bool(String key, boolean fallback) {
    return contains(key) ? bool(key) : fallback;
  }

  /** An array of strings. */
  public ByteStrings strings(String key) {
    if (require(key, "an array of strings") instanceof GgufValue.Strs(List<String> list)) {
      return ByteStrings.of(list);
    }
    throw wrongKind(key, "an array of strings");
  }

  /** An array of floats. */
  public float[] floats(String key) {
    if (require(key, "an array of float32") instanceof GgufValue.F32s(float[] array)) {
      return array.clone();
    }
    throw wrongKind(key, "an array of float32");
  }

  /** An array of integers of any width within int. */
  public int[] integers(String key) {
    if (require(key, "an array of integers") instanceof GgufValue.Ints array) {
      int[] ints = new int[array.size()];
      for (int i = 0; i < ints.length; i++) {
        long value = array.values()[i];
        // A key is made up only for the fault: there may be as many elements as tokens.
        ints[i] =
            value == (int) value
                ? (int) value
                : toInt(key + "[" + i + "]", array.elementType(), value);
      }
      return ints;
    }
    throw wrongKind(key, "an array of integers");
  }

  /** An array of bools. */
  public boolean[] bools(String key) {
    if (require(key, "an array of bools") instanceof GgufValue.Bools(boolean[] array)) {
      return array.clone();
    }
    throw wrongKind(key, "an array of bools");
  }

  /** A fault in the value of {@code key}: what was expected and what was found. */
  public GgufException fault(String key, String expected, String found) {
    return new GgufException(file, -1, "key " + key, expected, found);
  }

  private GgufValue require(String key, String expected) {
    GgufValue value = values.get(key);
    if (value == null) {
      throw fault(key, expected, "no such key");
    }
    return value;
  }

  private GgufException wrongKind(String key, String expected) {
    GgufValue value = values.get(key);
    String found =
        value instanceof GgufValue.Arr array
            ? "an array of " + array.elementType()
            : value.type() + " " + abbreviate(value.toString());
    return fault(key, expected, found);
  }

  private int toInt(String key, GgufType type, long value) {
    if (value != (int) value || type == GgufType.UINT64 && value < 0) {
      throw fault(
          key, "an integer from -2^31 to 2^31 - 1", new GgufValue.Int(type, value).toString());
    }
    return (int) value;
  }

  private static String abbreviate(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
