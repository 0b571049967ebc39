package dev.jora.backend.cuda.card;

import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;

/** Logits of a text that is read, then goes on token by token. */
public final class CardLogits {
  private static final int DRAWN = 4;

  private CardLogits() {}

  /** Of every token: a prompt, then some one by one. */
  static float[][] of(Decoder decoder, int[] tokens) {
    float[][] all = new float[tokens.length][decoder.model().vocabularySize()];
    Batch batch = new Batch();
    int prompt = Math.max(1, tokens.length - DRAWN);
    int step = decoder.options().batchSize();
    try (Sequence sequence = decoder.newSequence()) {
      for (int from = 0; from < tokens.length; ) {
        int n = from < prompt ? Math.min(step, prompt - from) : 1;
        batch.clear();
        if (from < prompt) {
          batch.add(sequence, tokens, from, n, Batch.Outputs.ALL);
        } else {
          batch.addSingle(sequence, tokens, from, 1, Batch.Outputs.LAST);
        }
        decoder.forward(batch);
        for (int i = 0; i < n; i++) {
          decoder.logits(i, all[from + i]);
        }
        from += n;
      }
    }
    return all;
  }

  /** The largest difference; infinite where one is not a number. */
  public static double worst(float[][] a, float[][] b) {
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        double difference = Math.abs((double) a[i][j] - b[i][j]);
        worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
      }
    }
    return worst;
  }

  /** Normalised mean squared error; infinite where a value is not a number. */
  static double error(float[] expected, float[] found) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) found[i] - expected[i], 2);
      square += Math.pow(expected[i], 2);
    }
    return Double.isFinite(error) ? error / square : Double.POSITIVE_INFINITY;
  }
}
