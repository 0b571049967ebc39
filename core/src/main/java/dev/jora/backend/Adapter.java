package dev.jora.backend;

/**
 * Two small matrices beside a weight (LoRA): to each product with the weight, scale · b · (a · x)
 * is added; to a row of a table, scale · b · a[id]. Of a stack of matrices they are stacks too.
 *
 * @param a [rank, inputs]; beside a table [ids, rank]
 * @param b [outputs, rank]
 * @param alpha what the user's scale is multiplied with, divided by the rank; 0 for neither
 * @param user the user's scale
 */
public record Adapter(Weight a, Weight b, float alpha, AdapterScale user) {
  /** Values between the two. */
  public int rank() {
    return Math.toIntExact(b.shape().ne0());
  }

  /** Values behind them. */
  public int outputs() {
    return Math.toIntExact(b.shape().ne1());
  }

  /** The scale of a pass; where it is 0 nothing is to be done. */
  public float scale() {
    return alpha == 0 ? user.value() : user.value() * alpha / rank();
  }
}
