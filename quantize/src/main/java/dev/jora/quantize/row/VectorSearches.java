package dev.jora.quantize.row;

/** {@link Searches} on the Vector API, as many units at once as a vector has lanes. */
final class VectorSearches implements Searches {
  @Override
  public void symmetric(Units units, int m, Fits fits) {
    VectorSymmetric search = new VectorSymmetric(units.n(), m);
    for (int u = 0; u < units.count(); u += Vectors.LANES) {
      search.search(units, u, fits);
    }
  }

  @Override
  public void descent(Units units, int m, float[] scale, byte[] levels) {
    VectorDescent search = new VectorDescent(units.n(), m);
    for (int u = 0; u < units.count(); u += 2 * Vectors.LANES) {
      int next = Math.min(u + Vectors.LANES, units.count() - Vectors.LANES);
      search.search(units, u, next, scale, levels);
    }
  }

  @Override
  public void affine(Units units, Steps steps, Fits fits) {
    VectorAffine search = new VectorAffine(units.n(), steps);
    for (int u = 0; u < units.count(); u += 2 * Vectors.LANES) {
      int next = Math.min(u + Vectors.LANES, units.count() - Vectors.LANES);
      search.search(units, u, next, fits);
    }
  }

  @Override
  public void positive(Units units, int m, float[] scale, byte[] levels) {
    VectorPositive search = new VectorPositive(units.n(), m);
    for (int u = 0; u < units.count(); u += Vectors.LANES) {
      search.search(units, u, scale, levels);
    }
  }
}
