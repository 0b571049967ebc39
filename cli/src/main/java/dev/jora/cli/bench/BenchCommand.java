package dev.jora.cli.bench;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.bench.DecoderSpeed;
import dev.jora.bench.ModelFacts;
import dev.jora.bench.SyntheticModel;
import dev.jora.bench.SyntheticSpec;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.DeviceOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.HubOptions;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.UserException;
import dev.jora.cli.common.Version;
import dev.jora.engine.Gpus;
import dev.jora.engine.Offload;
import dev.jora.engine.OffloadPlan;
import dev.jora.exec.MachineCpu;
import dev.jora.exec.MachineMemory;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.Kernels;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.adapter.Adaptation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code jora bench}: tokens per second of models, as llama-bench counts them. */
@Command(
    name = "bench",
    description = {
      "Measures tokens per second, as llama-bench does.",
      "Of prompts (pp), of generation",
      "(tg), or both, on random tokens, without tokenizer and sampler. With --kernels",
      "alone it measures every kernel instead, of the CPU and of GPUs, beside the",
      "machine's limits.",
      "",
      "LIST is N, A-B, A-B+STEP or A-B*FACTOR, with commas between; an option that is",
      "given again appends."
    },
    customSynopsis = {
      "jora bench [OPTIONS] [MODEL.gguf... | -m FILE[,FILE...]] [--synthetic SHAPE:TYPE]",
      "       jora bench --kernels [-t LIST] [--sets LIST] [--types LIST] [-dev NAME] [-o md|json]"
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model, too little memory; what was measured before is printed",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C"
    },
    footerHeading = "%nDifferences from llama-bench:%n",
    footer = {
      "  The warm-up is a whole run of the test, as the JVM compiles in it; there it",
      "  is one token of tg. The depth (-d) is read once per test, and every",
      "  repetition starts from a copy of it.",
      "  What an option cannot change is reported as it is: flash_attn 1;",
      "  n_gpu_layers is how many were on GPUs. JSON has two more fields at the end: kernels,"
          + " kernels_reason.",
      "  build_commit is jora's version. The size in model_type is the file's",
      "  general.size_label, or its number of parameters, rounded.",
      "  --synthetic and --kernels are jora's own. NUMA, priorities and -embd are",
      "  accepted and have no effect. Of options of GPUs only -ngl and -nkvo take",
      "  lists.",
      "",
      "Examples:",
      "  jora bench model.gguf -p 512 -n 64",
      "  jora bench -m a.gguf,b.gguf -n 0 -p 64-512*2 -t 1-4 -o json",
      "  jora bench --synthetic llama-8b:Q4_K_M -p 0 -n 16 -d 0,4096",
      "  jora bench --kernels --types Q4_K,Q6_K"
    })
public final class BenchCommand implements Callable<Integer> {
  @Mixin HubOptions model;
  @Mixin BenchTestOptions tests;
  @Mixin BenchKernelOptions table;
  @Mixin LoraOptions lora;
  @Mixin DeviceOptions gpus;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "md",
      converter = BenchFormat.Converter.class,
      description = "Format on stdout: md, csv, json, jsonl, sql (default: ${DEFAULT-VALUE}).")
  BenchFormat format;

  @Option(
      names = {"-oe", "--output-err"},
      paramLabel = "FORMAT",
      defaultValue = "none",
      converter = BenchFormat.Converter.class,
      description = "Format on stderr as well (default: ${DEFAULT-VALUE}).")
  BenchFormat errorFormat;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each test (default: ${DEFAULT-VALUE}).")
  int repetitions;

  @Option(
      names = "--delay",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seconds of rest before each test (default: ${DEFAULT-VALUE}).")
  int delay;

  @Option(names = "--no-warmup", description = "Time the first run too.")
  boolean noWarmUp;

  @Option(
      names = "--progress",
      description = "A line on stderr for each step, not only on a terminal.")
  boolean progress;

  @Mixin CommonOptions common;

  @Override
  public Integer call() throws InterruptedException {
    if (table.table()) {
      if (format != BenchFormat.JSON && format != BenchFormat.MD) {
        throw wrong("the table of kernels is written as -o md or json");
      }
      new BenchKernels(table, gpus.offload(tests.anyGpuLayers(), false), common)
          .print(Output.standard(), format == BenchFormat.JSON, tests.threadCounts());
      return ExitCode.OK;
    }
    if (repetitions < 1 || delay < 0) {
      throw wrong("-r must be at least 1, --delay at least 0");
    }
    List<BenchSettings> settings = tests.settings();
    warnOfWhatHasNoEffect();
    KernelSelector.Choice choice = table.choice();
    common.info("kernels: %s (%s)", choice.kernels().name(), choice.reason());
    BenchResult.Machine machine =
        new BenchResult.Machine(
            Version.line(), MachineCpu.name(), choice.kernels().name(), choice.reason());
    Output stdout = Output.standard();
    List<BenchWriter> writers =
        List.of(
            format.writer(tests.table(Terminal.stdout()), text -> stdout.print(text).flush()),
            errorFormat.writer(tests.table(Terminal.stderr()), this::toErr));
    Printed printed = new Printed(writers);
    try {
      Run run = new Run(choice.kernels(), machine, settings, printed::result);
      if (model.isNamed()) {
        run.file(model.path(common));
      } else if (tests.files.isEmpty() && tests.synthetic.isEmpty()) {
        run.file(ModelOptions.embedded());
      }
      for (Path file : tests.files) {
        run.file(file);
      }
      for (SyntheticSpec spec : tests.synthetic) {
        run.synthetic(spec);
      }
      printed.begin(); // of no tests, the form of nothing
    } finally {
      clearProgress();
      printed.end();
    }
    return ExitCode.OK;
  }

  /** What was measured; nothing, not even a heading, where nothing was. */
  private static final class Printed {
    private final List<BenchWriter> writers;
    private boolean begun;

    Printed(List<BenchWriter> writers) {
      this.writers = writers;
    }

    void begin() {
      if (!begun) {
        writers.forEach(BenchWriter::begin);
        begun = true;
      }
    }

    void result(BenchResult result) {
      begin();
      writers.forEach(writer -> writer.result(result));
    }

    void end() {
      if (begun) {
        writers.forEach(BenchWriter::end);
      }
    }
  }

  private void warnOfWhatHasNoEffect() {
    if (tests.flashAttention.contains(false)) {
      common.warn("-fa off has no effect: jora's attention is always of this kind");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(common.line(), message);
  }

  // ---- models ------------------------------------------------------------------------------

  /** All tests of one model after the other. */
  private final class Run {
    private final Kernels kernels;
    private final BenchResult.Machine machine;
    private final List<BenchSettings> settings;
    private final Consumer<BenchResult> results;
    private final int count;
    private int number;

    Run(
        Kernels kernels,
        BenchResult.Machine machine,
        List<BenchSettings> settings,
        Consumer<BenchResult> results) {
      this.kernels = kernels;
      this.machine = machine;
      this.settings = settings;
      this.results = results;
      int models =
          Math.max(1, tests.files.size() + tests.synthetic.size() + (model.isNamed() ? 1 : 0));
      this.count = models * settings.size();
    }

    void file(Path named) throws InterruptedException {
      Path path = ModelOptions.file(named, common);
      try (GgufFile file = GgufFile.open(path)) {
        measure(Model.of(file), path.toString(), true);
      }
    }

    void synthetic(SyntheticSpec spec) throws InterruptedException {
      requireMemory(spec.toString(), SyntheticModel.bytes(spec));
      try (WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors());
          SyntheticModel synthetic = SyntheticModel.of(spec, pool)) {
        measure(synthetic.model(), spec.toString(), false);
      }
    }

    private void measure(Model model, String name, boolean mapped) throws InterruptedException {
      if (!model.writes() && settings.stream().anyMatch(test -> test.work().writes())) {
        throw new UserException(
            Session.encoder(model).getMessage()
                + "; -n 0 without -pg and -d measures how it reads");
      }
      Adaptation added = model.read(lora.wanted(model.metadata().file(), common));
      ModelFacts facts = ModelFacts.of(model);
      for (BenchSettings test : settings) {
        number++;
        Thread.sleep(1000L * delay);
        Instant start = Instant.now();
        Measured measured = measure(model, added, name, mapped, test);
        clearProgress();
        results.accept(
            new BenchResult(
                machine,
                name,
                mapped,
                facts,
                test,
                start,
                measured.gpus,
                measured.layers,
                measured.nanos));
      }
    }

    /** What a test gave, and the GPUs that took part. */
    private record Measured(List<Long> nanos, List<String> gpus, int layers) {}

    private Measured measure(
        Model model, Adaptation added, String name, boolean mapped, BenchSettings test) {
      DecoderOptions options =
          new DecoderOptions(
                  test.work().context(),
                  test.pass(),
                  test.keyType(),
                  test.valueType(),
                  RopeOptions.Overrides.NONE)
              .withAdaptation(added);
      Offload wanted = gpus.offload(test.gpuLayers(), test.cacheOnCpu());
      try (Gpus opened = Gpus.open(wanted);
          WorkPool pool = new WorkPool(test.threads());
          CpuBackend backend = new CpuBackend(kernels, pool)) {
        OffloadPlan plan = opened.plan(model, options, wanted);
        MemoryPlan host = plan.host();
        requireMemory(name, host.total() - (mapped ? 0 : host.weights())); // which are there
        List<String> used =
            plan.gpus().stream()
                .filter(gpu -> plan.on(gpu).total() > 0)
                .map(gpu -> gpu.backend().name())
                .toList();
        Placement placement = plan.placement().on(b -> b == null ? backend : b);
        return new Measured(measure(model, placement, options, test), used, plan.gpuLayers());
      }
    }

    private List<Long> measure(
        Model model, Placement placement, DecoderOptions options, BenchSettings test) {
      try (Decoder decoder = new Decoder(model, placement, options)) {
        long[] nanos =
            new DecoderSpeed(decoder, test.batch())
                .measure(
                    test.work(),
                    repetitions,
                    !noWarmUp,
                    (what, step) -> showProgress(test, what, step));
        return Arrays.stream(nanos).boxed().toList();
      }
    }

    private void requireMemory(String name, long bytes) {
      long available = MachineMemory.available();
      if (bytes > available) {
        throw new UserException(
            "%s needs %s and the machine has %s left"
                .formatted(name, Units.bytes(bytes), Units.bytes(available)));
      }
    }

    private void showProgress(BenchSettings test, String what, int step) {
      List<String> parts = new ArrayList<>();
      parts.add("test " + number + "/" + count + " (" + test.test() + "):");
      parts.add(what);
      if (step > 0) {
        parts.add(step + "/" + repetitions);
      }
      String line = String.join(" ", parts);
      if (progress) {
        toErr("jora bench: " + line + "\n");
      } else {
        common.passing(line);
      }
    }
  }

  private void clearProgress() {
    if (!progress) {
      common.passing("");
    }
  }

  private void toErr(String text) {
    common.err().print(text);
    common.err().flush();
  }
}
