package dev.jora.cli.evaluate;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GpuOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.LoraOptions;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.SessionSettings;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.evaluate.BaseFile;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.Tasks;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora perplexity}: how well a model expects a text. */
@Command(
    name = "perplexity",
    description = {
      "Measures how well a model expects a text: less is better.",
      "Chunks, scored tokens, figures and files are llama-perplexity's: it reads what",
      "is written here, and the other way round."
    },
    customSynopsis = {"jora perplexity [OPTIONS] (MODEL.gguf | -m FILE) (TEXTFILE | -f TEXTFILE)"},
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model or file, a text that is too short",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C; the estimate until then is printed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora perplexity -m model.gguf -f wiki.test.raw --chunks 40",
      "  jora perplexity -m model-f16.gguf -f wiki.test.raw --kl-divergence-base f16.kld",
      "  jora perplexity -m model-q4.gguf --kl-divergence --kl-divergence-base f16.kld",
      "  jora perplexity --compare f16.gguf q8.gguf q4.gguf -f wiki.test.raw --plot q.svg",
      "  jora perplexity -m model.gguf -f essay.txt -c 128 --heatmap essay.html",
      "  jora perplexity -m model.gguf -f hellaswag_val_full.txt --hellaswag"
    })
public final class PerplexityCommand implements Callable<Integer> {
  /** Tokens of a chunk if nobody says otherwise, as in llama.cpp. */
  private static final int CHUNK = 512;

  @Mixin ModelOptions model;
  @Mixin PerplexityText text;

  @Mixin DivergenceOptions divergence;
  @Mixin CompareOptions comparison;
  @Mixin TaskOptions tasks;

  @Option(
      names = "--per-token",
      paramLabel = "FILE",
      description = "Write a CSV file of all scored tokens: probability, rank, position.")
  Path perToken;

  @Option(
      names = "--heatmap",
      paramLabel = "FILE",
      description = "Write an HTML page with the text, coloured by the model's surprise.")
  Path heatmap;

  @Option(names = "--json", description = "One JSON object on stdout in place of lines.")
  boolean json;

  @Option(
      names = "--as-run",
      description =
          "Multiply as run does, with most activations rounded to 8 bits; else to 16, so that the"
              + " figures are those of the file.")
  boolean asRun;

  @Mixin ContextOptions context = new ContextOptions(CHUNK);
  @Mixin LoraOptions lora;
  @Mixin ThreadOptions threads;
  @Mixin GpuOptions gpus;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    boolean tokens = perToken != null || heatmap != null;
    text.check(context.contextSize());
    divergence.check(text.stride);
    tasks.check(text, divergence, comparison.wanted(), tokens);
    comparison.check(text, json, tokens);
    SessionSettings settings =
        SessionSettings.of(model, context, threads, gpus, common)
            .withPrecision(!asRun)
            .withAdaptation(lora.wanted(model, common));
    Evaluation evaluation = new Evaluation(settings, text, divergence.base, json);
    if (tasks.wanted()) {
      ask(evaluation);
    } else if (comparison.wanted()) {
      compareAll(evaluation);
    } else if (divergence.compare) {
      compare(evaluation);
    } else {
      measure(evaluation);
    }
    return ExitCode.OK;
  }

  private void measure(Evaluation asked) {
    byte[] bytes = text.bytes();
    Evaluation evaluation = asked.with(windowed(asked.settings()));
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(evaluation.settings())) {
      long start = System.nanoTime();
      common.info("perplexity: tokenizing the input ..");
      int[] tokens = session.tokenizer().encode(bytes, true, false);
      common.info("perplexity: tokenization took %.2f ms", (System.nanoTime() - start) / 1e6);
      Chunks chunks = text.chunks(tokens, session.options().contextSize());
      try (TokenOutputs outputs = outputs(session, chunks)) {
        new PerplexityRun(session, chunks, evaluation).run(outputs, interrupt);
      }
    }
  }

  /** With room for a window, where windows are wanted. */
  private SessionSettings windowed(SessionSettings settings) {
    if (text.stride == 0 || settings.contextSize() <= 0) {
      return settings;
    }
    int window = text.windowSize(settings.contextSize());
    common.info(
        "Will perform strided perplexity calculation -> adjusting context size from %d to %d",
        settings.contextSize(), window);
    return settings.withContextSize(window);
  }

  private void ask(Evaluation evaluation) {
    Tasks read = tasks.read(text);
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(evaluation.settings())) {
      new TaskRun(session, read, tasks.count(), evaluation).run(interrupt);
    }
  }

  private void compare(Evaluation asked) {
    Path file = asked.base();
    try (BaseFile base = BaseFile.open(file)) {
      int size = base.header().chunkSize();
      if (common.has("-c") && context.contextSize() != size) {
        throw new UserException(
            "%s was made with chunks of %d tokens, -c says %d: give -c %d, or leave it out"
                .formatted(file, size, context.contextSize(), size));
      }
      Evaluation evaluation = asked.with(asked.settings().withContextSize(size));
      try (Interrupt interrupt = new Interrupt();
          Session session = Session.open(evaluation.settings());
          TokenOutputs outputs = outputs(session, base.chunks(text.most))) {
        new DivergenceRun(session, base, evaluation).run(outputs, interrupt);
      }
    } catch (NoSuchFileException e) {
      throw new UserException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private void compareAll(Evaluation asked) {
    byte[] bytes = text.bytes();
    List<Path> models =
        comparison.models(common.has("-m") ? model.path() : null).stream()
            .map(file -> ModelOptions.file(file, common))
            .toList();
    Evaluation evaluation = asked.with(asked.settings().withModel(models.getFirst()));
    CompareFormat format = comparison.format(json);
    ComparePlot plot = comparison.picture();
    try (Interrupt interrupt = new Interrupt()) {
      var measured =
          new CompareRun(ComparedFile.open(models), format, evaluation).run(bytes, interrupt);
      if (plot != null && measured.size() > 1) {
        plot.write(ComparePicture.of(measured));
      }
    }
  }

  private TokenOutputs outputs(Session session, Chunks chunks) {
    String title = model.path().getFileName() + (text.file == null ? "" : ": " + text.file);
    return TokenOutputs.open(perToken, heatmap, title, session.tokenizer(), chunks);
  }
}
