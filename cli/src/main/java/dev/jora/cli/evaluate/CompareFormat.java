package dev.jora.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.Figures;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms of the table of {@code --compare}; all but JSON have a row as soon as it is known. */
enum CompareFormat {
  TABLE((head, out) -> new Plain(head, out)),
  MD((head, out) -> new Markdown(out)),
  CSV((head, out) -> new Csv(out)),
  JSON(JsonObject::new);

  private final BiFunction<Head, Output, Writer> writers;

  CompareFormat(BiFunction<Head, Output, Writer> writers) {
    this.writers = writers;
  }

  /** A writer of one table. */
  Writer writer(Head head, Output out) {
    return writers.apply(head, out);
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<CompareFormat> {
    @Override
    public CompareFormat convert(String name) {
      for (CompareFormat format : values()) {
        if (format.name().equalsIgnoreCase(name)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + name + "' is not table, md, csv or json");
    }
  }

  /**
   * What holds for all rows.
   *
   * @param files all of them, the base first
   * @param chunkSize tokens of a chunk
   * @param tokens that are scored
   * @param json the object that a JSON table goes into
   */
  record Head(List<ComparedFile> files, int chunks, int chunkSize, int tokens, ObjectNode json) {}

  /** Writes one table. */
  sealed interface Writer {
    /** What comes before the first row. */
    void begin();

    /** A row. */
    void row(ComparedModel model);

    /** What comes after the last row. */
    void end();
  }

  /**
   * A column.
   *
   * @param width characters; below 0: text, to the left
   */
  private record Column(String title, int width, Function<ComparedModel, String> value) {
    String padded(String text) {
      String space = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
      return width < 0 ? text + space : space + text;
    }

    String rule() {
      return "-".repeat(Math.abs(width) - 1) + (width < 0 ? "-" : ":");
    }
  }

  /** A figure, or a dash where there is none. */
  private static String figure(String format, double value) {
    return Double.isNaN(value) ? "-" : Figures.rounded(format, value);
  }

  /** A figure with its bound, or a dash where there is no figure. */
  private static String bounded(String format, String boundFormat, double value, double bound) {
    return Double.isNaN(value) ? "-" : Figures.bounded(format, boundFormat, value, bound);
  }

  // ---- for the eye ---------------------------------------------------------------------------

  /** 60 columns; a file's name stands on a line of its own where its type is not enough. */
  private record Plain(Head head, Output out) implements Writer {
    private static final List<Column> COLUMNS =
        List.of(
            new Column("type", -7, m -> m.file().type()),
            number("MiB", 6, 1, m -> m.file().bytes() / 0x1p20),
            number("bpw", 5, 2, m -> m.file().bitsPerWeight()),
            number("PPL", 7, 3, m -> m.perplexity().value()),
            number("±", 5, 3, m -> m.perplexity().error()),
            number("KLD", 7, 5, m -> m.mean().value()),
            number("99%", 6, 4, ComparedModel::most),
            number("top%", 4, 1, m -> 100 * m.sameTop().value()),
            number("t/s", 5, 0, ComparedModel::speed));

    @Override
    public void begin() {
      out.printf(
          "%d chunks of %d tokens, %d of them scored, against\n%s\n\n",
          head.chunks, head.chunkSize, head.tokens, head.files.getFirst().path());
      out.println(line(column -> column.padded(column.title))).flush();
    }

    @Override
    public void row(ComparedModel model) {
      long types = head.files.stream().map(ComparedFile::type).distinct().count();
      if (types < head.files.size()) {
        out.println(Text.plain(model.file().name()));
      }
      out.println(line(column -> column.padded(column.value.apply(model)))).flush();
    }

    @Override
    public void end() {}

    /** With as many digits after the point as there is room for, {@code most} at most. */
    private static Column number(
        String title, int width, int most, ToDoubleFunction<ComparedModel> value) {
      return new Column(
          title,
          width,
          model ->
              IntStream.iterate(most, digits -> digits - 1)
                  .limit(most + 1)
                  .mapToObj(digits -> figure("%." + digits + "f", value.applyAsDouble(model)))
                  .reduce((longer, text) -> longer.length() <= width ? longer : text)
                  .orElseThrow());
    }

    private static String line(Function<Column, String> cell) {
      return COLUMNS.stream().map(cell).collect(Collectors.joining(" "));
    }
  }

  // ---- Markdown ------------------------------------------------------------------------------

  private record Markdown(Output out) implements Writer {
    private static final List<Column> COLUMNS =
        List.of(
            new Column("file", -24, m -> Text.plain(m.file().name()).replace("|", "\\|")),
            new Column("type", -7, m -> m.file().type()),
            new Column("size", 11, m -> Units.bytes(m.file().bytes())),
            new Column("bpw", 7, m -> figure("%.4f", m.file().bitsPerWeight())),
            new Column(
                "PPL",
                18,
                m -> bounded("%.4f", " ± %.4f", m.perplexity().value(), m.perplexity().error())),
            new Column(
                "mean KLD",
                21,
                m -> bounded("%.6f", " ± %.6f", m.mean().value(), m.mean().error())),
            new Column("99 % KLD", 9, m -> figure("%.6f", m.most())),
            new Column(
                "same top, %",
                14,
                m ->
                    bounded(
                        "%.3f", " ± %.3f", 100 * m.sameTop().value(), 100 * m.sameTop().error())),
            new Column("t/s", 7, m -> figure("%.1f", m.speed())));

    @Override
    public void begin() {
      out.println(row(column -> column.padded(column.title))).println(row(Column::rule)).flush();
    }

    @Override
    public void row(ComparedModel model) {
      out.println(row(column -> column.padded(column.value.apply(model)))).flush();
    }

    @Override
    public void end() {}

    private static String row(Function<Column, String> cell) {
      return COLUMNS.stream().map(cell).collect(Collectors.joining(" | ", "| ", " |"));
    }
  }

  // ---- values with commas, and JSON ------------------------------------------------------------

  /** A value by its name: a text, a whole number, or a figure, which may be NaN. */
  private record Field(String name, Function<ComparedModel, Object> value) {
    static final List<Field> ALL =
        List.of(
            new Field("file", m -> m.file().path().toString()),
            new Field("type", m -> m.file().type()),
            new Field("bytes", m -> m.file().bytes()),
            new Field("bits_per_weight", m -> m.file().bitsPerWeight()),
            new Field("ppl", m -> m.perplexity().value()),
            new Field("ppl_error", m -> m.perplexity().error()),
            new Field("kld", m -> m.mean().value()),
            new Field("kld_error", m -> m.mean().error()),
            new Field("kld_99", ComparedModel::most),
            new Field("same_top_p", m -> m.sameTop().value()),
            new Field("same_top_p_error", m -> m.sameTop().error()),
            new Field("tokens_per_second", ComparedModel::speed));

    /** Between quotes; nothing where there is no figure. */
    String quoted(ComparedModel model) {
      Object of = value.apply(model);
      String text = of.equals(Double.NaN) ? "" : of.toString();
      return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    void put(ComparedModel model, ObjectNode node) {
      switch (value.apply(model)) {
        case Double figure -> EvaluationJson.put(node, name, figure);
        case Long number -> node.put(name, number);
        case Object text -> node.put(name, text.toString());
      }
    }
  }

  private record Csv(Output out) implements Writer {
    @Override
    public void begin() {
      out.println(Field.ALL.stream().map(Field::name).collect(Collectors.joining(","))).flush();
    }

    @Override
    public void row(ComparedModel model) {
      out.println(
              Field.ALL.stream().map(field -> field.quoted(model)).collect(Collectors.joining(",")))
          .flush();
    }

    @Override
    public void end() {}
  }

  private record JsonObject(Head head, Output out) implements Writer {
    @Override
    public void begin() {
      head.json.put("n_ctx", head.chunkSize).put("chunks", head.chunks);
      head.json.put("tokens", head.tokens).putArray("models");
    }

    @Override
    public void row(ComparedModel model) {
      ObjectNode node = head.json.withArray("models").addObject();
      Field.ALL.forEach(field -> field.put(model, node));
    }

    @Override
    public void end() {
      Json.print(out, head.json);
    }
  }
}
