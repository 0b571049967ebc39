package dev.jora.quantize.row;

/** {@link IqSearches} in plain loops. */
final class ScalarIqSearches implements IqSearches {
  @Override
  public Iq4Search iq4() {
    return new ScalarIq4Search();
  }

  @Override
  public GridSearch grid(GridRecipe recipe) {
    return new ScalarGridSearch(recipe);
  }

  @Override
  public SplitSearch splits(int n) {
    return new ScalarSplitSearch(n);
  }

  @Override
  public NearestPoint nearest() {
    return new ScalarNearestPoint();
  }
}
