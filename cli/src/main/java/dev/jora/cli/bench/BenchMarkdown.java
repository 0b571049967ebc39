package dev.jora.cli.bench;

import dev.jora.cli.bench.BenchField.Kind;
import dev.jora.cli.common.Text;
import dev.jora.cli.terminal.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * llama-bench's table. On a terminal that is too narrow for it, cells are no wider than need be,
 * the model's name is shortened, and columns that have no room are told above the rows that they
 * are true of, first those that say the same of every row.
 */
final class BenchMarkdown implements BenchWriter {
  /** Columns of the model's name, and what it is shortened to before others are told above. */
  private static final int USUAL_NAME = 30;

  private static final int FAIR_NAME = 20;
  private static final int LEAST_NAME = 10;

  /** Columns of speeds up to 9999.99 ± 999.99. */
  private static final int USUAL_SPEED = 16;

  /**
   * A column of the table.
   *
   * @param width characters; below 0: text, to the left
   */
  private record Column(String title, int width, Function<BenchResult, String> value) {
    Column wide(int columns) {
      return new Column(title, width < 0 ? -columns : columns, value);
    }

    String rule() {
      return "-".repeat(Math.abs(width) - 1) + (width < 0 ? "-" : ":");
    }
  }

  private final BenchTable table;
  private final Consumer<String> out;
  private Column name = new Column("model", -USUAL_NAME, r -> r.model().type());
  private final Column size = new Column("size", 10, r -> size(r.model().bytes()));
  private final Column params = new Column("params", 10, r -> count(r.model().parameters()));

  /** How it is computed: the backend, the threads, and what is not the default. */
  private final List<Column> settings = new ArrayList<>();

  /** The test and its speed, which no table is without. */
  private final List<Column> speed = new ArrayList<>();

  /** Titles of columns that are told above the rows. */
  private final List<String> told = new ArrayList<>();

  /** What was told of the rows before; null before the first head. */
  private String above;

  private String build = "";

  BenchMarkdown(BenchTable table, Consumer<String> out) {
    this.table = table;
    this.out = out;
    settings.add(new Column("backend", -10, r -> BenchField.named("backends").of(r)));
    settings.add(new Column("threads", 7, r -> "" + r.settings().threads()));
    for (BenchField field : table.more()) {
      int width = Math.max(6, field.name().length());
      settings.add(new Column(field.name(), field.kind() == Kind.TEXT ? -width : width, field::of));
    }
    speed.add(new Column("test", 15, r -> r.settings().test()));
    speed.add(new Column("t/s", 20, BenchMarkdown::speed));
  }

  @Override
  public void begin() {
    if (fits()) {
      head("");
    }
  }

  @Override
  public void result(BenchResult result) {
    build = result.machine().build();
    if (above == null) {
      arrange(result);
    }
    String facts =
        columns().stream()
            .filter(column -> told.contains(column.title))
            .map(column -> column.title + ": " + text(column, result))
            .collect(Collectors.joining(", "));
    if (!facts.equals(above)) {
      head(facts);
    }
    out.accept(row(result) + "\n");
  }

  @Override
  public void end() {
    if (!build.isEmpty()) {
      out.accept("\n" + lines("build: " + build + " (0)"));
    }
  }

  private void head(String facts) {
    String parted = above == null ? "" : "\n";
    String told = facts.isEmpty() ? "" : lines(facts) + "\n";
    String titles = bars(shown().stream().map(c -> padded(c, c.title)).toList());
    String rules = bars(shown().stream().map(Column::rule).toList());
    out.accept(parted + told + titles + "\n" + rules + "\n");
    above = facts;
  }

  // ---- room --------------------------------------------------------------------------------

  /** Chooses widths, and what is told above, by what the tests make of the first result. */
  private void arrange(BenchResult first) {
    List<BenchResult> rows = table.tests().stream().map(first::with).toList();
    settings.replaceAll(column -> tight(column, rows));
    speed.set(0, tight(speed.getFirst(), rows));
    speed.set(1, speed.getLast().wide(USUAL_SPEED));
    List<Column> same = settings.stream().filter(column -> isSame(column, rows)).toList();
    tell(same, FAIR_NAME);
    tell(List.of(params, size), FAIR_NAME);
    tell(settings.stream().filter(column -> !same.contains(column)).toList(), LEAST_NAME);
    tell(List.of(name), LEAST_NAME);
    if (!told.contains(name.title)) {
      name = name.wide(Math.min(USUAL_NAME, LEAST_NAME + table.width() - width()));
    }
  }

  /** Tells so many of the columns above that the others, and a name of this width, have room. */
  private void tell(List<Column> columns, int nameWidth) {
    name = name.wide(nameWidth);
    for (Column column : columns) {
      if (!fits()) {
        told.add(column.title);
      }
    }
  }

  /** As wide as its head and what it will hold. */
  private Column tight(Column column, List<BenchResult> rows) {
    return column.wide(
        rows.stream()
            .mapToInt(row -> text(column, row).length())
            .reduce(column.title.length(), Math::max));
  }

  private static boolean isSame(Column column, List<BenchResult> rows) {
    return rows.stream().map(column.value).distinct().count() == 1;
  }

  private boolean fits() {
    return width() <= table.width();
  }

  private int width() {
    return shown().stream().mapToInt(column -> Math.abs(column.width) + 3).sum() + 1;
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>(List.of(name, size, params));
    columns.addAll(settings);
    columns.addAll(speed);
    return columns;
  }

  private List<Column> shown() {
    return columns().stream().filter(column -> !told.contains(column.title)).toList();
  }

  // ---- text --------------------------------------------------------------------------------

  /** Cells of a result; where they are wider than their columns the model's name gives way. */
  private String row(BenchResult result) {
    List<String> cells =
        shown().stream()
            .map(column -> padded(column, text(column, result)))
            .collect(Collectors.toCollection(ArrayList::new));
    int tooWide = table.isTerminal() ? Columns.of(bars(cells)) - table.width() : 0;
    if (tooWide > 0 && !told.contains(name.title)) {
      int room = Math.max(0, Columns.of(cells.getFirst()) - tooWide);
      cells.set(0, Columns.padded(Columns.shortened(text(name, result), room), room));
    }
    return bars(cells);
  }

  private static String bars(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** In lines that fit the terminal. */
  private String lines(String text) {
    return String.join("\n", Columns.wrapped(text, table.width())) + "\n";
  }

  /** What a column says of a result; a file's text cannot control the terminal. */
  private String text(Column column, BenchResult result) {
    String text = column.value.apply(result);
    return table.isTerminal() ? Text.plain(text) : text;
  }

  private String padded(Column column, String text) {
    int taken = table.isTerminal() ? Columns.of(text) : text.length();
    String space = " ".repeat(Math.max(0, Math.abs(column.width) - taken));
    return column.width < 0 ? text + space : space + text;
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
