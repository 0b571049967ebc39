package dev.jora.quantize.row;

/** {@link IqSearches} with the Vector API, whose module must be loaded. */
final class VectorIqSearches implements IqSearches {
  @Override
  public Iq4Search iq4() {
    return new VectorIq4Search();
  }

  @Override
  public GridSearch grid(GridRecipe recipe) {
    return new VectorGridSearch(recipe);
  }

  @Override
  public SplitSearch splits(int n) {
    return new VectorSplitSearch(n);
  }

  @Override
  public NearestPoint nearest() {
    return new VectorNearestPoint();
  }
}
