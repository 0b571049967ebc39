package dev.jora.backend;

/**
 * The gated delta rule (Gated DeltaNet): with q and k of length 1, q divided by √keyDim besides,
 * the state S of a head becomes S = e^g S + k ⊗ β (v − kᵀ e^g S), and y = qᵀ S. Here g = a ·
 * softplus(α + bias) and β = σ(b).
 *
 * @param heads heads of v
 * @param keyHeads heads of q and k, a divisor of {@code heads}
 * @param tiled value head h has key head h mod keyHeads; else those of one key head follow each
 *     other
 * @param q float32[n, keyHeads · keyDim]
 * @param k float32[n, keyHeads · keyDim]
 * @param v float32[n, heads · valueDim]
 * @param alpha float32[n, heads]
 * @param b float32[n, heads]
 * @param a a vector of {@code heads} values, negative
 * @param bias a vector of {@code heads} values
 * @param eps below this a length is not divided by
 */
public record Delta(
    int heads,
    int keyHeads,
    boolean tiled,
    Buffer q,
    Buffer k,
    Buffer v,
    Buffer alpha,
    Buffer b,
    Weight a,
    Weight bias,
    float eps) {
  /** Values of a head of q and k. */
  public int keyDim() {
    return q.cols() / keyHeads;
  }

  /** Values of a head of v. */
  public int valueDim() {
    return v.cols() / heads;
  }

  /** The key head of a value head. */
  public int keyHead(int head) {
    return tiled ? head % keyHeads : head / (heads / keyHeads);
  }
}
