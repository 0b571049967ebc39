package dev.jora.quantize.recipe;

import dev.jora.fault.Parameter;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code --tensor-type REGEX=TYPE}: a type for all tensors in whose name the pattern is found.
 *
 * @param text as the user wrote it
 */
public record TypeOverride(String text, Pattern pattern, GgmlType type) {
  static final Parameter PARAMETER = new Parameter("tensor_type");

  /** Reads {@code REGEX=TYPE}; a message speaks of the parameter {@code tensor_type}. */
  public static TypeOverride parse(String text) {
    return parse(PARAMETER.name(), text);
  }

  /**
   * Reads {@code REGEX=TYPE}; the pattern is made lower case, as names of tensors are. The last
   * equals sign separates, so that the pattern may hold others.
   *
   * @param where what the text belongs to, for the message
   * @throws IllegalArgumentException if it is none
   */
  public static TypeOverride parse(String where, String text) {
    int equals = text.lastIndexOf('=');
    if (equals <= 0 || equals == text.length() - 1) {
      throw new IllegalArgumentException(
          where + ": '" + text + "' is not REGEX=TYPE, as attn_v=Q8_0");
    }
    String regex = text.substring(0, equals).toLowerCase(Locale.ROOT);
    GgmlType type = TargetTypes.parse(where, text.substring(equals + 1));
    try {
      return new TypeOverride(text, Pattern.compile(regex), type);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          where + ": '" + regex + "' is not a regular expression: " + e.getDescription(), e);
    }
  }

  /**
   * Reads a file of overrides, white space between them.
   *
   * @throws IllegalArgumentException if one is wrong; the message names the file
   */
  public static List<TypeOverride> parseFile(Path file) throws IOException {
    return Arrays.stream(Files.readString(file).split("\\s+"))
        .filter(text -> !text.isEmpty())
        .map(text -> parse(file.toString(), text))
        .toList();
  }

  /** True if the pattern is found anywhere in the name. */
  boolean fits(String tensor) {
    return pattern.matcher(tensor).find();
  }
}
