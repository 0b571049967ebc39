package dev.jora.cli.common;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether what is shown on a terminal has colours. */
public final class ColorOptions {
  private static final List<String> YES =
      List.of("on", "auto", "true", "1", "-1", "yes", "enabled");
  private static final List<String> NO = List.of("off", "false", "0", "no", "disabled");

  /** Null: what is usual for the command. */
  @Option(
      names = {"-co", "--color"},
      paramLabel = "on|off|auto",
      arity = "1",
      converter = Converter.class,
      description =
          "Colours, on a terminal and unless NO_COLOR is set (default: chat has them, run shows its"
              + " prompt without).")
  Boolean color;

  @Option(names = "--no-color", hidden = true, description = "--color off")
  void none(boolean none) {
    color = none ? Boolean.FALSE : color;
  }

  /** True if there are colours on a terminal. */
  public boolean wanted(boolean usual) {
    return (color == null ? usual : color) && System.getenv("NO_COLOR") == null;
  }

  /** A switch's words. */
  static final class Converter implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String text) {
      String word = text.toLowerCase(Locale.ROOT);
      if (!YES.contains(word) && !NO.contains(word)) {
        throw new TypeConversionException("'" + text + "' is not on, off or auto");
      }
      return YES.contains(word);
    }
  }
}
