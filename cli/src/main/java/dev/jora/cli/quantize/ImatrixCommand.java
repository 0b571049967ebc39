package dev.jora.cli.quantize;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.OutputFile;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.model.Decoder;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.quantize.imatrix.Calibration;
import dev.jora.quantize.imatrix.ImportanceCollector;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.quantize.imatrix.Importances;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora imatrix}: measures on a text which columns of the weights matter. */
@Command(
    name = "imatrix",
    description = {
      "Measures on a text which columns of a model's weights matter most.",
      "The importance matrix it writes tells quantizers what to be careful with. The",
      "perplexity is printed on the way. Without a text, matrices of earlier runs are",
      "added up, or change their format."
    },
    customSynopsis = {
      "jora imatrix [OPTIONS] (MODEL.gguf | -m FILE) (TEXTFILE | -f TEXTFILE) [-o FILE]",
      "       jora imatrix --in-file FILE [--in-file FILE]... -o FILE",
      "       jora imatrix --in-file FILE --show-statistics"
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model or matrix, a text that is too short, sums that are not finite",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C; what was measured until then is written"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora imatrix -m model-f16.gguf -f calibration.txt -o model.imatrix.gguf",
      "  jora imatrix --in-file old.dat -o new.gguf",
      "  jora imatrix --in-file a.gguf --in-file b.gguf -o both.gguf",
      "  jora imatrix --in-file imatrix.gguf --show-statistics"
    })
public final class ImatrixCommand implements Callable<Integer> {
  /** Tokens of a chunk if nobody says otherwise, as in llama.cpp. */
  private static final int CHUNK = 512;

  @Mixin ModelOptions model;
  @Mixin CalibrationOptions text;
  @Mixin ImatrixOutput output;

  @Option(
      names = "--in-file",
      paramLabel = "FILE",
      description = "A matrix to add, of either format; repeatable.")
  List<Path> inputs = new ArrayList<>();

  @Option(names = "--process-output", description = "Measure output.weight too.")
  boolean processOutput;

  @Option(names = "--no-ppl", description = "Do not compute the perplexity.")
  boolean noPerplexity;

  @Option(
      names = "--show-statistics",
      description = "Print statistics of the tensors of one --in-file, and do nothing else.")
  boolean statistics;

  @Mixin ContextOptions context = new ContextOptions(CHUNK);
  @Mixin ThreadOptions threads;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    if (context.contextSize() == 1) {
      throw UserException.usage("-c must be 0 (the model's) or 2 and more, the tokens of a chunk");
    }
    if (statistics && inputs.size() != 1) {
      throw UserException.usage("--show-statistics needs one --in-file");
    }
    if (inputs.isEmpty() && text.file == null) {
      throw UserException.usage("nothing to measure: give -f FILE, or matrices as --in-file");
    }
    List<ImportanceMatrix> earlier = inputs.stream().map(ImportanceMatrix::read).toList();
    if (statistics) {
      ImatrixStatistics.print(earlier.getFirst(), Output.standard());
      return ExitCode.OK;
    }
    output.check(common);
    if (text.file != null) {
      OutputFile.refuseInputs(output.file, List.of(model.path(), text.file));
    }
    if (text.file == null) {
      int size = earlier.stream().mapToInt(ImportanceMatrix::chunkSize).max().orElseThrow();
      int legacy = context.contextSize() > 0 ? context.contextSize() : CHUNK;
      finish(ImatrixRun.sum(earlier, size > 0 ? size : legacy));
    } else {
      measure(earlier);
    }
    return ExitCode.OK;
  }

  private void measure(List<ImportanceMatrix> earlier) {
    byte[] bytes = text.bytes();
    ImportanceCollector collector = new ImportanceCollector(processOutput);
    try (Interrupt interrupt = new Interrupt();
        Session session =
            Session.open(
                SessionSettings.of(model, context, threads, null, common)
                    .withObserver(collector))) {
      long start = System.nanoTime();
      int[] tokens = session.tokenizer().encode(bytes, true, text.parseSpecial);
      common.info("imatrix: tokenization took %.2f ms", (System.nanoTime() - start) / 1e6);
      int size = session.options().contextSize();
      int chunks = text.chunks(tokens.length, size);
      common.info(
          "imatrix: computing over %d chunks, n_ctx=%d, batch_size=%d",
          chunks, size, Math.min(size, session.options().batchSize()));
      int bos = session.tokenizer().addsBos() ? session.tokenizer().vocab().bos() : -1;
      Perplexity perplexity = noPerplexity ? null : new Perplexity();
      ImatrixRun run = new ImatrixRun(earlier, collector, text.file, size, perplexity, common);
      try (Decoder decoder = session.decoder(size);
          Calibration calibration = new Calibration(decoder, bos, processOutput, perplexity)) {
        run.read(calibration, tokens, text.skipped, chunks, output, interrupt);
      }
      if (run.done() > 0) {
        finish(run.matrix());
      } else {
        common.warn("no chunk was read to its end: %s is not written", output.file);
      }
    }
  }

  private void finish(ImportanceMatrix matrix) {
    List<Map.Entry<String, Importances>> partial =
        matrix.tensors().entrySet().stream().filter(e -> e.getValue().unseen() > 0).toList();
    if (!partial.isEmpty()) {
      Importances first = partial.getFirst().getValue();
      common.warn(
          "%d of %d entries have partial data: %d of %d experts of %s saw no token; more text"
              + " helps",
          partial.size(),
          matrix.tensors().size(),
          first.unseen(),
          first.matrices(),
          Text.plain(partial.getFirst().getKey()));
    }
    output.save(matrix);
    common.info(
        "imatrix: stored data of %d entries after %d chunks in %s",
        matrix.tensors().size(), matrix.chunks(), output.file);
  }
}
