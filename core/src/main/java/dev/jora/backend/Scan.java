package dev.jora.backend;

/**
 * A selective scan (Mamba): with Δ = softplus(dt) of a row and head h, the state of every value x_j
 * of the head becomes s = e^(Δ·a_h) ⊙ s + Δ·x_j·b, and y_j = s·c + d_h·x_j.
 *
 * @param heads heads; in Mamba 1 every value is a head
 * @param groups rows of b and c that heads / groups of them share
 * @param states numbers in the state of one value
 * @param x float32[n, heads · headDim]
 * @param dt float32[n, heads]
 * @param b float32[n, groups · states]
 * @param c float32[n, groups · states]
 * @param a [heads, states], or [heads, 1] for one number a head
 * @param d a vector of {@code heads} values
 */
public record Scan(
    int heads,
    int groups,
    int states,
    Buffer x,
    Buffer dt,
    Buffer b,
    Buffer c,
    Weight a,
    Weight d) {
  /** Values of a head. */
  public int headDim() {
    return x.cols() / heads;
  }
}
