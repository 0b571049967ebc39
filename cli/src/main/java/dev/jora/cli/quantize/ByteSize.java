package dev.jora.cli.quantize;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes, as {@code 4.5GiB}, {@code 800MB} or {@code 12345}. */
record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]i?B|B)?");
  private static final String PREFIXES = "KMGT";

  /** For picocli. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      Matcher matcher = FORM.matcher(text.strip().replace("b", "B"));
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no size: a number with B, KB, MB, GB or KiB, MiB, GiB expected");
      }
      String unit = matcher.group(2) == null ? "B" : matcher.group(2);
      int power = PREFIXES.indexOf(unit.toUpperCase(Locale.ROOT).charAt(0)) + 1;
      double factor = Math.pow(unit.contains("i") ? 1024 : 1000, power);
      return new ByteSize(Math.round(Double.parseDouble(matcher.group(1)) * factor));
    }
  }
}
