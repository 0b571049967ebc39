package dev.jora.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.Figures;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Session;
import dev.jora.quantize.evaluate.BaseFile;
import dev.jora.quantize.evaluate.Distribution;
import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.KlDivergence;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.quantize.evaluate.TokenDivergence;
import dev.jora.quantize.evaluate.TokenScore;
import java.util.List;
import java.util.Locale;

/** A model compared with the one that wrote a base file, over the text of that file. */
final class DivergenceRun {
  private record Found(TokenScore score, TokenDivergence divergence) {}

  /** Fewer tokens have no percentiles worth printing, as in llama.cpp. */
  private static final int LEAST = 100;

  private static final double[] HIGH = {99.9, 99, 95, 90};
  private static final double[] LOW = {10, 5, 1, 0.1};
  private static final double[] ALL = {100, 99.9, 99, 95, 90, 75, 50, 25, 10, 5, 1, 0.1, 0};

  private final Session session;
  private final BaseFile base;
  private final Evaluation evaluation;
  private final KlDivergence divergence = new KlDivergence();
  private final Output out = Output.standard();

  DivergenceRun(Session session, BaseFile base, Evaluation evaluation) {
    this.session = session;
    this.base = base;
    this.evaluation = evaluation;
  }

  /** Reads until there is an end or an interrupt, and says what was found until then. */
  void run(TokenOutputs outputs, Interrupt interrupt) {
    base.requireVocabulary(session.model().vocabularySize());
    var chunks = base.chunks(evaluation.text().most);
    ChunkRun run = new ChunkRun(session, chunks, evaluation);
    run.read(
        (token, logits) -> {
          LogSoftmax softmax = LogSoftmax.of(logits);
          return new Found(
              TokenScore.of(token, logits, softmax, outputs.likeliest()),
              base.compare(token, logits, softmax));
        },
        (chunk, tokens) -> {
          outputs.add(chunk, tokens.stream().map(Found::score).toList());
          add(chunk, tokens);
        },
        interrupt);
    run.tellEnd();
    if (evaluation.json()) {
      printJson(run);
    } else if (run.done() > 0) {
      out.println("");
      if (divergence.count() >= LEAST) {
        printPerplexities();
        printDivergences();
        printProbabilities();
      } else {
        evaluation.common().info("perplexity: no statistics of fewer than %d tokens", LEAST);
      }
      out.flush();
    }
    outputs.finish(run.isComplete(), evaluation.common());
  }

  private void add(int chunk, List<Found> tokens) {
    tokens.forEach(token -> divergence.add(token.divergence()));
    if (evaluation.json()) {
      return;
    }
    if (chunk == 0) {
      out.println("");
      out.println(
          "chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence       "
              + "       Δp RMS            Same top p");
    }
    out.printf("%4d", chunk + 1);
    print("    %9.4f ± %9.4f", divergence.perplexity(), 1);
    print("    %10.5f ± %10.5f", divergence.logRatio(), 1);
    print("    %10.5f ± %10.5f", divergence.divergence(), 1);
    print("    %6.3f ± %6.3f %%", divergence.rmsDifference(), 100);
    print("    %6.3f ± %6.3f %%", divergence.sameTop(), 100);
    out.println("").flush();
  }

  private void print(String format, Estimate estimate, double factor) {
    double error = factor * estimate.error();
    int bound = format.indexOf('±');
    out.print(Figures.rounded(format.substring(0, bound), factor * estimate.value()));
    String tail = String.format(Locale.ROOT, format.substring(bound), error);
    out.print(Double.isFinite(error) ? tail : tail.replaceAll("±|NaN|Infinity", " "));
  }

  private void print(String format, double value) {
    out.print(Figures.rounded(format, value));
  }

  private void printPerplexities() {
    out.println("====== Perplexity statistics ======");
    print("Mean PPL(Q)                   : %10.6f ± %10.6f\n", divergence.perplexity(), 1);
    print("Mean PPL(base)                : %10.6f ± %10.6f\n", divergence.basePerplexity(), 1);
    out.printf("Cor(ln(PPL(Q)), ln(PPL(base))): %6.2f%%\n", 100 * divergence.correlation());
    print("Mean ln(PPL(Q)/PPL(base))     : %10.6f ± %10.6f\n", divergence.logRatio(), 1);
    print("Mean PPL(Q)/PPL(base)         : %10.6f ± %10.6f\n", divergence.ratio(), 1);
    print(
        "Mean PPL(Q)-PPL(base)         : %10.6f ± %10.6f\n", divergence.perplexityDifference(), 1);
    out.println("");
  }

  private void printDivergences() {
    Distribution all = divergence.divergences();
    out.println("====== KL divergence statistics ======");
    print("Mean    KLD: %10.6f ± %10.6f\n", divergence.divergence(), 1);
    print("Maximum KLD: %10.6f\n", all.quantile(1));
    for (double p : HIGH) {
      out.printf("%4.1f%%   KLD: ", p);
      print("%10.6f\n", all.quantile(p / 100));
    }
    print("Median  KLD: %10.6f\n", all.quantile(0.5));
    for (double p : LOW) {
      out.printf("%4.1f%%   KLD: ", p);
      print("%10.6f\n", all.quantile(p / 100));
    }
    print("Minimum KLD: %10.6f\n", all.quantile(0));
    out.println("");
  }

  private void printProbabilities() {
    Distribution all = divergence.differences();
    out.println("====== Token probability statistics ======");
    print("Mean    Δp: %6.3f ± %5.3f %%\n", divergence.difference(), 100);
    print("Maximum Δp: %6.3f%%\n", 100 * all.quantile(1));
    for (double p : HIGH) {
      out.printf("%4.1f%%   Δp: ", p);
      print("%6.3f%%\n", 100 * all.quantile(p / 100));
    }
    print("75.0%%   Δp: %6.3f%%\n", 100 * all.quantile(0.75));
    print("Median  Δp: %6.3f%%\n", 100 * all.quantile(0.5));
    print("25.0%%   Δp: %6.3f%%\n", 100 * all.quantile(0.25));
    for (double p : LOW) {
      out.printf("%4.1f%%   Δp: ", p);
      print("%6.3f%%\n", 100 * all.quantile(p / 100));
    }
    print("Minimum Δp: %6.3f%%\n", 100 * all.quantile(0));
    print("RMS Δp    : %6.3f ± %5.3f %%\n", divergence.rmsDifference(), 100);
    print("Same top p: %6.3f ± %5.3f %%\n", divergence.sameTop(), 100);
  }

  private void printJson(ChunkRun run) {
    ObjectNode root = EvaluationJson.start("kl_divergence", evaluation);
    root.put("base", evaluation.base().toString());
    root.put("n_ctx", base.header().chunkSize());
    root.put("chunks", run.done());
    root.put("tokens", divergence.count());
    EvaluationJson.put(root, "ppl", divergence.perplexity());
    EvaluationJson.put(root, "ppl_base", divergence.basePerplexity());
    EvaluationJson.put(root, "correlation", divergence.correlation());
    EvaluationJson.put(root, "ln_ppl_ratio", divergence.logRatio());
    EvaluationJson.put(root, "ppl_ratio", divergence.ratio());
    EvaluationJson.put(root, "ppl_difference", divergence.perplexityDifference());
    EvaluationJson.put(root, "kld", divergence.divergence());
    EvaluationJson.put(root, "delta_p", divergence.difference());
    EvaluationJson.put(root, "delta_p_rms", divergence.rmsDifference());
    EvaluationJson.put(root, "same_top_p", divergence.sameTop());
    if (divergence.count() > 0) {
      EvaluationJson.put(root, "kld_percentiles", divergence.divergences(), ALL);
      EvaluationJson.put(root, "delta_p_percentiles", divergence.differences(), ALL);
    }
    EvaluationJson.putTimes(root, run);
    Json.print(out, root);
  }
}
