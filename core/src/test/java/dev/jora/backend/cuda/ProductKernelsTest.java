package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.Traffic;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of few columns and look-ups, of every type, on the device in software. */
class ProductKernelsTest {
  /** Of what is added up: only float32's roundings are left. */
  private static final double BOUND = 1e-5;

  private Card card;

  @BeforeEach
  void open() {
    card = new Card(61);
  }

  @AfterEach
  void close() {
    card.close();
  }

  static Stream<GgmlType> types() {
    return BlockFormats.all().stream().map(BlockFormat::type);
  }

  /** Blocks of a row: fewer than lanes, and more. */
  private static List<Integer> lengths(GgmlType type) {
    int size = type.blockSize();
    return size == 1
        ? List.of(1, 7, 64, 301, 520)
        : List.of(size, 2 * size, 3 * size, Math.ceilDiv(1100, size) * size);
  }

  @Test
  void everyTypeHasPlanesOfAllItsBytes() {
    for (GgmlType type : types().toList()) {
      Planes planes = Planes.find(type).orElseThrow(() -> new AssertionError(type + " has none"));
      boolean[] taken = new boolean[type.blockBytes()];
      for (Planes.Field field : planes.fields()) {
        for (int i = 0; i < field.size(); i++) {
          assertTrue(
              !taken[field.offset() + i], type + " has byte " + (field.offset() + i) + " twice");
          taken[field.offset() + i] = true;
        }
      }
      for (int i = 0; i < taken.length; i++) {
        assertTrue(taken[i], type + " lacks byte " + i);
      }
      assertTrue(planes.fields().size() <= Planes.MOST);
    }
    assertEquals(types().count(), Planes.all().size());
  }

  @ParameterizedTest
  @MethodSource("types")
  void columnsAreTheirProducts(GgmlType type) {
    for (int k : lengths(type)) {
      int n = 7;
      int rows = 5;
      Products p = Products.random(card, type, 1, rows, k, n);
      float[] one = p.matvec(1, n, 1, rows + 2, 0, 0);
      double error = 0;
      double power = 0;
      for (int c = 0; c < n; c++) {
        for (int r = 0; r < rows; r++) {
          double difference = one[c * (rows + 2) + r] - p.expected(p.x(), 0, r, c);
          assertTrue(
              Math.abs(difference) <= BOUND * p.size(0, r, c),
              "%s, k = %d, column %d, row %d is off by %s".formatted(type, k, c, r, difference));
          double exact = p.expected(p.exact(), 0, r, c);
          error += Math.pow(one[c * (rows + 2) + r] - exact, 2);
          power += exact * exact;
        }
        assertTrue(Float.isNaN(one[c * (rows + 2) + rows]), "written behind the row");
      }
      System.out.printf("%-8s k = %5d  NMSE %.2e%n", type, k, error / power);
      assertTrue(error / power < 1e-3, type + ": " + error / power);
      for (int cols : new int[] {2, 4, 8}) {
        assertArrayEquals(one, p.matvec(cols, n, 1, rows + 2, 0, 0), type + ", " + cols);
      }
    }
  }

  /** Loads of 16 bytes beside each other find the other half of their sectors in the cache. */
  @ParameterizedTest
  @MethodSource("types")
  void noSectorIsWantedMoreThanTwice(GgmlType type) {
    int size = type.blockSize();
    Products p = Products.random(card, type, 1, 8, Math.ceilDiv(4096, size) * size, 1);
    p.matvec(1, 1, 1, 8, 0, 0);
    Traffic traffic = card.driver.traffic("matvec_" + Card.name(type) + "_1");
    System.out.printf("%-8s sectors %.2f of the fewest%n", type, traffic.sectorsToFewest());
    double most = p.matrix().planes()[Planes.MOST] == 0 ? 2 : 4; // points of a grid lie anywhere
    assertTrue(traffic.sectorsToFewest() <= most, traffic.toString());
  }

  @ParameterizedTest
  @MethodSource("types")
  void theCodeForNewerCardsGivesTheSame(GgmlType type) {
    int k = lengths(type).getLast();
    try (Card newer = new Card(80)) {
      Products p = Products.random(card, type, 1, 5, k, 7);
      Products q = Products.random(newer, type, 1, 5, k, 7);
      for (int cols : new int[] {1, 8}) {
        assertArrayEquals(p.matvec(cols, 7, 1, 5, 0, 0), q.matvec(cols, 7, 1, 5, 0, 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void expertsAreMatricesOneAfterTheOther(GgmlType type) {
    int k = type.blockSize() == 1 ? 72 : 2 * type.blockSize();
    int rows = 3;
    Products p = Products.random(card, type, 4, rows, k, 3);
    float[] bias = Products.bias(4 * rows);
    int[] expert = {2, 0, 3, -1, 1, 2};
    float[] y = p.matvec(1, 6, 2, rows, card.upload(bias), card.upload(expert));
    for (int c = 0; c < 6; c++) {
      for (int r = 0; r < rows; r++) {
        float value = y[c * rows + r];
        if (expert[c] < 0) {
          assertTrue(Float.isNaN(value), "written for no expert");
        } else {
          double wanted = p.expected(p.x(), expert[c], r, c / 2) + bias[expert[c] * rows + r];
          assertEquals(wanted, value, BOUND * (p.size(expert[c], r, c / 2) + 16), type.name());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void rowsAreAsTheCpuDecodesThem(GgmlType type) {
    int k = type.blockSize() == 1 ? 5003 : 3 * type.blockSize();
    Products p = Products.random(card, type, 1, 4, k, 1);
    int[] ids = {3, 0, 3};
    int stride = Math.ceilDiv(k, 4) * 4;
    long out = card.outputs(3 * stride);
    card.launch(
        Card.name(type),
        "rows_" + Card.name(type),
        Grid.of(Math.ceilDiv(k, 4096), 3),
        128,
        card.params()
            .pointers(p.matrix().planes())
            .pointer(card.upload(ids))
            .pointer(out)
            .integer(k)
            .integer(stride)
            .real(3));
    float[] y = card.floats(out, 3 * stride);
    for (int i = 0; i < 3; i++) {
      for (int e = 0; e < k; e++) {
        assertEquals(3 * p.w()[ids[i] * k + e], y[i * stride + e], type + ", value " + e);
      }
    }
  }

  @Test
  void activationsAreRoundedToTheNearest() {
    int k = 1056;
    float[] x = new float[2 * k];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i) * (1 + i % 97);
    }
    Arrays.fill(x, 64, 96, 0);
    float[] y = card.quantize(x, k).x();
    for (int i = 0; i < x.length; i++) {
      float most = 0;
      for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++) {
        most = Math.max(most, Math.abs(x[j]));
      }
      assertEquals(x[i], y[i], most / 127 * 0.5001, "value " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatIsNoNumberIsNotHidden(GgmlType type) {
    int k = type.blockSize() == 1 ? 64 : type.blockSize();
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Products p = Products.random(card, type, 1, 2, k, 2);
      float[] x = p.exact().clone();
      x[k - 1] = bad;
      long input = card.upload(x);
      long scales = 0;
      if (type.blockSize() > 1) {
        Card.Quantized q = card.quantize(x, k);
        input = q.q();
        scales = q.scales();
      }
      Products with = new Products(card, type, 2, k, 2, p.matrix(), p.w(), x, x, input, scales);
      float[] y = with.matvec(2, 2, 1, 2, 0, 0);
      assertTrue(!Float.isFinite(y[0]) && !Float.isFinite(y[1]), type + " hides " + bad);
      assertTrue(Float.isFinite(y[2]) && Float.isFinite(y[3]), "the other column has caught it");
    }
  }
}
