package dev.jora.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers on command lines, refused in words that need no programmer. */
final class Numbers {
  private Numbers() {}

  /** Has a command and those below it read numbers so. */
  static void install(CommandLine command) {
    command.registerConverter(int.class, whole(Integer::valueOf));
    command.registerConverter(Integer.class, whole(Integer::valueOf));
    command.registerConverter(long.class, whole(Long::valueOf));
    command.registerConverter(Long.class, whole(Long::valueOf));
    command.registerConverter(float.class, decimal(Float::valueOf));
    command.registerConverter(Float.class, decimal(Float::valueOf));
    command.registerConverter(double.class, decimal(Double::valueOf));
    command.registerConverter(Double.class, decimal(Double::valueOf));
  }

  private static <T> ITypeConverter<T> whole(Function<String, T> parse) {
    return text -> {
      boolean digits = text.matches("[-+]?\\d+");
      return converted(text, parse, digits ? "is too large a number" : "is no whole number");
    };
  }

  private static <T> ITypeConverter<T> decimal(Function<String, T> parse) {
    return text -> converted(text, parse, "is no number");
  }

  private static <T> T converted(String text, Function<String, T> parse, String complaint) {
    try {
      return parse.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' " + complaint);
    }
  }
}
