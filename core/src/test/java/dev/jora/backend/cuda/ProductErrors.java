package dev.jora.backend.cuda;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;

/**
 * Normalised mean squared errors of the products of a type: of what kernels make against exact sums
 * of decoded weights and activations that nobody has rounded.
 *
 * @param drawn of {@code matvec}
 * @param older of tiles in the code for compute capability 6.1
 * @param newer of tiles in the code for 8.0
 * @param looked of {@code rows}
 * @param theirs of exact sums of activations that are rounded as llama.cpp rounds them: to int8, 32
 *     to a scale of float16, for quantized weights; to float16 for float16; else as they are
 */
record ProductErrors(
    GgmlType type, double drawn, double older, double newer, double looked, double theirs) {
  private static final int ROWS = 12;
  private static final int COLUMNS = 9;
  private static final int LENGTH = 1024; // a multiple of every type's block

  /** Measures a type on devices in software. */
  static ProductErrors of(GgmlType type) {
    try (Card old = new Card(61);
        Card card = new Card(80)) {
      Products p = Products.random(card, type, 1, ROWS, LENGTH, COLUMNS);
      Products q = Products.random(old, type, 1, ROWS, LENGTH, COLUMNS);
      double[] exact = sums(p, p.exact());
      long[] all = {0, 0};
      return new ProductErrors(
          type,
          nmse(exact, p.matvec(8, COLUMNS, 1, ROWS, 0, 0)),
          nmse(exact, q.matmul(64, COLUMNS, 1, ROWS, 0, 1, all)),
          nmse(exact, p.matmul(64, COLUMNS, 1, ROWS, 0, 1, all)),
          looked(card, p),
          nmse(exact, sums(p, rounded(type, p.exact()))));
    }
  }

  /** True if they are as good as llama.cpp's, but for the order of sums. */
  boolean areAsGood() {
    double most = 1.05 * theirs + 1e-9;
    return drawn <= most && older <= most && newer <= most && looked == 0;
  }

  private static double[] sums(Products p, float[] x) {
    double[] y = new double[COLUMNS * ROWS];
    for (int c = 0; c < COLUMNS; c++) {
      for (int r = 0; r < ROWS; r++) {
        y[c * ROWS + r] = p.expected(x, 0, r, c);
      }
    }
    return y;
  }

  private static float[] rounded(GgmlType type, float[] x) {
    float[] all = x.clone();
    if (type == GgmlType.F16) {
      for (int i = 0; i < all.length; i++) {
        all[i] = Float.float16ToFloat(Float.floatToFloat16(x[i]));
      }
    } else if (type.blockSize() > 1) {
      for (int from = 0; from < all.length; from += 32) {
        float most = 0;
        for (int i = from; i < from + 32; i++) {
          most = Math.max(most, Math.abs(x[i]));
        }
        float d = most / 127;
        float kept = Float.float16ToFloat(Float.floatToFloat16(d));
        for (int i = from; i < from + 32; i++) {
          all[i] = d == 0 ? 0 : kept * Math.round(x[i] / d);
        }
      }
    }
    return all;
  }

  private static double looked(Card card, Products p) {
    int[] ids = new int[ROWS];
    double[] exact = new double[ROWS * LENGTH];
    for (int i = 0; i < exact.length; i++) {
      ids[i / LENGTH] = i / LENGTH;
      exact[i] = p.w()[i];
    }
    long out = card.outputs(exact.length);
    String name = Card.name(p.type());
    Params struct = card.params().pointers(p.matrix().planes()).pointer(card.upload(ids));
    struct.pointer(out).integer(LENGTH).integer(LENGTH).real(1);
    card.launch(name, "rows_" + name, Grid.of(1, ROWS), 128, struct);
    return nmse(exact, card.floats(out, exact.length));
  }

  private static double nmse(double[] exact, float[] y) {
    double[] values = new double[y.length];
    Arrays.setAll(values, i -> y[i]);
    return nmse(exact, values);
  }

  private static double nmse(double[] exact, double[] y) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < exact.length; i++) {
      error += (y[i] - exact[i]) * (y[i] - exact[i]);
      power += exact[i] * exact[i];
    }
    return error / power;
  }
}
