package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.model.Decoder;
import dev.jora.quantize.evaluate.ChunkReader;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.quantize.evaluate.Perplexity;
import dev.jora.quantize.evaluate.TokenScore;
import java.util.List;

/** A text being read for its perplexity: what is told on the way and at the end. */
final class PerplexityRun {
  private final Session session;
  private final Chunks chunks;
  private final PerplexityCommand command;
  private final Perplexity perplexity = new Perplexity();
  private final Output out = Output.standard();
  private final ArrayNode running = JsonNodeFactory.instance.arrayNode();
  private int done;

  PerplexityRun(Session session, Chunks chunks, PerplexityCommand command) {
    this.session = session;
    this.chunks = chunks;
    this.command = command;
  }

  /** Reads until there is an end or an interrupt, and says what was found until then. */
  void run(Interrupt interrupt) {
    int side = ChunkReader.sideBySide(session.options.batchSize(), chunks);
    tellWhat(side);
    ChunkProgress progress =
        new ChunkProgress(
            "perplexity", chunks.count(), chunks.step(), !command.json, command.common);
    int bos = session.tokenizer.addsBos() ? session.tokenizer.vocab().bos() : -1;
    try (Decoder decoder = session.decoder(session.options.sideBySide(side, chunks.size()));
        ChunkReader reader = new ChunkReader(decoder, session.prompts(), bos)) {
      reader.read(
          chunks,
          (token, logits) -> TokenScore.of(token, logits, LogSoftmax.of(logits)),
          (chunk, tokens) -> {
            if (chunk == 0) {
              progress.firstPass(side);
            }
            add(chunk, tokens);
            progress.show(done);
          },
          interrupt::requested);
    }
    progress.finish(done);
    tellResult(progress.seconds());
  }

  private void tellWhat(int side) {
    CommonOptions common = command.common;
    int batch = session.options.batchSize();
    if (command.text.stride > 0) {
      common.info(
          "perplexity: have %d tokens. Calculation chunk = %d",
          chunks.tokens().length, chunks.size());
      common.info(
          "perplexity: calculating perplexity over %d chunks, batch_size=%d",
          chunks.count(), batch);
    } else {
      common.info(
          "perplexity: calculating perplexity over %d chunks, n_ctx=%d, batch_size=%d, n_seq=%d",
          chunks.count(), chunks.size(), batch, side);
    }
  }

  private void add(int chunk, List<TokenScore> tokens) {
    tokens.forEach(token -> perplexity.add(token.surprise()));
    done++;
    double value = perplexity.estimate().value();
    running.add(value);
    if (command.json) {
      return;
    }
    if (command.text.outputType == 0) {
      out.printf("[%d]%.4f,", chunk + 1, value);
    } else if (command.text.stride > 0) {
      out.printf("%8d  %.4f%n", chunks.start(chunk), value);
    } else {
      Estimate mean = perplexity.surprise();
      out.printf("%8d  %.4f  %4f  %4f%n", chunks.start(chunk), value, mean.value(), mean.error());
    }
    out.flush();
  }

  private void tellResult(double seconds) {
    if (done < chunks.count()) {
      command.common.warn("stopped after %d of %d chunks", done, chunks.count());
    }
    Estimate ppl = perplexity.estimate();
    if (!command.json) {
      if (done > 0) {
        out.printf("%nFinal estimate: PPL = %.4f +/- %.5f%n", ppl.value(), ppl.error()).flush();
      }
      return;
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("mode", command.text.stride > 0 ? "stride" : "perplexity");
    root.put("model", command.model.path().toString());
    root.put("text", command.text.file.toString());
    root.put("n_ctx", chunks.size());
    root.put("chunks", done);
    root.put("tokens", perplexity.count());
    root.put("ppl", ppl.value());
    root.put("ppl_error", ppl.error());
    root.put("nll", perplexity.surprise().value());
    root.put("nll_error", perplexity.surprise().error());
    root.set("running", running);
    root.put("seconds", seconds);
    Json.print(out, root);
  }
}
