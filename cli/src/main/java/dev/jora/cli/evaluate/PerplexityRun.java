package dev.jora.cli.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.Figures;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.evaluate.BaseWriter;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.quantize.evaluate.TokenScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A text read for its perplexity: what is told on the way and at the end. */
final class PerplexityRun {
  /**
   * A scored token.
   *
   * @param row for the base file; null if none is written
   */
  private record Found(TokenScore score, byte[] row) {}

  private final Session session;
  private final Chunks chunks;
  private final Evaluation evaluation;
  private final Perplexity perplexity = new Perplexity();
  private final Output out = Output.standard();
  private final ArrayNode running = JsonNodeFactory.instance.arrayNode();

  PerplexityRun(Session session, Chunks chunks, Evaluation evaluation) {
    this.session = session;
    this.chunks = chunks;
    this.evaluation = evaluation;
  }

  /** Reads until there is an end or an interrupt, and says what was found until then. */
  void run(TokenOutputs outputs, Interrupt interrupt) {
    Path base = evaluation.base();
    ChunkRun run = new ChunkRun(session, chunks, evaluation);
    if (base == null) {
      read(run, outputs, null, interrupt);
    } else {
      evaluation.common().info("perplexity: saving all logits to %s", base);
      try (BaseWriter writer = new BaseWriter(base, chunks, session.model().vocabularySize())) {
        read(run, outputs, writer, interrupt);
        if (!writer.isComplete()) {
          evaluation.common().warn("%s is not written: it would not be whole", base);
        }
      } catch (IOException e) {
        throw new UserException(base + " cannot be written: " + IoReason.of(e), e);
      }
    }
    tellResult(run);
    outputs.finish(run.isComplete(), evaluation.common());
  }

  private void read(ChunkRun run, TokenOutputs outputs, BaseWriter writer, Interrupt interrupt) {
    try {
      readChunks(run, outputs, writer, interrupt);
    } finally {
      if (!evaluation.json() && !running.isEmpty()) {
        out.print("\n").flush(); // messages have lines of their own
      }
    }
    run.tellEnd();
  }

  private void readChunks(
      ChunkRun run, TokenOutputs outputs, BaseWriter writer, Interrupt interrupt) {
    run.read(
        (token, logits) -> {
          LogSoftmax softmax = LogSoftmax.of(logits);
          TokenScore score = TokenScore.of(token, logits, softmax, outputs.likeliest());
          return new Found(score, writer == null ? null : BaseWriter.row(logits, softmax));
        },
        (chunk, tokens) -> {
          List<TokenScore> scores = tokens.stream().map(Found::score).toList();
          write(writer, tokens);
          outputs.add(chunk, scores);
          add(chunk, scores);
        },
        interrupt);
  }

  private void write(BaseWriter writer, List<Found> tokens) {
    if (writer != null) {
      try {
        for (Found token : tokens) {
          writer.write(token.row());
        }
      } catch (IOException e) {
        throw new UserException(evaluation.base() + " cannot be written: " + IoReason.of(e), e);
      }
    }
  }

  private void add(int chunk, List<TokenScore> tokens) {
    tokens.forEach(token -> perplexity.add(token.surprise()));
    double value = perplexity.estimate().value();
    running.add(value);
    if (evaluation.json()) {
      return;
    }
    if (evaluation.text().outputType == 0) {
      out.printf("[%d]%.4f,", chunk + 1, value);
    } else if (evaluation.text().stride > 0) {
      out.printf("%8d  %.4f\n", chunks.start(chunk), value);
    } else {
      Estimate mean = perplexity.surprise();
      String log = Figures.bounded("%4f", "  %4f", mean.value(), mean.error());
      out.printf("%8d  %.4f  %s\n", chunks.start(chunk), value, log);
    }
    out.flush();
  }

  private void tellResult(ChunkRun run) {
    Estimate ppl = perplexity.estimate();
    if (!evaluation.json()) {
      if (run.done() > 0) {
        String figures = Figures.bounded("%.4f", " +/- %.5f", ppl.value(), ppl.error());
        out.printf("Final estimate: PPL = %s\n", figures).flush();
      }
      return;
    }
    ObjectNode root =
        EvaluationJson.start(evaluation.text().stride > 0 ? "stride" : "perplexity", evaluation);
    root.put("n_ctx", chunks.size());
    root.put("chunks", run.done());
    root.put("tokens", perplexity.count());
    EvaluationJson.put(root, "ppl", ppl);
    EvaluationJson.put(root, "nll", perplexity.surprise());
    root.set("running", running);
    EvaluationJson.putTimes(root, run);
    Json.print(out, root);
  }
}
