package dev.jora.quantize.evaluate;

import java.util.Arrays;

/**
 * How far a model is from its base over the tokens of a text, as llama-perplexity counts it: Q is
 * the model, usually the quantized one. Sums in double; errors are one standard error, of functions
 * of means to first order.
 */
public final class KlDivergence {
  private final Mean surprise = new Mean();
  private final Mean baseSurprise = new Mean();
  private final Mean divergence = new Mean();
  private final Mean difference = new Mean();
  private final Mean squaredDifference = new Mean();
  private double products;
  private int sameTop;
  private double[] divergences = new double[1024];
  private double[] differences = new double[1024];

  /** Adds a scored token. */
  public void add(TokenDivergence token) {
    int n = count();
    if (n == divergences.length) {
      divergences = Arrays.copyOf(divergences, 2 * n);
      differences = Arrays.copyOf(differences, 2 * n);
    }
    double p = token.difference();
    divergences[n] = token.divergence();
    differences[n] = p;
    surprise.add(token.surprise());
    baseSurprise.add(token.baseSurprise());
    divergence.add(token.divergence());
    difference.add(p);
    squaredDifference.add(p * p);
    products += token.surprise() * token.baseSurprise();
    sameTop += token.sameTop() ? 1 : 0;
  }

  /** Tokens added. */
  public int count() {
    return surprise.count();
  }

  /** PPL(Q). */
  public Estimate perplexity() {
    return surprise.estimate().exp();
  }

  /** PPL(base). */
  public Estimate basePerplexity() {
    return baseSurprise.estimate().exp();
  }

  /** Covariance of the two means. */
  private double covariance() {
    int n = count();
    return (products / n - surprise.sum() / n * (baseSurprise.sum() / n)) / (n - 1);
  }

  /** Correlation of ln PPL(Q) and ln PPL(base), −1 to 1. */
  public double correlation() {
    return covariance() / (surprise.estimate().error() * baseSurprise.estimate().error());
  }

  /** ln(PPL(Q) / PPL(base)). */
  public Estimate logRatio() {
    Estimate q = surprise.estimate();
    Estimate base = baseSurprise.estimate();
    return new Estimate(
        q.value() - base.value(), differenceError(q.error(), base.error(), covariance()));
  }

  /** PPL(Q) / PPL(base). */
  public Estimate ratio() {
    return logRatio().exp();
  }

  /** PPL(Q) − PPL(base). */
  public Estimate perplexityDifference() {
    Estimate q = perplexity();
    Estimate base = basePerplexity();
    double covariance = q.value() * base.value() * covariance();
    return new Estimate(
        q.value() - base.value(), differenceError(q.error(), base.error(), covariance));
  }

  private static double differenceError(double a, double b, double covariance) {
    return Math.sqrt(Math.max(0, a * a + b * b - 2 * covariance));
  }

  /** The mean divergence, in nats per token. */
  public Estimate divergence() {
    return divergence.estimate();
  }

  /** The divergence of every token. */
  public Distribution divergences() {
    return new Distribution(divergences, count());
  }

  /** Δp, the mean of p − p_base of the tokens of the text. */
  public Estimate difference() {
    return difference.estimate();
  }

  /** Δp of every token. */
  public Distribution differences() {
    return new Distribution(differences, count());
  }

  /** The root of the mean square of Δp. */
  public Estimate rmsDifference() {
    return squaredDifference.estimate().sqrt();
  }

  /** Of how many tokens both models find the same token the likeliest, as a share. */
  public Estimate sameTop() {
    return Estimate.share(sameTop, count());
  }
}
