package dev.jora.kernel;

/**
 * The activation xIELU: α_p x² + β x for x &gt; 0, else α_n (e^min(x, ε) − 1 − x) + β x.
 *
 * @param positive α_p
 * @param negative α_n
 * @param beta β
 * @param eps ε, a little below 0
 */
public record Xielu(float positive, float negative, float beta, float eps) {
  /** f(x). */
  public float of(float x) {
    return x > 0
        ? positive * x * x + beta * x
        : (float) ((Math.expm1(Math.min(x, eps)) - x) * negative + beta * x);
  }
}
