package dev.jora.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.backend.cuda.CudaProbe;
import dev.jora.bench.ModelFacts;
import dev.jora.bench.Workload;
import dev.jora.cli.CommandDoor;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.cli.terminal.Columns;
import dev.jora.cli.words.Reading;
import dev.jora.engine.Offload;
import dev.jora.kernel.KernelSelector;
import dev.jora.tensor.GgmlType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** {@code bench} without a model: lists, combinations, and every format to the letter. */
class BenchTest {
  private static final List<String> FIELDS =
      List.of(
          ("build_commit,build_number,cpu_info,gpu_info,backends,model_filename,model_type,"
               + "model_size,model_n_params,n_batch,n_ubatch,n_threads,cpu_mask,cpu_strict,poll,"
               + "type_k,type_v,n_gpu_layers,n_cpu_moe,split_mode,main_gpu,no_kv_offload,"
               + "flash_attn,devices,tensor_split,tensor_buft_overrides,load_mode,lazy_mode,"
               + "embeddings,no_op_offload,no_host,fit_target,fit_min_ctx,n_prompt,n_gen,n_depth,"
               + "test_time,avg_ns,stddev_ns,avg_ts,stddev_ts")
              .split(","));

  private static final BenchResult.Machine MACHINE =
      new BenchResult.Machine("jora 1.2", "a \"CPU\"", "vector", "it's the best.");

  private static BenchResult result(Workload work, Long... nanos) {
    return new BenchResult(
        MACHINE,
        "dir/m.gguf",
        true,
        new ModelFacts("llama 1B Q4_K - Medium", 929_009_664, 1_543_714_304),
        new BenchSettings(2048, 512, GgmlType.F16, GgmlType.Q8_0, 2, work),
        Instant.parse("2026-01-02T03:04:05.678Z"),
        List.of(nanos));
  }

  private static final List<BenchResult> RESULTS =
      List.of(
          result(new Workload(512, 0, 0), 2_000_000_000L, 4_000_000_000L),
          result(new Workload(0, 16, 4096), 1_000_000_000L));

  private static BenchTable table(List<BenchField> columns) {
    List<BenchSettings> tests = RESULTS.stream().map(BenchResult::settings).toList();
    return new BenchTable(columns, tests, BenchTable.NO_TERMINAL);
  }

  private static String written(BenchFormat format, List<BenchField> columns) {
    StringBuilder text = new StringBuilder();
    BenchWriter writer = format.writer(table(columns), text::append);
    writer.begin();
    RESULTS.forEach(writer::result);
    writer.end();
    return text.toString();
  }

  private static BenchTestOptions options(String... args) {
    CommandLine commands = CommandDoor.commands().setDefaultValueProvider(null);
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(args));
    CommandLine bench =
        commands.parseArgs(all.toArray(String[]::new)).subcommand().commandSpec().commandLine();
    return ((BenchCommand) bench.getCommand()).tests;
  }

  // ---- lists -------------------------------------------------------------------------------

  private static List<Integer> range(String text) {
    return new IntRange.Converter().convert(text).values();
  }

  @Test
  void rangesCountAddOrMultiply() {
    assertEquals(List.of(7), range("7"));
    assertEquals(List.of(-1), range("-1"));
    assertEquals(List.of(2, 3, 4), range("2-4"));
    assertEquals(List.of(8, 16, 24), range("8-31+8"));
    assertEquals(List.of(16, 32, 64), range("16-64*2"));
    assertEquals(List.of(5), range("5-5*3"));
    assertEquals(List.of(2_000_000_000), range("2000000000-2147483647*2"));
  }

  @Test
  void rangesWithoutAnEndAreRefused() {
    for (String bad :
        List.of(
            "", "x", "1-", "1-2-3", "4-2", "1-9+0", "1-9*1", "0-9*2", "99999999999", "0-99999")) {
      assertThrows(TypeConversionException.class, () -> range(bad), bad);
    }
  }

  @Test
  void optionsWithoutAnEndAreAWrongCommandLine() {
    for (String[] bad :
        new String[][] {
          {"-p", "0", "-n", "0"},
          {"-t", "0"},
          {"-b", "-5"},
          {"-pg", "512"},
          {"-ctk", "q4_0"},
          {"-fa", "perhaps"},
          {"-o", "xml"},
          {"--synthetic", "llama-1b:Q9"}
        }) {
      assertThrows(ParameterException.class, () -> options(bad).settings(), bad[0]);
    }
  }

  // ---- combinations --------------------------------------------------------------------------

  private static List<String> tests(String... args) {
    return options(args).settings().stream().map(BenchSettings::test).toList();
  }

  @Test
  void defaultsAreThoseOfLlamaBench() {
    List<BenchSettings> settings = options().settings();
    int threads = Runtime.getRuntime().availableProcessors();
    assertEquals(
        List.of(
            new BenchSettings(
                2048, 512, GgmlType.F16, GgmlType.F16, threads, new Workload(512, 0, 0)),
            new BenchSettings(
                2048, 512, GgmlType.F16, GgmlType.F16, threads, new Workload(0, 128, 0))),
        settings);
  }

  @Test
  void repeatedOptionsAppendAndZeroMeansNoTest() {
    assertEquals(
        List.of("pp64", "pp128", "pp256", "tg16", "pp8+tg4"),
        tests("-p", "64,128", "-p", "256", "-n", "16", "-pg", "8,4"));
    assertEquals(List.of("tg128"), tests("-p", "0"));
    assertEquals(
        List.of("pp512", "tg16", "pp512 @ d512", "tg16 @ d512"), tests("-n", "16", "-d", "0,512"));
  }

  @Test
  void everyCombinationIsATest() {
    List<BenchSettings> settings =
        options(
                "-p",
                "8",
                "-n",
                "0",
                "-b",
                "64-128*2",
                "-ub",
                "32",
                "-t",
                "1-2",
                "-ctk",
                "f16,q8_0")
            .settings();
    assertEquals(
        List.of(
            "64 F16 1",
            "64 F16 2",
            "64 Q8_0 1",
            "64 Q8_0 2",
            "128 F16 1",
            "128 F16 2",
            "128 Q8_0 1",
            "128 Q8_0 2"),
        settings.stream().map(s -> s.batch() + " " + s.keyType() + " " + s.threads()).toList());
  }

  private static BenchCommand parsed(String line) {
    CommandLine bench = CommandDoor.command("bench").setDefaultValueProvider(null);
    Reading.Words read =
        assertInstanceOf(Reading.Words.class, CommandDoor.read(bench, line.split(" ")), line);
    bench.parseArgs(read.words().toArray(String[]::new));
    return bench.getCommand();
  }

  @Test
  void kernelsTakeANameOrNone() {
    BenchCommand table = parsed("bench --kernels -m X");
    assertTrue(table.table.table());
    assertEquals(1, table.tests.files.size());
    BenchCommand named = parsed("bench --kernels scalar -m X");
    assertFalse(named.table.table());
    assertEquals("scalar", named.table.choice().kernels().name());
    assertFalse(parsed("bench").table.table());
  }

  @Test
  void setsAreRungsOfThisMachine() {
    List<String> rungs = KernelSelector.names();
    assertEquals(rungs, parsed("bench --kernels --sets " + String.join(",", rungs)).table.sets());
    BenchKernelOptions.SetConverter converter = new BenchKernelOptions.SetConverter();
    TypeConversionException e =
        assertThrows(TypeConversionException.class, () -> converter.convert("fast"));
    assertEquals(
        "there are no kernels named 'fast'; choose one of: " + String.join(", ", rungs),
        e.getMessage());
  }

  // ---- formats -----------------------------------------------------------------------------

  @Test
  void markdown() {
    String model = "| llama 1B Q4_K - Medium         | 885.97 MiB |     1.54 B | CPU        |";
    assertEquals(
        "| model                          |       size |     params | backend    | threads"
            + " |            test |                  t/s |\n"
            + "| ------------------------------ | ---------: | ---------: | ---------- | ------:"
            + " | --------------: | -------------------: |\n"
            + model
            + "       2 |           pp512 |       192.00 ± 90.51 |\n"
            + model
            + "       2 |    tg16 @ d4096 |         16.00 ± 0.00 |\n"
            + "\nbuild: jora 1.2 (0)\n",
        written(BenchFormat.MD, List.of()));
  }

  @Test
  void markdownShowsWhatIsNotTheDefault() {
    assertEquals(
        List.of(), options("-b", "2048", "-ctk", "f16", "-ngl", "99", "-fa", "on,off").columns());
    List<BenchField> columns = options("-ub", "128", "-ctv", "q8_0,f16").columns();
    String table = written(BenchFormat.MD, columns);
    assertTrue(table.contains("| threads | n_ubatch | type_v |"), table);
    assertTrue(table.contains("| ------: | -------: | ------ |"), table);
    assertTrue(table.contains("|       2 |      512 | q8_0   |"), table);
  }

  /** The values of the first result, as text. */
  private static final List<String> VALUES =
      List.of(
          "jora 1.2",
          "0",
          "a \"CPU\"",
          "",
          "CPU",
          "dir/m.gguf",
          "llama 1B Q4_K - Medium",
          "929009664",
          "1543714304",
          "2048",
          "512",
          "2",
          "0x0",
          "0",
          "50",
          "f16",
          "q8_0",
          "0",
          "0",
          "none",
          "0",
          "0",
          "1",
          "auto",
          "0.00",
          "none",
          "mmap",
          "auto",
          "0",
          "0",
          "0",
          "0",
          "0",
          "512",
          "0",
          "0",
          "2026-01-02T03:04:05Z",
          "3000000000",
          "1414213562",
          "192.000000",
          "90.509668");

  @Test
  void csvQuotesAllValues() {
    List<String> lines = written(BenchFormat.CSV, List.of()).lines().toList();
    assertEquals(3, lines.size());
    assertEquals(String.join(",", FIELDS), lines.get(0));
    List<String> quoted =
        VALUES.stream().map(value -> "\"" + value.replace("\"", "\"\"") + "\"").toList();
    assertEquals(String.join(",", quoted), lines.get(1));
  }

  @Test
  void sqlMakesATableAndInserts() {
    String text = written(BenchFormat.SQL, List.of());
    assertTrue(
        text.startsWith(
            "CREATE TABLE IF NOT EXISTS llama_bench (\n"
                + "  build_commit TEXT,\n"
                + "  build_number INTEGER,\n"
                + "  cpu_info TEXT,\n"),
        text);
    assertTrue(text.contains("\n  cpu_strict INTEGER,\n"), text);
    assertTrue(text.contains("\n  avg_ts REAL,\n  stddev_ts REAL\n);\n\nINSERT INTO"), text);
    List<String> inserts = text.lines().filter(line -> line.startsWith("INSERT")).toList();
    assertEquals(2, inserts.size());
    assertEquals(
        "INSERT INTO llama_bench ("
            + String.join(", ", FIELDS)
            + ") VALUES ('"
            + String.join("', '", VALUES)
            + "');",
        inserts.getFirst());
  }

  /** The first result as members of a JSON object. */
  private static List<String> members() {
    List<String> bools = List.of("cpu_strict", "no_kv_offload", "embeddings", "no_host");
    List<String> texts =
        List.of(
            ("build_commit,cpu_info,gpu_info,backends,model_filename,model_type,cpu_mask,type_k,"
                    + "type_v,split_mode,devices,tensor_split,tensor_buft_overrides,load_mode,"
                    + "lazy_mode,test_time")
                .split(","));
    List<String> members = new ArrayList<>();
    for (int i = 0; i < FIELDS.size(); i++) {
      String name = FIELDS.get(i);
      String value = bools.contains(name) ? "false" : VALUES.get(i);
      if (texts.contains(name)) {
        value = "\"" + value.replace("\"", "\\\"") + "\"";
      }
      members.add("\"" + name + "\": " + value);
    }
    members.add("\"samples_ns\": [ 2000000000, 4000000000 ]");
    members.add("\"samples_ts\": [ 256.000, 128.000 ]");
    members.add("\"kernels\": \"vector\"");
    members.add("\"kernels_reason\": \"it's the best.\"");
    return members;
  }

  @Test
  void jsonIsOneArray() {
    String text = written(BenchFormat.JSON, List.of());
    String first = "[\n  {\n    " + String.join(",\n    ", members()) + "\n  },\n  {\n    \"build_";
    assertTrue(text.startsWith(first), text);
    assertTrue(text.endsWith("\n  }\n]\n"), text);
  }

  @Test
  void jsonIsHandedOverResultByResult() {
    List<String> pieces = new ArrayList<>();
    BenchWriter writer = BenchFormat.JSON.writer(table(List.of()), pieces::add);
    writer.begin();
    RESULTS.forEach(writer::result);
    assertEquals(3, pieces.size());
    assertTrue(pieces.get(1).endsWith("}"), "a result is whole as soon as it is known");
  }

  @Test
  void jsonLines() {
    List<String> lines = written(BenchFormat.JSONL, List.of()).lines().toList();
    assertEquals(2, lines.size());
    assertEquals("{" + String.join(", ", members()) + "}", lines.getFirst());
  }

  @Test
  void noneIsSilent() {
    assertEquals("", written(BenchFormat.NONE, List.of()));
  }

  // ---- a program ---------------------------------------------------------------------------

  @Test
  void aReaderOfLlamaBenchReadsIt() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "bench", "-p", "16", "-n", "4", "-pg", "8,2", "-d", "0,8", "-r", "2", "-t", "1", "-o",
            "json", "-ngl", "0");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("kernels: "), result.err());
    JsonNode array = new ObjectMapper().readTree(result.text());
    List<String> tests = new ArrayList<>();
    for (JsonNode test : array) {
      tests.add(test.get("n_prompt") + " " + test.get("n_gen") + " " + test.get("n_depth"));
      double sum = 0;
      for (JsonNode speed : test.get("samples_ts")) {
        sum += speed.doubleValue();
      }
      assertEquals(2, test.get("samples_ns").size());
      assertEquals(sum / 2, test.get("avg_ts").doubleValue(), 0.001);
      assertTrue(test.get("avg_ns").longValue() > 0 && test.get("stddev_ns").longValue() >= 0);
      assertTrue(test.get("model_filename").textValue().endsWith("jora-demo.gguf"));
      assertEquals("llama 3.0M Q8_0", test.get("model_type").textValue());
      assertEquals(0, test.get("n_gpu_layers").intValue());
      assertEquals(1, test.get("n_threads").intValue());
      Instant.parse(test.get("test_time").textValue());
      List<String> names = new ArrayList<>();
      test.fieldNames().forEachRemaining(names::add);
      List<String> expected = new ArrayList<>(FIELDS);
      expected.addAll(List.of("samples_ns", "samples_ts", "kernels", "kernels_reason"));
      assertEquals(expected, names);
    }
    assertEquals(List.of("16 0 0", "0 4 0", "8 2 0", "16 0 8", "0 4 8", "8 2 8"), tests);
  }

  @Test
  void everyNumberOfLayersIsATest() {
    BenchTestOptions options = options("-p", "8", "-n", "0", "-ngl", "0,all", "-nkvo", "0,1");
    assertEquals(
        List.of("0 false", "0 true", Offload.ALL + " false", Offload.ALL + " true"),
        options.settings().stream().map(s -> s.gpuLayers() + " " + s.cacheOnCpu()).toList());
    assertEquals(
        List.of("n_gpu_layers", "no_kv_offload"),
        options.columns().stream().map(BenchField::name).toList());
    assertEquals(Offload.AUTO, options("-p", "8").settings().getFirst().gpuLayers());
  }

  @Test
  void layersOnAGpuThatIsNotThereAreAnError() throws Exception {
    Assumptions.assumeTrue(
        CudaProbe.ofMachine() instanceof CudaProbe.Absent, "skipped: there is a GPU");
    for (String line :
        List.of(
            "bench -p 8 -n 0 -r 1 -ngl 99", "run abc --raw -n 1 -ngl 1", "embed -p a -ngl all")) {
      JoraProcess.Result result = JoraWorker.run(line.split(" "));
      assertEquals(1, result.code(), line);
      assertTrue(result.err().contains(" needs a GPU: "), result.err());
      assertTrue(result.err().contains("-ngl 0 computes all on the CPU"), result.err());
      assertEquals("", result.text());
    }
  }

  @Test
  void aModelThatFailsEndsItAndLeavesWhatWasMeasured() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "bench", "--synthetic", "llama-135m:Q8_0", "-m", "none.gguf", "-q", "-o", "json");
    assertEquals(1, result.code());
    assertEquals(
        "jora: none.gguf: cannot open: expected a GGUF file, found no such file\n",
        result.messages());
    assertEquals(0, new ObjectMapper().readTree(result.text()).size());
  }

  @Test
  void syntheticWeightsNeedNoFile() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "bench",
            "--synthetic",
            "llama-135m:Q4_K_M",
            "-p",
            "8",
            "-n",
            "0",
            "-r",
            "1",
            "--no-warmup",
            "-o",
            "jsonl",
            "-q");
    assertEquals(0, result.code(), result.err());
    JsonNode test = new ObjectMapper().readTree(result.text());
    assertEquals("llama-135m:Q4_K_M", test.get("model_filename").textValue());
    assertEquals("llama 135M Q4_K - Medium", test.get("model_type").textValue());
    assertEquals(134_515_008, test.get("model_n_params").longValue());
    assertEquals("none", test.get("load_mode").textValue());
  }

  /** What a terminal of so many columns is given. */
  private static List<String> onTerminal(int columns, String... args) throws Exception {
    Map<String, String> terminal =
        Map.of("JAVA_TOOL_OPTIONS", "-Djora.tty=1", "COLUMNS", "" + columns);
    JoraProcess.Result result = JoraWorker.run(new byte[0], terminal, args);
    assertEquals(0, result.code(), result.err());
    return result.text().lines().toList();
  }

  @Test
  void tablesFitTheTerminal() throws Exception {
    String[] models = {"bench", "-p", "8", "-n", "2", "-r", "1", "--no-warmup", "-t", "1"};
    String[] kernels = {
      "bench", "--kernels", "--sets", "vector", "--types", "Q8_0", "--row", "512", "-t", "1"
    };
    assertFits(80, models);
    assertFits(60, models);
    assertFits(60, kernels);
  }

  /** All sets, each of which is measured for seconds. */
  @Tag("slow")
  @Test
  void theTableOfAllKernelSetsFitsTheTerminal() throws Exception {
    for (int columns : new int[] {60, 80}) {
      assertFits(columns, "bench", "--kernels", "--types", "Q8_0", "--row", "512", "-t", "1");
    }
  }

  private static void assertFits(int columns, String... args) throws Exception {
    List<String> lines = onTerminal(columns, args);
    assertTrue(lines.stream().filter(line -> line.startsWith("|")).count() >= 3, "" + lines);
    for (String line : lines) {
      assertTrue(Columns.of(line) <= columns, line);
    }
  }

  @Test
  void aFormatOfLinesIsTheSameOnATerminal() throws Exception {
    List<String> lines =
        onTerminal(60, "bench", "-p", "8", "-n", "0", "-r", "1", "--no-warmup", "-o", "csv");
    assertEquals(2, lines.size());
    assertEquals(String.join(",", FIELDS), lines.getFirst());
  }

  @Test
  void theTableOfKernelsHasTheLimitsToo() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "bench",
            "--kernels",
            "--sets",
            "vector",
            "--types",
            "Q8_0",
            "--row",
            "512",
            "-t",
            "1",
            "-o",
            "json");
    assertEquals(0, result.code(), result.err());
    JsonNode table = new ObjectMapper().readTree(result.text());
    assertEquals("memory stream", table.get("ceilings").get(0).get("name").textValue());
    JsonNode row = table.get("kernels").get(0);
    assertEquals("Q8_0", row.get("type").textValue());
    assertTrue(row.get("decode_gbs").doubleValue() > 0);
    assertTrue(row.get("prompt_gmacs").doubleValue() > 0);
  }
}
