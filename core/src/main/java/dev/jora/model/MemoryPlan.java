package dev.jora.model;

/**
 * Memory that running a model takes, known before anything is loaded.
 *
 * @param weights bytes of the file's tensors
 * @param cache bytes of the KV cache of one sequence when its context is full
 * @param compute bytes of activations for the largest batch
 */
public record MemoryPlan(long weights, long cache, long compute) {
  /** What {@code model} takes with these options. */
  public static MemoryPlan of(Model model, DecoderOptions options) {
    Hyperparameters h = model.hyperparameters();
    long cache = 0;
    long widest = 0;
    for (int il = 0; il < h.blockCount(); il++) {
      int window = model.spec().isWindowed(il) ? model.spec().window() : 0;
      long positions = options.contextSize();
      if (window > 0) {
        positions = Math.min(positions, (long) window + options.batchSize() + 128);
      }
      cache += positions * Decoder.kvSpec(model, options, il).bytesPerPosition();
      long heads = (long) h.headCount(il) * (h.keyLength() + h.valueLength());
      long kv = (long) h.headCountKv(il) * (h.keyLength() + h.valueLength());
      widest = Math.max(widest, heads + kv + 2L * h.feedForwardLength(il));
    }
    long row = 6L * h.embeddingLength() + widest + 2L * h.ropeDimensions();
    int rows = Math.min(options.batchSize(), options.contextSize());
    long logits = (long) options.logitRows() * model.vocabularySize();
    return new MemoryPlan(model.tensorBytes(), cache, 4 * (rows * row + logits));
  }

  /** All of it. */
  public long total() {
    return weights + cache + compute;
  }
}
