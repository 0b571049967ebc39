package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The statistics against sums over all tokens at once, in two passes, from probabilities. */
class KlDivergenceTest {
  private static final int VOCABULARY = 11;
  private static final int TOKENS = 301;

  private final double[][] p = new double[TOKENS][];
  private final double[][] q = new double[TOKENS][];
  private final int[] ids = new int[TOKENS];
  private final KlDivergence found = new KlDivergence();

  KlDivergenceTest() {
    Random random = new Random(3);
    for (int t = 0; t < TOKENS; t++) {
      float[] x = new float[VOCABULARY];
      float[] b = new float[VOCABULARY];
      for (int i = 0; i < VOCABULARY; i++) {
        b[i] = (float) (2 * random.nextGaussian());
        x[i] = (float) (b[i] + 0.5 * random.nextGaussian());
      }
      p[t] = softmax(b);
      q[t] = softmax(x);
      ids[t] = random.nextInt(VOCABULARY);
      for (int i = 0; i < VOCABULARY; i++) {
        b[i] = (float) Math.log(p[t][i]);
      }
      found.add(TokenDivergence.of(x, LogSoftmax.of(x), b, ids[t]));
    }
  }

  private static double[] softmax(float[] x) {
    double[] e = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      e[i] = Math.exp(x[i]);
    }
    double sum = Arrays.stream(e).sum();
    return Arrays.stream(e).map(v -> v / sum).toArray();
  }

  private interface OfToken {
    double at(int t);
  }

  private static double mean(OfToken f) {
    double sum = 0;
    for (int t = 0; t < TOKENS; t++) {
      sum += f.at(t);
    }
    return sum / TOKENS;
  }

  /** Covariance of the means of two figures. */
  private static double covariance(OfToken f, OfToken g) {
    double mf = mean(f);
    double mg = mean(g);
    return mean(t -> (f.at(t) - mf) * (g.at(t) - mg)) / (TOKENS - 1);
  }

  private static double error(OfToken f) {
    return Math.sqrt(covariance(f, f));
  }

  private double surprise(int t) {
    return -Math.log(q[t][ids[t]]);
  }

  private double baseSurprise(int t) {
    return -Math.log(p[t][ids[t]]);
  }

  private double divergence(int t) {
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += p[t][i] * Math.log(p[t][i] / q[t][i]);
    }
    return sum;
  }

  private double difference(int t) {
    return q[t][ids[t]] - p[t][ids[t]];
  }

  private static void assertNear(double value, double error, Estimate found) {
    assertEquals(value, found.value(), 1e-5 * Math.abs(value));
    assertEquals(error, found.error(), 1e-4 * error);
  }

  @Test
  void perplexities() {
    double ppl = Math.exp(mean(this::surprise));
    double base = Math.exp(mean(this::baseSurprise));
    double a = error(this::surprise);
    double b = error(this::baseSurprise);
    double ab = covariance(this::surprise, this::baseSurprise);
    assertNear(ppl, ppl * a, found.perplexity());
    assertNear(base, base * b, found.basePerplexity());
    assertEquals(ab / (a * b), found.correlation(), 1e-5);
    double logError = error(t -> surprise(t) - baseSurprise(t));
    assertNear(Math.log(ppl / base), logError, found.logRatio());
    assertNear(ppl / base, ppl / base * logError, found.ratio());
    double error = Math.sqrt(a * a * ppl * ppl + b * b * base * base - 2 * ab * ppl * base);
    assertNear(ppl - base, error, found.perplexityDifference());
  }

  @Test
  void divergences() {
    assertNear(mean(this::divergence), error(this::divergence), found.divergence());
    double[] all = new double[TOKENS];
    Arrays.setAll(all, this::divergence);
    Arrays.sort(all);
    assertEquals(all[0], found.divergences().quantile(0), 1e-5);
    assertEquals(all[150], found.divergences().quantile(0.5), 1e-5);
    assertEquals(all[30], found.divergences().quantile(0.1), 1e-5);
    assertEquals(0.3 * all[2] + 0.7 * all[3], found.divergences().quantile(0.009), 1e-5);
    assertEquals(all[300], found.divergences().quantile(1), 1e-5);
    assertTrue(all[0] < all[30] && all[30] < all[150]);
  }

  @Test
  void differences() {
    assertNear(mean(this::difference), error(this::difference), found.difference());
    OfToken square = t -> difference(t) * difference(t);
    double rms = Math.sqrt(mean(square));
    assertNear(rms, error(square) / (2 * rms), found.rmsDifference());
    double same =
        mean(t -> index(p[t], max(p[t])) == index(q[t], max(q[t])) ? 1 : 0); // no ties here
    assertTrue(same > 0.5 && same < 1, "" + same);
    assertNear(same, Math.sqrt(same * (1 - same) / (TOKENS - 1)), found.sameTop());
  }

  private static double max(double[] x) {
    return Arrays.stream(x).max().orElseThrow();
  }

  private static int index(double[] x, double value) {
    int i = 0;
    while (x[i] != value) {
      i++;
    }
    return i;
  }

  @Test
  void anEvenNumberHasItsMedianBetweenTwo() {
    Distribution four = new Distribution(new double[] {4, 1, 2, 9, 77}, 4);
    assertEquals(3, four.quantile(0.5));
    assertEquals(9, four.quantile(1));
  }
}
