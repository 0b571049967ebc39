package dev.jora.model.block;

/**
 * Attention with a cache of keys and values.
 *
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param keyDim values per head of q and k
 * @param valueDim values per head of v
 * @param scale factor on q·k
 * @param softcap cap of scores, 0 for none
 * @param window positions a query sees; 0 for all
 * @param causal false where queries see what stands behind them too
 * @param rope null where heads do not turn
 * @param qkNorm norms of q and k before RoPE; of each head, or of the row if so long
 * @param gated each head of q comes with a gate, σ of which scales what the head sees
 * @param normFirst q and k are normalised before they turn, else behind
 * @param valueNorm heads of v are normalised, without weights
 * @param sharedWith the layer whose keys and values are looked at, there being none of its own; −1
 *     for none
 * @param maxBias ALiBi's, 0 for none
 * @param temperature by how much queries of long texts are sharpened, every {@code
 *     temperatureFloor} positions; 0 for none
 * @param sinks every head has a score beside those of its keys, {@code attn_sinks}
 * @param norm how q and k are normalised
 */
public record AttentionSpec(
    int heads,
    int kvHeads,
    int keyDim,
    int valueDim,
    float scale,
    float softcap,
    int window,
    boolean causal,
    RopeSpec rope,
    QkNorm qkNorm,
    boolean gated,
    boolean normFirst,
    boolean valueNorm,
    int sharedWith,
    float maxBias,
    float temperature,
    int temperatureFloor,
    boolean sinks,
    NormSpec norm)
    implements BlockSpec {
  /** Norms of q and k. */
  public enum QkNorm {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  @Override
  public AttentionBlock bind(TensorTable table, String layer, int width) {
    return AttentionBlock.bind(this, table, layer, width);
  }
}
