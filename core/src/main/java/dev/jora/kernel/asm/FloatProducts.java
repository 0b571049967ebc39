package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of weights without blocks (floats, halves, bfloat16) and activations on AVX-512,
 * assembled for each type and row length when they are first used. All arguments are addresses that
 * the caller has checked.
 */
public final class FloatProducts {
  private record Rows(FloatCode type, int k) {}

  private final Map<Rows, FloatRows> floatRows = new ConcurrentHashMap<>();

  /** True if rows of {@code k} values of this type can be multiplied. */
  public boolean supports(GgmlType type, int k) {
    return FloatCode.find(type) != null && k > 0;
  }

  /** y[r] = w[r] · x for dense rows; x is floats as they are. */
  public void rows(GgmlType type, int k, long w, int rows, long x, long y) {
    floatRows
        .computeIfAbsent(
            new Rows(FloatCode.find(type), k), key -> new FloatRows(key.type(), key.k()))
        .run(w, rows, x, y);
  }
}
