package dev.jora.quantize.target;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.Kernels;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.quantize.evaluate.LogSoftmax;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * A model that reads the same short text again and again, with one tensor changed: what that does
 * to its predictions is the mean Kullback-Leibler divergence of the next token's distribution.
 */
final class Probe {
  /** Tokens of the text. */
  static final int TOKENS = 256;

  /** Every so many positions are compared. */
  private static final int EVERY = 2;

  private final GgufFile file;
  private final Kernels kernels;
  private final WorkPool pool;
  private final BooleanSupplier cancelled;
  private final int[] tokens;
  private final float[][] base;

  /**
   * @param tokens at least two; or null: the model writes a text itself, as it comes, from its
   *     first token on
   * @param cancelled asked between layers
   * @throws CancellationException if it was cancelled
   */
  Probe(GgufFile file, Kernels kernels, WorkPool pool, int[] tokens, BooleanSupplier cancelled) {
    this.file = file;
    this.kernels = kernels;
    this.pool = pool;
    this.cancelled = cancelled;
    this.tokens = tokens != null ? tokens : written();
    this.base = read(file.tensors());
    for (float[] row : base) {
      toLogProbabilities(row);
    }
  }

  /**
   * Mean divergence, in nats, with this tensor in place of the file's of the same name.
   *
   * @throws CancellationException if it was cancelled
   */
  double divergence(Tensor changed) {
    Map<String, Tensor> tensors = new HashMap<>(file.tensors());
    tensors.put(changed.name(), changed);
    float[][] rows = read(tensors);
    double[] sums = new double[rows.length];
    pool.run(
        rows.length,
        1,
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            toLogProbabilities(rows[i]);
            sums[i] = divergence(base[i], rows[i]);
          }
        });
    double sum = 0;
    for (double s : sums) {
      sum += s;
    }
    return Math.max(0, sum / rows.length);
  }

  private float[][] read(Map<String, Tensor> tensors) {
    Model model = Model.of(file.metadata(), tensors);
    float[][] rows = new float[tokens.length / EVERY][model.vocabularySize()];
    try (CpuBackend backend = new CpuBackend(kernels, pool);
        Decoder decoder =
            new Decoder(model, Placement.all(backend, model), options(tokens.length));
        Sequence sequence = decoder.newSequence()) {
      Batch batch = new Batch();
      batch.add(sequence, tokens, 0, tokens.length, Batch.Outputs.ALL);
      forward(decoder, batch);
      for (int i = 0; i < rows.length; i++) {
        decoder.logits(EVERY * i + EVERY - 1, rows[i]);
      }
    }
    return rows;
  }

  private void forward(Decoder decoder, Batch batch) {
    if (!decoder.forward(batch, cancelled)) {
      throw new CancellationException("measuring was cancelled");
    }
  }

  private static DecoderOptions options(int tokens) {
    return new DecoderOptions(
        tokens, tokens, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
  }

  private int[] written() {
    Model model = Model.of(file.metadata(), file.tensors());
    int length = Math.min(TOKENS, model.contextLength());
    int[] text = new int[length];
    text[0] = file.metadata().integer("tokenizer.ggml.bos_token_id", 0);
    float[] logits = new float[model.vocabularySize()];
    SplittableRandom random = new SplittableRandom(42);
    try (CpuBackend backend = new CpuBackend(kernels, pool);
        Decoder decoder = new Decoder(model, Placement.all(backend, model), options(length));
        Sequence sequence = decoder.newSequence()) {
      Batch batch = new Batch();
      for (int i = 1; i < length; i++) {
        batch.clear();
        batch.addSingle(sequence, text, i - 1, 1, Batch.Outputs.LAST);
        forward(decoder, batch);
        decoder.logits(0, logits);
        text[i] = sample(logits, random.nextDouble());
      }
    }
    return text;
  }

  private static int sample(float[] logits, double uniform) {
    toLogProbabilities(logits);
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += Math.exp(logits[i]);
      if (sum > uniform) {
        return i;
      }
    }
    return 0;
  }

  private static void toLogProbabilities(float[] logits) {
    LogSoftmax softmax = LogSoftmax.of(logits);
    float shift = (float) (softmax.max() + softmax.logSum());
    for (int i = 0; i < logits.length; i++) {
      logits[i] -= shift;
    }
  }

  /** Σ p (ln p − ln q). */
  private static double divergence(float[] p, float[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > -30) { // what is rarer adds less than 1e-11 for a vocabulary of a million
        sum += Math.exp(p[i]) * (p[i] - q[i]);
      }
    }
    return sum;
  }
}
