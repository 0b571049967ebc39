package dev.jora.model.block;

/**
 * Latent attention (DeepSeek V2): one vector for all heads is kept of a position, from which keys
 * and values of every head are made by matrices that go into the query and the result instead.
 *
 * @param heads query heads
 * @param plainDim values of a head's q that do not turn
 * @param valueDim values per head of v
 * @param latent values of the vector that is kept, those that turn aside
 * @param queryRank width between the two products of q; 0 where it is one product
 * @param scale factor on q·k
 * @param temperature by how much queries of long texts are sharpened, every {@code
 *     temperatureFloor} positions; 0 for none
 * @param rope of the values that turn
 * @param norm how the vectors between two products are normalised
 */
public record LatentSpec(
    int heads,
    int plainDim,
    int valueDim,
    int latent,
    int queryRank,
    float scale,
    float temperature,
    int temperatureFloor,
    RopeSpec rope,
    NormSpec norm)
    implements BlockSpec {
  /** Values of a head's q. */
  int queryDim() {
    return plainDim + rope.dimensions();
  }

  /** Values that are kept of a position. */
  int keyDim() {
    return latent + rope.dimensions();
  }

  @Override
  public LatentBlock bind(TensorTable table, String layer, int width) {
    return LatentBlock.bind(this, table, layer, width);
  }
}
