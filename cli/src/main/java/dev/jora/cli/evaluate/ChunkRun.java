package dev.jora.cli.evaluate;

import dev.jora.cli.common.ChunkProgress;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Session;
import dev.jora.model.Decoder;
import dev.jora.quantize.evaluate.ChunkReader;
import dev.jora.quantize.evaluate.Chunks;
import java.util.List;
import java.util.function.BiConsumer;

/** The chunks of a text being read by a model, and how far it is. */
final class ChunkRun {
  private final Session session;
  private final Chunks chunks;
  private final Evaluation evaluation;
  private int done;
  private ChunkProgress progress;
  private double seconds;
  private PassTimes times;

  ChunkRun(Session session, Chunks chunks, Evaluation evaluation) {
    this.session = session;
    this.chunks = chunks;
    this.evaluation = evaluation;
  }

  /**
   * Reads until there is an end or an interrupt; {@link #tellEnd} says how it went, once the
   * results have ended their line.
   *
   * @param found gets the number of every chunk that was read, from 0 on, and its tokens
   */
  <R> void read(
      ChunkReader.Scorer<R> scorer, BiConsumer<Integer, List<R>> found, Interrupt interrupt) {
    int side = ChunkReader.sideBySide(session.options().batchSize(), chunks);
    tellWhat(side);
    progress =
        new ChunkProgress(
            "perplexity", chunks.count(), chunks.step(), !evaluation.json(), evaluation.common());
    times =
        read(
            session,
            chunks,
            scorer,
            (chunk, tokens) -> {
              if (chunk == 0) {
                progress.firstPass(side);
              }
              found.accept(chunk, tokens);
              done++;
              progress.show(done);
            },
            interrupt);
    progress.clear();
    seconds = progress.seconds();
  }

  /** Says how it went. */
  void tellEnd() {
    progress.finish(done);
    if (!isComplete()) {
      evaluation.common().warn("stopped after %d of %d chunks", done, chunks.count());
    }
  }

  /** Reads until there is an end or an interrupt, and says nothing. */
  static <R> PassTimes read(
      Session session,
      Chunks chunks,
      ChunkReader.Scorer<R> scorer,
      ChunkReader.Results<R> results,
      Interrupt interrupt) {
    int side = ChunkReader.sideBySide(session.options().batchSize(), chunks);
    int bos = session.tokenizer().addsBos() ? session.tokenizer().vocab().bos() : -1;
    int vocabulary = session.model().vocabularySize();
    try (Decoder decoder =
            session.decoder(ChunkReader.options(session.options(), chunks, vocabulary));
        ChunkReader reader = new ChunkReader(decoder, session.prompts(), bos)) {
      PassTimes times = new PassTimes(side, chunks.count(), chunks.step());
      reader.read(
          chunks,
          scorer,
          (chunk, tokens) -> {
            results.read(chunk, tokens);
            times.read(chunk);
          },
          interrupt::requested);
      return times;
    }
  }

  private void tellWhat(int side) {
    CommonOptions common = evaluation.common();
    int batch = session.options().batchSize();
    if (evaluation.text().stride > 0) {
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

  /** True if all chunks are read. */
  boolean isComplete() {
    return done == chunks.count();
  }

  /** Chunks read. */
  int done() {
    return done;
  }

  /** Seconds that it took. */
  double seconds() {
    return seconds;
  }

  /** The same, pass by pass. */
  PassTimes times() {
    return times;
  }
}
