package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.function.IntPredicate;

/**
 * Products with a few tokens by the code for one: each row of weights is read and decoded once, and
 * every token has the result that it has alone, to the bit.
 */
public record FewProducts(Products one) implements BatchProducts {
  @Override
  public boolean supports(GgmlType type, int k) {
    return one.supports(type, k);
  }

  @Override
  public int most(GgmlType type, int k) {
    return one.few(type, k);
  }

  @Override
  public Form groupForm(GgmlType type, int k) {
    return one.rowForm(type, k);
  }

  @Override
  public int groups(int n) {
    return n;
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    return one.rowBytes(type, k) * n;
  }

  @Override
  public void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    one.prepareRow(type, x + ldx * i, k, n, i, out);
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    return 0;
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    one.rows(type, k, w, rows, x, n, y, ldy);
  }
}
