package dev.jora.quantize.evaluate;

import dev.jora.exec.WorkPool;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Has a model read the chunks of a text, as many side by side as a pass takes, and has the logits
 * of scored tokens looked at by all threads. Results do not depend on the size of passes or the
 * number of threads, but for what the kernels themselves differ by.
 */
public final class ChunkReader implements AutoCloseable {
  /** Looks at a token. */
  @FunctionalInterface
  public interface Scorer<R> {
    /**
     * What is to be known of a token; called by many threads.
     *
     * @param logits of the token before it; good until the call ends
     */
    R score(ScoredToken token, float[] logits);
  }

  /** Hears what was found. */
  @FunctionalInterface
  public interface Results<R> {
    /** The tokens of a chunk, in order; chunks come in order, from 0 on. */
    void read(int chunk, List<R> tokens);
  }

  /** Logits computed together, if they are not more than {@link #LOGITS}. */
  private static final int ROWS = 256;

  /** 64 MB of them. */
  private static final int LOGITS = 1 << 24;

  private final Decoder decoder;
  private final WorkPool pool;
  private final int bos;
  private final float[][] logits;
  private final List<Sequence> sequences = new ArrayList<>();
  private final Batch batch = new Batch();

  /**
   * A reader that is one of the decoder's users, and one of the pool's.
   *
   * @param bos the token that takes the place of the first of each chunk, or −1 for none
   */
  public ChunkReader(Decoder decoder, WorkPool pool, int bos) {
    this.decoder = decoder;
    this.pool = pool;
    this.bos = bos;
    this.logits = new float[pool.threads()][decoder.model().vocabularySize()];
  }

  /** How many chunks go side by side through passes of this many tokens. */
  public static int sideBySide(int passTokens, Chunks chunks) {
    return Math.clamp(passTokens / chunks.size(), 1, Math.max(1, chunks.count()));
  }

  /** The options of a decoder with which chunks are read fast. */
  public static DecoderOptions options(DecoderOptions base, Chunks chunks, int vocabularySize) {
    int side = sideBySide(base.batchSize(), chunks);
    return base.sideBySide(side, chunks.size())
        .withLogitRows(Math.clamp(LOGITS / vocabularySize, 1, ROWS));
  }

  /**
   * Reads all chunks.
   *
   * @param cancelled asked between layers
   * @return false if it was cancelled: results are those of whole chunks then too
   */
  public <R> boolean read(
      Chunks chunks, Scorer<R> scorer, Results<R> results, BooleanSupplier cancelled) {
    int side = sideBySide(decoder.options().batchSize(), chunks);
    for (int chunk = 0; chunk < chunks.count(); chunk += side) {
      int n = Math.min(side, chunks.count() - chunk);
      List<R> found = read(chunks, chunk, n, scorer, cancelled);
      if (found == null) {
        return false;
      }
      for (int i = 0; i < n; i++) {
        int from = i * chunks.scored();
        results.read(chunk + i, found.subList(from, from + chunks.scored()));
      }
    }
    return true;
  }

  /** Chunks [chunk, chunk + n) in one pass, or one in several; null if cancelled. */
  private <R> List<R> read(
      Chunks chunks, int chunk, int n, Scorer<R> scorer, BooleanSupplier cancelled) {
    List<R> found = new ArrayList<>(n * chunks.scored());
    int size = chunks.size();
    int pass = Math.min(size, decoder.options().batchSize());
    int[][] tokens = new int[n][];
    for (int i = 0; i < n; i++) {
      tokens[i] = chunks.read(chunk + i, bos);
      empty(i);
    }
    for (int at = 0; at < size; at += pass) {
      int count = Math.min(pass, size - at);
      int wanted = Math.clamp(chunks.first() - at, 0, count);
      int end = Math.min(count, size - 1 - at); // nothing comes after the last token
      batch.clear();
      for (int i = 0; i < n; i++) {
        batch.add(sequences.get(i), tokens[i], at, count, wanted, end);
      }
      if (!decoder.forward(batch, cancelled)) {
        return null;
      }
      score(chunks, chunk, at + wanted, scorer, n, found);
    }
    return found;
  }

  private void empty(int i) {
    if (i == sequences.size()) {
      sequences.add(decoder.newSequence());
    }
    sequences.get(i).truncate(0);
  }

  /** Looks at the outputs of a pass: the same number for each of n chunks, from a place on. */
  private <R> void score(
      Chunks chunks, int chunk, int place, Scorer<R> scorer, int n, List<R> found) {
    int outputs = batch.outputCount();
    int each = outputs / n;
    for (int from = 0; from < outputs; ) {
      int first = from;
      int rows = decoder.computeLogits(first) - first;
      Object[] group = new Object[rows];
      pool.run(
          rows,
          1,
          (begin, end, worker) -> {
            float[] row = logits[worker]; // in this thread's cache while it is looked at
            for (int i = begin; i < end; i++) {
              int output = first + i;
              decoder.logits(output, row);
              int scored = place + output % each + 1;
              ScoredToken token = chunks.token(chunk + output / each, scored);
              group[i] = scorer.score(token, row);
            }
          });
      for (Object result : group) {
        @SuppressWarnings("unchecked")
        R r = (R) result;
        found.add(r);
      }
      from += rows;
    }
  }

  @Override
  public void close() {
    sequences.forEach(Sequence::close);
  }
}
