package dev.jora.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One element of a list of numbers as llama-bench takes it: {@code 8}, {@code 1-4}, {@code 8-32+8},
 * {@code 8-64*2}.
 */
record IntRange(List<Integer> values) {
  /** More values than this are a slip of the pen. */
  private static final int MOST = 10_000;

  /** For picocli, which cuts the list at its commas first. */
  static final class Converter implements ITypeConverter<IntRange> {
    private static final Pattern FORM = Pattern.compile("(-?\\d+)(?:-(\\d+)(?:([+*])(\\d+))?)?");

    @Override
    public IntRange convert(String text) {
      Matcher m = FORM.matcher(text.strip());
      if (!m.matches()) {
        throw wrong(text, "is not N, A-B, A-B+STEP or A-B*FACTOR");
      }
      int first = number(text, m.group(1));
      if (m.group(2) == null) {
        return new IntRange(List.of(first));
      }
      int last = number(text, m.group(2));
      boolean times = "*".equals(m.group(3));
      int step = m.group(4) == null ? 1 : number(text, m.group(4));
      if (first > last || step < 1 || times && (step < 2 || first < 1)) {
        throw wrong(text, "never reaches its end");
      }
      List<Integer> values = new ArrayList<>();
      for (long value = first; value <= last; value = times ? value * step : value + step) {
        if (values.size() == MOST) {
          throw wrong(text, "has more than " + MOST + " values");
        }
        values.add((int) value);
      }
      return new IntRange(List.copyOf(values));
    }

    private static int number(String text, String digits) {
      try {
        return Integer.parseInt(digits);
      } catch (NumberFormatException e) {
        throw wrong(text, "is too large");
      }
    }

    private static TypeConversionException wrong(String text, String how) {
      return new TypeConversionException("'" + text + "' " + how);
    }
  }

  /** The numbers of a list one after the other, or {@code fallback} for an empty one. */
  static List<Integer> flat(List<IntRange> ranges, int fallback) {
    return ranges.isEmpty()
        ? List.of(fallback)
        : ranges.stream().flatMap(range -> range.values().stream()).toList();
  }
}
