package dev.jora.bench;

import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import java.util.Random;

/**
 * Times a decoder on random tokens: the forward pass with the logits of the last token of every
 * batch, no tokenizer, no sampling. Of an encoder, which has none, the hidden state of that token.
 */
public final class DecoderSpeed {
  /** Hears what is being done. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A step begins.
     *
     * @param step number of the repetition, from 1; 0 for what comes before
     */
    void begins(String what, int step);
  }

  private final Decoder decoder;
  private final int batchSize;
  private final int vocabulary;
  private final int first;
  private final Random random = new Random(1);
  private final Batch batch = new Batch();
  private final float[] logits;

  /**
   * Measures {@code decoder}.
   *
   * @param batchSize tokens handed over at once; passes are as long as the decoder's options say
   */
  public DecoderSpeed(Decoder decoder, int batchSize) {
    this.decoder = decoder;
    this.batchSize = batchSize;
    this.vocabulary = decoder.model().vocabularySize();
    int bos = decoder.model().metadata().integer("tokenizer.ggml.bos_token_id", 0);
    this.first = bos >= 0 && bos < vocabulary ? bos : 0;
    this.logits = new float[vocabulary];
  }

  /**
   * Nanoseconds of each of {@code repetitions} runs. The depth is read once and every run starts
   * from there; a warm-up is one more run.
   */
  public long[] measure(Workload work, int repetitions, boolean warmUp, Listener listener) {
    int[] tokens = random.ints(work.context(), 0, vocabulary).toArray();
    tokens[0] = first;
    long[] nanos = new long[repetitions];
    try (Sequence base = decoder.newSequence()) {
      if (work.depth() > 0) {
        listener.begins("depth", 0);
        read(base, tokens, work.depth());
      }
      if (warmUp) {
        listener.begins("warm-up", 0);
        run(base, tokens, work);
      }
      for (int i = 0; i < repetitions; i++) {
        listener.begins("run", i + 1);
        nanos[i] = run(base, tokens, work);
      }
    }
    return nanos;
  }

  private long run(Sequence base, int[] tokens, Workload work) {
    if (!decoder.model().writes()) {
      return encode(tokens);
    }
    try (Sequence sequence = base.fork()) {
      long start = System.nanoTime();
      read(sequence, tokens, work.prompt());
      for (int i = 0; i < work.generated(); i++) {
        pass(sequence, tokens, 1, 1, true);
      }
      return System.nanoTime() - start;
    }
  }

  /** An encoder has no text that goes on in the next pass: a text for each, and no logits. */
  private long encode(int[] tokens) {
    int step = Math.min(decoder.options().batchSize(), decoder.model().contextLength());
    float[] hidden = new float[decoder.model().hyperparameters().embeddingLength()];
    long start = System.nanoTime();
    for (int from = 0; from < tokens.length; from += step) {
      try (Sequence text = decoder.newSequence()) {
        batch.clear();
        int count = Math.min(step, tokens.length - from);
        batch.add(text, tokens, from, count, Batch.Outputs.LAST);
        decoder.forward(batch);
        decoder.hidden(0, 1, hidden);
      }
    }
    return System.nanoTime() - start;
  }

  /** The next {@code n} tokens, in batches of several passes. */
  private void read(Sequence sequence, int[] tokens, int n) {
    int step = decoder.options().batchSize();
    for (int left = n; left > 0; ) {
      for (int inBatch = Math.min(left, batchSize); inBatch > 0; ) {
        int count = Math.min(inBatch, step);
        inBatch -= count;
        left -= count;
        pass(sequence, tokens, count, n, inBatch == 0);
      }
    }
  }

  /** {@code count} of {@code length} tokens that are read one after another. */
  private void pass(Sequence sequence, int[] tokens, int count, int length, boolean wanted) {
    batch.clear();
    Batch.Outputs outputs = wanted ? Batch.Outputs.LAST : Batch.Outputs.NONE;
    batch.addPrompt(sequence, tokens, sequence.length(), count, length, outputs);
    decoder.forward(batch);
    if (wanted) {
      decoder.logits(0, logits);
    }
  }
}
