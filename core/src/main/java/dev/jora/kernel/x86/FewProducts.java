package dev.jora.kernel.x86;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Products of a few tokens by the code for one: each row of weights is read and decoded once, and
 * every token has the result that it has alone, to the bit.
 */
final class FewProducts implements ProductCode {
  /** Brings one row of activations into its form, as token {@code token} of {@code tokens}. */
  interface Prepare {
    void run(long x, int tokens, int token, long out);
  }

  /** y[t, r] = w[r] · x[t] for rows {@code rowBytes} apart; ldy bytes from token to token. */
  interface Rows {
    void run(long w, long rowBytes, int rows, long x, long y, long ldy);
  }

  private final Form form;
  private final int most;
  private final long tokenBytes;
  private final Prepare prepare;
  private final long rowBytes;
  private final PerCount<Rows> code;

  /**
   * Products of rows of {@code rowBytes}.
   *
   * @param most so many tokens are multiplied faster than in groups
   * @param tokenBytes of a token in its form
   * @param code for a number of tokens
   */
  FewProducts(
      Form form,
      int most,
      long tokenBytes,
      Prepare prepare,
      long rowBytes,
      IntFunction<Rows> code) {
    this.form = form;
    this.most = most;
    this.tokenBytes = tokenBytes;
    this.prepare = prepare;
    this.rowBytes = rowBytes;
    this.code = new PerCount<>(Cut.MOST, code);
  }

  @Override
  public int most() {
    return most;
  }

  @Override
  public Form form() {
    return form;
  }

  @Override
  public int groups(int n) {
    return n;
  }

  @Override
  public long bytes(int n) {
    return tokenBytes * n;
  }

  @Override
  public void prepare(long x, long ldx, int n, int i, IntPredicate fine, long out) {
    prepare.run(x + ldx * i, n, i, out);
  }

  @Override
  public long scratchBytes(int n) {
    return 0;
  }

  @Override
  public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
    code.get(n).run(w, rowBytes, rows, x, y, ldy);
  }
}
