package dev.jora.quantize.evaluate;

/** How many questions were answered right, as answers come in. */
public final class Accuracy {
  /** Standard errors to either side of 95 % of a normal distribution. */
  private static final double Z = 1.95996398454;

  private int right;
  private int done;
  private int answers;

  /** Adds a choice. */
  public void add(Choice choice) {
    right += choice.right() ? 1 : 0;
    done++;
    answers += choice.scores().length;
  }

  /** Questions asked. */
  public int done() {
    return done;
  }

  /** Questions answered right. */
  public int right() {
    return right;
  }

  /** The share of right answers. */
  public Estimate share() {
    return Estimate.share(right, done);
  }

  /** The share that guessing would get. */
  public Estimate chance() {
    double p = (double) done / answers;
    return new Estimate(p, Math.sqrt(p * (1 - p) / (done - 1)));
  }

  /** The lower end of Wilson's 95 % interval of the share. */
  public double lower() {
    return wilson(-1);
  }

  /** The upper end of it. */
  public double upper() {
    return wilson(1);
  }

  /** E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927. */
  private double wilson(int sign) {
    double p = share().value();
    double z = Z * Z / done;
    double half = Math.sqrt(z * (4 * p * (1 - p) + z)) / 2;
    return (p + z / 2 + sign * half) / (1 + z);
  }
}
