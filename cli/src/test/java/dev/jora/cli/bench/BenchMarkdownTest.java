package dev.jora.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.bench.ModelFacts;
import dev.jora.bench.Workload;
import dev.jora.cli.terminal.Columns;
import dev.jora.tensor.GgmlType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of {@code bench} on terminals: how wide their lines are, and what they still say. */
class BenchMarkdownTest {
  private static final BenchResult.Machine MACHINE =
      new BenchResult.Machine("jora 1.2", "a CPU", "vector", "the best");
  private static final ModelFacts SMALL =
      new ModelFacts("llama 135M Q4_1", 97_634_304, 134_515_008);
  private static final ModelFacts LARGE =
      new ModelFacts("granitemoe 3B-A800M Q4_K - Medium", 1_073_700_000, 3_298_000_000L);

  private static BenchSettings test(int batch, int threads, Workload work) {
    return new BenchSettings(batch, 512, GgmlType.F16, GgmlType.Q8_0, threads, work);
  }

  private static List<BenchSettings> tests(Workload... work) {
    return List.of(work).stream().map(w -> test(2048, 2, w)).toList();
  }

  private static List<BenchField> fields(String... names) {
    return List.of(names).stream().map(BenchField::named).toList();
  }

  private static String written(
      int width, List<ModelFacts> models, List<BenchField> more, List<BenchSettings> tests) {
    return written(width, models, more, tests, 40_000_000L);
  }

  private static String written(
      int width,
      List<ModelFacts> models,
      List<BenchField> more,
      List<BenchSettings> tests,
      Long... nanos) {
    StringBuilder text = new StringBuilder();
    var writer = BenchFormat.MD.writer(new BenchTable(more, tests, width), text::append);
    writer.begin();
    for (ModelFacts model : models) {
      for (BenchSettings test : tests) {
        writer.result(
            new BenchResult(MACHINE, "m.gguf", true, model, test, Instant.EPOCH, List.of(nanos)));
      }
    }
    writer.end();
    return text.toString();
  }

  private static void assertFits(int width, String text) {
    for (String line : text.lines().toList()) {
      assertTrue(
          Columns.of(line) <= width, Columns.of(line) + " columns, not " + width + ": " + line);
    }
  }

  private static List<String> rows(String text) {
    return text.lines()
        .filter(line -> line.startsWith("|") && !line.startsWith("| -") && !line.contains(" t/s "))
        .toList();
  }

  private static final List<BenchSettings> USUAL =
      tests(new Workload(8, 0, 0), new Workload(0, 4, 0));

  @Test
  void eightyColumnsTellWhatIsTheSame() {
    assertEquals(
        """
        backend: CPU, threads: 2

        | model                    |       size |     params | test |              t/s |
        | ------------------------ | ---------: | ---------: | ---: | ---------------: |
        | llama 135M Q4_1          |  93.11 MiB |   134.52 M |  pp8 |    200.00 ± 0.00 |
        | llama 135M Q4_1          |  93.11 MiB |   134.52 M |  tg4 |    100.00 ± 0.00 |

        build: jora 1.2 (0)
        """,
        written(80, List.of(SMALL), List.of(), USUAL));
  }

  @Test
  void sixtyColumnsKeepModelTestAndSpeed() {
    assertEquals(
        """
        size: 93.11 MiB, params: 134.52 M, backend: CPU, threads: 2

        | model                          | test |              t/s |
        | ------------------------------ | ---: | ---------------: |
        | llama 135M Q4_1                |  pp8 |    200.00 ± 0.00 |
        | llama 135M Q4_1                |  tg4 |    100.00 ± 0.00 |

        build: jora 1.2 (0)
        """,
        written(60, List.of(SMALL), List.of(), USUAL));
  }

  @Test
  void wideTerminalsHaveAllOfIt() {
    String wide = written(BenchTable.NO_TERMINAL, List.of(SMALL), fields("type_v"), USUAL);
    int width = wide.indexOf('\n');
    assertEquals(wide, written(width, List.of(SMALL), fields("type_v"), USUAL));
    String narrower = written(width - 1, List.of(SMALL), fields("type_v"), USUAL);
    assertFits(width - 1, narrower);
    assertTrue(narrower.startsWith("| model "), narrower); // padding is enough to give
    assertTrue(narrower.contains("| threads | type_v | test |"), narrower);
  }

  /** What tests take most: all kinds of columns, names and numbers, in every combination. */
  @Test
  void everyLineFits() {
    List<ModelFacts> models = new ArrayList<>(List.of(SMALL, LARGE));
    for (String name :
        List.of(
            "llama 大きな言語模型の名前はとても長い Q4_K",
            "llama 🦊🦊🦊👨‍👩‍👧‍👦🦊🦊🦊🦊🦊🦊🦊 Q8_0",
            "x".repeat(200),
            "")) {
      models.add(new ModelFacts(name, 1_073_700_000L, 1_026_470_000_000L));
    }
    List<BenchSettings> usual =
        tests(
            new Workload(512, 0, 0),
            new Workload(0, 128, 0),
            new Workload(512, 128, 0),
            new Workload(0, 16, 4096));
    List<BenchSettings> many = new ArrayList<>();
    for (int batch : new int[] {512, 131072}) {
      for (int threads : new int[] {1, 96}) {
        many.add(test(batch, threads, new Workload(512, 0, 0)));
        many.add(test(batch, threads, new Workload(512, 128, 32768)));
      }
    }
    List<List<BenchField>> more =
        List.of(List.of(), fields("type_v"), fields("n_batch", "n_ubatch", "type_k", "type_v"));
    for (int width : new int[] {60, 72, 80, 100, 120, 123, 124, 125, 160}) {
      for (List<BenchField> fields : more) {
        for (List<BenchSettings> tests : List.of(USUAL, usual, many)) {
          for (Long[] nanos : new Long[][] {{40_000_000L}, {1_000L, 30_000L}}) {
            String text = written(width, models, fields, tests, nanos);
            assertFits(width, text);
            assertEquals(models.size() * tests.size(), rows(text).size(), text);
            assertTrue(rows(text).stream().allMatch(row -> row.contains(" ± ")), text);
            for (BenchSettings test : tests) {
              assertTrue(text.contains(" " + test.test() + " |"), text);
            }
            for (String name : List.of("model", "size", "params", "backend", "threads", "t/s")) {
              assertTrue(text.contains(name), name + " is not in " + text);
            }
          }
        }
      }
    }
  }

  @Test
  void namesAreShortenedByWhatTheyTakeOfTheScreen() {
    ModelFacts japanese = new ModelFacts("llama 大きな言語模型の名前 Q4_K", 97_634_304, 134_515_008);
    String text = written(80, List.of(japanese, SMALL), List.of(), USUAL);
    assertTrue(text.contains("| llama 大きな言語模型の…  |  93.11 MiB |"), text);
    assertEquals(
        List.of(80),
        rows(text).stream().map(Columns::of).distinct().toList(),
        "bars stand in line");
  }

  @Test
  void whatChangesAndHasNoRoomBeginsAnotherTable() {
    String text = written(60, List.of(SMALL, LARGE), List.of(), USUAL);
    assertTrue(
        text.startsWith("size: 93.11 MiB, params: 134.52 M, backend: CPU, threads: 2\n\n|"), text);
    assertTrue(
        text.contains("\n\nsize: 1023.96 MiB, params: 3.30 B, backend: CPU, threads: 2\n\n|"),
        text);
    assertEquals(2, text.lines().filter(line -> line.contains("| model ")).count(), text);
    assertTrue(text.contains("| granitemoe 3B-A800M Q4_K - Me… |"), text);
  }

  @Test
  void whatVariesStaysBeforeWhatDoesNot() {
    List<BenchSettings> tests =
        List.of(test(2048, 1, new Workload(8, 0, 0)), test(2048, 2, new Workload(8, 0, 0)));
    String text = written(80, List.of(SMALL), fields("type_v"), tests);
    assertTrue(text.startsWith("params: 134.52 M, backend: CPU, type_v: q8_0\n\n| model "), text);
    assertTrue(text.contains("|       size | threads | test |"), text);
  }

  @Test
  void aFileCannotControlTheTerminal() {
    ModelFacts bad = new ModelFacts("llama \u001b[2J\n Q8_0", 97_634_304, 134_515_008);
    for (int width : new int[] {60, 80, 160}) {
      String text = written(width, List.of(bad), List.of(), USUAL);
      assertTrue(text.indexOf('\u001b') < 0, text);
      assertEquals(2, rows(text).size(), text);
    }
  }

  @Test
  void withoutResultsANarrowTableIsEmpty() {
    assertEquals("", written(80, List.of(), List.of(), USUAL));
  }

  // ---- kernels -----------------------------------------------------------------------------

  private static String kernels(int width) {
    StringBuilder text = new StringBuilder();
    var table = new BenchKernelMarkdown(width, line -> text.append(line).append('\n'));
    table.begin("AMD EPYC 9B14 96-Core Processor of a Long Name", 96, 2048);
    table.limit("memory stream", "", 1234.5, "GB/s");
    table.limit("VNNI", "vnni", 98765.4, "GMAC/s");
    table.head();
    table.row("IQ2_XXS", "vector", 1234.56, 1.23, 98765.43, 1);
    table.row("F32", "vnni", 1, Double.NaN, 2, Double.POSITIVE_INFINITY);
    table.end();
    return text.toString();
  }

  @Test
  void kernelsInAFileAreAsTheyWere() {
    assertEquals(
        """
        AMD EPYC 9B14 96-Core Processor of a Long Name, 96 threads, rows of 2048 values

        * memory stream: 1234.5 GB/s
        * VNNI (vnni): 98765.4 GMAC/s

        | type   | kernels | decode GB/s | of stream | prompt GMAC/s | of peak |
        |--------|---------|------------:|----------:|--------------:|--------:|
        | IQ2_XXS | vector  |     1234.56 |     123 % |       98765.4 |   100 % |
        | F32    | vnni    |        1.00 |           |           2.0 |         |

        """,
        kernels(BenchTable.NO_TERMINAL));
    assertEquals(kernels(BenchTable.NO_TERMINAL), kernels(80));
  }

  @Test
  void kernelsFitNarrowTerminals() {
    for (int width = 58; width <= 90; width++) {
      assertFits(width, kernels(width));
    }
    assertTrue(
        kernels(60)
            .contains(
                """
                | type    | kernels |  decode | stream |  prompt |  peak |
                |---------|---------|--------:|-------:|--------:|------:|
                | IQ2_XXS | vector  | 1234.56 |  123 % | 98765.4 | 100 % |
                | F32     | vnni    |    1.00 |        |     2.0 |       |
                """),
        kernels(60));
  }
}
