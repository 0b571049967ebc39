package dev.jora.cli.quantize;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Flags;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.Kernels;
import dev.jora.quantize.Quantization;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorResult;
import dev.jora.quantize.target.TargetPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora quantize}: a model file with fewer bits per weight. */
@Command(
    name = "quantize",
    description = {
      "Writes a model with fewer bits per weight, as llama-quantize does: the same tensors get the"
          + " same types and the same bytes.",
      "INPUT is a GGUF file of any type; of a split model the first part. Without OUTPUT the file"
          + " is named ggml-model-TYPE.gguf and stands beside the input. It has its name only when"
          + " it is complete."
    },
    customSynopsis = {
      "jora quantize [OPTIONS] INPUT [OUTPUT] TYPE [THREADS]",
      "       jora quantize --target-size SIZE [OPTIONS] INPUT [OUTPUT]"
    },
    footerHeading = "%nTypes, and the bits per weight they give Llama 3.1 8B:%n",
    footer = {
      "  F32 32, F16 16, BF16 16, Q8_0 8.50, Q6_K 6.56, Q5_1 6.04, Q5_K_M 5.70,",
      "  Q5_K_S 5.57, Q5_0 5.57, Q4_1 5.10, Q4_K_M 4.89, IQ4_NL 4.68, Q4_K_S 4.67,",
      "  Q4_0 4.64, IQ4_XS 4.46, Q3_K_L 4.30, Q3_K_M 4.00, IQ3_M 3.76, IQ3_S 3.66,",
      "  Q3_K_S 3.64, Q2_K 3.16, TQ2_0 2.52, TQ1_0 2.19, MXFP4_MOE, Q2_0, Q1_0;",
      "  with --imatrix also IQ3_XS 3.50, IQ3_XXS 3.25, Q2_K_S 2.97, IQ2_M 2.93,",
      "  IQ2_S 2.74, IQ2_XS 2.59, IQ2_XXS 2.38, IQ1_M 2.15, IQ1_S 2.00.",
      "  Q3_K, Q4_K, Q5_K mean the _M ones. COPY copies. Numbers of llama.cpp count too.",
      "",
      "Examples:",
      "  jora quantize model-f16.gguf Q4_K_M",
      "  jora quantize --imatrix imatrix.gguf model-f16.gguf small.gguf IQ3_XXS",
      "  jora quantize --dry-run model-f16.gguf Q5_K_M",
      "  jora quantize --target-size 4.5GiB model-f16.gguf mine.gguf",
      "  jora quantize --tensor-type attn_v=Q8_0 model-f16.gguf mine.gguf Q4_K_M"
    },
    sortOptions = false)
public final class QuantizeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "INPUT [OUTPUT] TYPE [THREADS]",
      arity = "1..4",
      description = "The model, the file to write, the type, the number of threads.")
  List<String> words;

  @Mixin QuantizeOptions options;
  @Mixin TargetOptions target;

  @Option(
      names = "--dry-run",
      description = "Only say what each tensor would become, and the sizes.")
  boolean dryRun;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what became of each tensor as JSON: type, size, rmse, largest error.")
  Path report;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "CPU threads (default: one per core).")
  int threads = -1;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description = "Highest kernel set to decode with (default: the fastest).")
  String kernels;

  @Mixin CommonOptions common;

  private final QuantizeTables tables = new QuantizeTables(Output.standard());

  @Override
  public Integer call() throws IOException {
    QuantizeWords args =
        target.asked() ? QuantizeWords.parseWithoutType(words) : QuantizeWords.parse(words);
    QuantizeRequest request = options.request(args.output(), args.recipe(), options.matrix());
    if (target.asked() && request.pruneLayers().isPresent()) {
      throw UserException.usage("--prune-layers goes with a type, not with a target");
    }
    MessageFiles.checkPlace("--report", report);
    try (Interrupt interrupt = new Interrupt()) {
      return call(args, request, interrupt);
    }
  }

  /** A signal waits until what is said is said. */
  private int call(QuantizeWords args, QuantizeRequest request, Interrupt interrupt)
      throws IOException {
    int asked = args.threads().orElse(threads);
    if (ModelOptions.isFolder(args.input())) {
      throw new UserException(
          args.input()
              + " is a model's folder: jora convert makes a file of it, of any type in one step"
              + " (--outtype)");
    }
    try (GgufFile file = GgufFile.open(args.input());
        WorkPool pool =
            new WorkPool(asked > 0 ? asked : Runtime.getRuntime().availableProcessors())) {
      if (target.asked() && !dryRun) { // before minutes of measuring
        plan(file, request).checkPlaces();
      }
      Run run = new Run(pool, ThreadOptions.choice(kernels).kernels(), interrupt);
      Quantization quantization = target.asked() ? run.target(file, request) : plan(file, request);
      quantization.checkTensors();
      quantization
          .patternByPlace()
          .ifPresent(
              what ->
                  common.warn(
                      "--prune-layers: %s counts layers, and means others of those left", what));
      warn(quantization);
      if (dryRun) {
        tables.plan(quantization);
        return ExitCode.OK;
      }
      quantization.checkFiles();
      run.write(quantization);
      return ExitCode.OK;
    } catch (CancellationException e) {
      common.warn("interrupted: nothing was written");
      return ExitCode.INTERRUPTED;
    }
  }

  private static Quantization plan(GgufFile file, QuantizeRequest request) {
    try {
      return Quantization.of(file, request);
    } catch (IllegalArgumentException e) { // layers that are not there
      throw UserException.usage(Flags.message(e), e);
    }
  }

  /** What threads are needed for. */
  private final class Run {
    private final WorkPool pool;
    private final Kernels decoding;
    private final Interrupt interrupt;

    Run(WorkPool pool, Kernels decoding, Interrupt interrupt) {
      this.pool = pool;
      this.decoding = decoding;
      this.interrupt = interrupt;
    }

    Quantization target(GgufFile file, QuantizeRequest request) {
      TargetPlan plan = target.plan(file, request, decoding, pool, common, interrupt::requested);
      tables.target(plan);
      return Quantization.of(file, request, plan.plan());
    }

    void write(Quantization quantization) throws IOException {
      QuantizeProgress progress =
          new QuantizeProgress(common, quantization.jobs(), interrupt::requested);
      List<TensorResult> results;
      try (Quantizer quantizer = new Quantizer(pool)) {
        results = quantization.write(quantizer, progress);
      } finally {
        progress.finish();
      }
      if (report != null) {
        QuantizeReport.write(report, quantization, results);
      }
      tables.results(quantization, results);
      common.info(
          "%s: written in %s",
          quantization.outputs().getFirst(), ProgressLine.duration(progress.seconds()));
    }
  }

  private void warn(Quantization quantization) {
    quantization
        .plan()
        .unusedOverrides()
        .forEach(override -> common.warn("--tensor-type %s fits no tensor", override.text()));
    int fallbacks = quantization.plan().fallbacks();
    if (fallbacks > 0) {
      common.warn(
          "%d of %d tensors get another type, because their rows are no multiple of its blocks",
          fallbacks, quantization.jobs().size());
    }
    List<String> lacking = quantization.withoutImportance();
    if (!lacking.isEmpty()) {
      common.warn(
          "the importance matrix says nothing of %d tensors, such as %s: quantized without",
          lacking.size(), Text.plain(lacking.getFirst()));
    }
  }
}
