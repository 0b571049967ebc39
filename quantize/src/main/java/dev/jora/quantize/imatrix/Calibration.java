package dev.jora.quantize.imatrix;

import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.quantize.evaluate.Perplexity;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Has a model read a text in chunks of its context size, each on its own, as llama.cpp does for
 * importance matrices: whoever observes the products of the backend sees what goes into them.
 */
public final class Calibration implements AutoCloseable {
  private final Decoder decoder;
  private final Sequence sequence;
  private final int bos;
  private final boolean allLogits;
  private final Perplexity perplexity;
  private final float[] logits;
  private final Batch batch = new Batch();

  /**
   * A calibration of what {@code decoder} decodes, in chunks of its context size.
   *
   * @param bos the token that takes the place of the first of each chunk, or −1 for none
   * @param allLogits true: logits of all tokens are computed, so that the output's product is seen
   * @param perplexity gets the tokens of the second half of each chunk; or null
   */
  public Calibration(Decoder decoder, int bos, boolean allLogits, Perplexity perplexity) {
    this.decoder = decoder;
    this.sequence = decoder.newSequence();
    this.bos = bos;
    this.allLogits = allLogits;
    this.perplexity = perplexity;
    this.logits = new float[decoder.model().vocabularySize()];
  }

  /** Tokens of a chunk. */
  public int chunkSize() {
    return decoder.options().contextSize();
  }

  /**
   * Reads the chunk that starts at {@code tokens[from]}.
   *
   * @param cancelled asked between layers
   * @return false if it was cancelled: some layers have read more than others then
   */
  public boolean read(int[] tokens, int from, BooleanSupplier cancelled) {
    int n = chunkSize();
    int[] chunk = Arrays.copyOfRange(tokens, from, from + n);
    if (bos >= 0) {
      chunk[0] = bos;
    }
    sequence.truncate(0);
    int pass = Math.min(n, decoder.options().batchSize());
    for (int at = 0; at < n; at += pass) {
      int count = Math.min(pass, n - at);
      batch.clear();
      batch.add(sequence, chunk, at, count, Batch.Outputs.ALL); // the last layer reads all too
      if (!decoder.forward(batch, cancelled)) {
        return false;
      }
      score(chunk, at, count);
    }
    return true;
  }

  private void score(int[] chunk, int at, int count) {
    for (int i = 0; i < count; i++) {
      int place = at + i;
      boolean scored = perplexity != null && place >= chunk.length / 2 && place < chunk.length - 1;
      if (scored || allLogits) {
        decoder.logits(i, logits);
      }
      if (scored) {
        perplexity.add(LogSoftmax.of(logits).surprise(logits[chunk[place + 1]]));
      }
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}
