package dev.jora.cli;

import dev.jora.quantize.evaluate.Chunks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora perplexity}: how well a model expects a text. */
@Command(
    name = "perplexity",
    description = {
      "Measures how well a model expects a text: less is better.",
      "Chunks, scored tokens and figures are llama-perplexity's, files too: its files of",
      "log-probabilities are read, and it reads those written here."
    },
    customSynopsis = {"jora perplexity [OPTIONS] -m FILE -f TEXT"},
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bad model or file, a text that is too short",
      "2:the command line is wrong",
      "130:interrupted by Ctrl+C; the estimate until then is printed"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  jora perplexity -m model.gguf -f wiki.test.raw --chunks 40"})
final class PerplexityCommand implements Callable<Integer> {
  /** Tokens of a chunk if nobody says otherwise, as in llama.cpp. */
  private static final int CHUNK = 512;

  @Mixin ModelOptions model;
  @Mixin PerplexityText text;

  @Option(names = "--json", description = "One JSON object on stdout in place of lines.")
  boolean json;

  @Mixin ContextOptions context = new ContextOptions();
  @Mixin ThreadOptions threads;
  @Mixin CommonOptions common;

  PerplexityCommand() {
    context.contextSize = CHUNK;
  }

  @Override
  public Integer call() {
    text.check(context.contextSize);
    byte[] bytes = text.bytes();
    if (text.stride > 0 && context.contextSize > 0) {
      int window = text.windowSize(context.contextSize);
      common.info(
          "Will perform strided perplexity calculation -> adjusting context size from %d to %d",
          context.contextSize, window);
      context.contextSize = window;
    }
    try (Interrupt interrupt = new Interrupt();
        Session session = Session.open(model, context, threads, common)) {
      long start = System.nanoTime();
      common.info("perplexity: tokenizing the input ..");
      int[] tokens = session.tokenizer.encode(bytes, true, false);
      common.info("perplexity: tokenization took %.2f ms", (System.nanoTime() - start) / 1e6);
      Chunks chunks = text.chunks(tokens, session.options.contextSize());
      new PerplexityRun(session, chunks, this).run(interrupt);
    }
    return ExitCode.OK;
  }
}
