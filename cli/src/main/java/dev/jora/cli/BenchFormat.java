package dev.jora.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.jora.cli.BenchField.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms that results are written in; each is text before, for, and after the results. */
enum BenchFormat {
  MD(Markdown::new),
  CSV((columns, out) -> new Csv(out)),
  JSON((columns, out) -> new JsonArray(out)),
  JSONL((columns, out) -> new JsonLines(out)),
  SQL((columns, out) -> new Sql(out)),
  NONE((columns, out) -> new Nothing());

  private final BiFunction<List<BenchField>, Consumer<String>, Writer> writers;

  BenchFormat(BiFunction<List<BenchField>, Consumer<String>, Writer> writers) {
    this.writers = writers;
  }

  /**
   * A writer that hands every piece of text to {@code out} as soon as it is known.
   *
   * @param columns what a table shows besides the model, the threads and the speed
   */
  Writer writer(List<BenchField> columns, Consumer<String> out) {
    return writers.apply(columns, out);
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

  /** Writes one run. */
  sealed interface Writer {
    /** What comes before the first result. */
    void begin();

    /** A result. */
    void result(BenchResult result);

    /** What comes after the last result. */
    void end();
  }

  private record Nothing() implements Writer {
    @Override
    public void begin() {}

    @Override
    public void result(BenchResult result) {}

    @Override
    public void end() {}
  }

  // ---- a table -----------------------------------------------------------------------------

  /**
   * A column of the table.
   *
   * @param width characters; below 0: text, to the left
   */
  private record Column(String title, int width, Function<BenchResult, String> value) {
    String padded(String text) {
      String space = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
      return width < 0 ? text + space : space + text;
    }

    String rule() {
      return "-".repeat(Math.abs(width) - 1) + (width < 0 ? "-" : ":");
    }
  }

  private static final class Markdown implements Writer {
    private final Consumer<String> out;
    private final List<Column> columns = new ArrayList<>();
    private String build = "";

    Markdown(List<BenchField> more, Consumer<String> out) {
      this.out = out;
      columns.add(new Column("model", -30, r -> r.model().type()));
      columns.add(new Column("size", 10, r -> size(r.model().bytes())));
      columns.add(new Column("params", 10, r -> count(r.model().parameters())));
      columns.add(new Column("backend", -10, r -> BenchField.named("backends").of(r)));
      columns.add(new Column("threads", 7, r -> "" + r.settings().threads()));
      for (BenchField field : more) {
        int width = Math.max(6, field.name().length());
        columns.add(
            new Column(field.name(), field.kind() == Kind.TEXT ? -width : width, field::of));
      }
      columns.add(new Column("test", 15, r -> r.settings().test()));
      columns.add(new Column("t/s", 20, Markdown::speed));
    }

    @Override
    public void begin() {
      out.accept(row(column -> column.padded(column.title)) + "\n" + row(Column::rule) + "\n");
    }

    @Override
    public void result(BenchResult result) {
      build = result.machine().build();
      out.accept(row(column -> column.padded(column.value.apply(result))) + "\n");
    }

    @Override
    public void end() {
      if (!build.isEmpty()) {
        out.accept("\nbuild: " + build + " (0)\n");
      }
    }

    private String row(Function<Column, String> cell) {
      return columns.stream().map(cell).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String speed(BenchResult r) {
      List<Double> speeds = r.speeds();
      return String.format(
          Locale.ROOT, "%.2f ± %.2f", BenchResult.mean(speeds), BenchResult.deviation(speeds));
    }

    private static String size(long bytes) {
      boolean small = bytes < 1L << 30;
      return String.format(
          Locale.ROOT, small ? "%.2f MiB" : "%.2f GiB", bytes / (small ? 0x1p20 : 0x1p30));
    }

    private static String count(long n) {
      boolean small = n < 1_000_000_000;
      return String.format(Locale.ROOT, small ? "%.2f M" : "%.2f B", n / (small ? 1e6 : 1e9));
    }
  }

  // ---- values with commas --------------------------------------------------------------------

  private record Csv(Consumer<String> out) implements Writer {
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

  private static final class JsonArray implements Writer {
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

  private record JsonLines(Consumer<String> out) implements Writer {
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

  private record Sql(Consumer<String> out) implements Writer {
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
