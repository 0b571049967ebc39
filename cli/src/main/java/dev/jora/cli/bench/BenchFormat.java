package dev.jora.cli.bench;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.jora.cli.bench.BenchField.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms that results are written in; each is text before, for, and after the results. */
enum BenchFormat {
  MD(BenchMarkdown::new),
  CSV((table, out) -> new Csv(out)),
  JSON((table, out) -> new JsonArray(out)),
  JSONL((table, out) -> new JsonLines(out)),
  SQL((table, out) -> new Sql(out)),
  NONE((table, out) -> new Nothing());

  private final BiFunction<BenchTable, Consumer<String>, BenchWriter> writers;

  BenchFormat(BiFunction<BenchTable, Consumer<String>, BenchWriter> writers) {
    this.writers = writers;
  }

  /**
   * A writer that hands every piece of text to {@code out} as soon as it is known.
   *
   * @param table what the format that is one has to know
   */
  BenchWriter writer(BenchTable table, Consumer<String> out) {
    return writers.apply(table, out);
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<BenchFormat> {
    @Override
    public BenchFormat convert(String name) {
      for (BenchFormat format : values()) {
        if (format.name().equalsIgnoreCase(name)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + name + "' is not md, csv, json, jsonl or sql");
    }
  }

  private record Nothing() implements BenchWriter {
    @Override
    public void begin() {}

    @Override
    public void result(BenchResult result) {}

    @Override
    public void end() {}
  }

  // ---- values with commas --------------------------------------------------------------------

  private record Csv(Consumer<String> out) implements BenchWriter {
    @Override
    public void begin() {
      out.accept(
          BenchField.ALL.stream().map(BenchField::name).collect(Collectors.joining(",")) + "\n");
    }

    @Override
    public void result(BenchResult result) {
      out.accept(
          BenchField.ALL.stream()
                  .map(field -> "\"" + field.of(result).replace("\"", "\"\"") + "\"")
                  .collect(Collectors.joining(","))
              + "\n");
    }

    @Override
    public void end() {}
  }

  // ---- JSON --------------------------------------------------------------------------------

  /** Names and values of a result: llama-bench's, then what is jora's own. */
  private static List<String> members(BenchResult result) {
    List<String> members = new ArrayList<>();
    for (BenchField field : BenchField.ALL) {
      members.add(member(field.name(), json(field.kind(), field.of(result))));
    }
    members.add(
        member("samples_ns", array(result.nanos().stream().map(ns -> Long.toString(ns)).toList())));
    members.add(
        member(
            "samples_ts",
            array(
                result.speeds().stream()
                    .map(speed -> String.format(Locale.ROOT, "%.3f", speed))
                    .toList())));
    members.add(member("kernels", json(Kind.TEXT, result.machine().kernels())));
    members.add(member("kernels_reason", json(Kind.TEXT, result.machine().reason())));
    return members;
  }

  private static String member(String name, String value) {
    return "\"" + name + "\": " + value;
  }

  private static String array(List<String> values) {
    return "[ " + String.join(", ", values) + " ]";
  }

  private static String json(Kind kind, String value) {
    return switch (kind) {
      case TEXT -> "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + "\"";
      case BOOL -> value.equals("0") ? "false" : "true";
      case INT, REAL -> value;
    };
  }

  private static final class JsonArray implements BenchWriter {
    private final Consumer<String> out;
    private boolean first = true;

    JsonArray(Consumer<String> out) {
      this.out = out;
    }

    @Override
    public void begin() {
      out.accept("[\n");
    }

    @Override
    public void result(BenchResult result) {
      out.accept(
          members(result).stream()
              .collect(Collectors.joining(",\n    ", (first ? "" : ",\n") + "  {\n    ", "\n  }")));
      first = false;
    }

    @Override
    public void end() {
      out.accept("\n]\n");
    }
  }

  private record JsonLines(Consumer<String> out) implements BenchWriter {
    @Override
    public void begin() {}

    @Override
    public void result(BenchResult result) {
      out.accept("{" + String.join(", ", members(result)) + "}\n");
    }

    @Override
    public void end() {}
  }

  // ---- SQL ---------------------------------------------------------------------------------

  private record Sql(Consumer<String> out) implements BenchWriter {
    @Override
    public void begin() {
      out.accept(
          BenchField.ALL.stream()
                  .map(field -> "  " + field.name() + " " + field.kind().sql)
                  .collect(
                      Collectors.joining(
                          ",\n", "CREATE TABLE IF NOT EXISTS llama_bench (\n", "\n);\n"))
              + "\n");
    }

    @Override
    public void result(BenchResult result) {
      String names =
          BenchField.ALL.stream().map(BenchField::name).collect(Collectors.joining(", "));
      String values =
          BenchField.ALL.stream()
              .map(field -> "'" + field.of(result).replace("'", "''") + "'")
              .collect(Collectors.joining(", "));
      out.accept("INSERT INTO llama_bench (" + names + ") VALUES (" + values + ");\n");
    }

    @Override
    public void end() {}
  }
}
