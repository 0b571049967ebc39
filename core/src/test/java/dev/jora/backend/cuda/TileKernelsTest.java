package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.Traffic;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of many columns, of every type, in the code of both targets, in tiles of all widths. */
class TileKernelsTest {
  private static final long[] ALL = {0, 0};

  static Stream<Arguments> cases() {
    return BlockFormats.all().stream()
        .flatMap(f -> Stream.of(Arguments.of(f.type(), 61), Arguments.of(f.type(), 80)));
  }

  static Stream<GgmlType> types() {
    return BlockFormats.all().stream().map(f -> f.type());
  }

  /** Of what is added up: float32's roundings, and where float32 becomes two bfloat16, these. */
  private static double bound(GgmlType type, int target) {
    return type.blockSize() == 1 && target >= 80 ? 3e-5 : 1e-5;
  }

  /** Blocks that are at least so many values; of single values another number that fits nowhere. */
  private static int length(GgmlType type, int least) {
    return type.blockSize() == 1
        ? least - 3
        : Math.ceilDiv(least, type.blockSize()) * type.blockSize();
  }

  private static void check(Products p, float[] y, int n, int stride, float[] bias) {
    for (int c = 0; c < n; c++) {
      for (int r = 0; r < p.rows(); r++) {
        double wanted = p.expected(p.x(), 0, r, c) + bias[r];
        double most = bound(p.type(), p.card().target()) * (p.size(0, r, c) + bias[r]);
        assertEquals(wanted, y[c * stride + r], most, "column " + c + ", row " + r);
      }
      for (int i = p.rows(); i < stride; i++) {
        assertTrue(Float.isNaN(y[c * stride + i]), "written behind the row");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tilesHaveRightEdges(GgmlType type, int target) {
    int[][] shapes = {{67, 160, 66}, {1, 32, 9}, {130, 96, 33}};
    haveRightEdges(type, target, shapes);
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_K", "Q2_K", "Q8_0", "F16"})
  void severalTilesEachWay(GgmlType type) {
    haveRightEdges(type, 61, new int[][] {{300, 32, 200}});
    haveRightEdges(type, 80, new int[][] {{300, 32, 200}});
  }

  private static void haveRightEdges(GgmlType type, int target, int[][] shapes) {
    for (int[] shape : shapes) {
      int rows = shape[0];
      int n = shape[2];
      try (Card card = new Card(target)) {
        Products p = Products.random(card, type, 1, rows, length(type, shape[1]), n);
        float[] bias = Products.bias(rows);
        long added = card.upload(bias);
        int stride = rows + 1;
        float[] y = p.matmul(64, n, 1, stride, added, 1, ALL);
        check(p, y, n, stride, bias);
        for (int width : p.widths()) {
          float[] again = p.matmul(width, n, 1, stride, added, 1, ALL);
          assertArrayEquals(y, again, "tiles of " + width + " give other bits");
        }
        float[] few = p.matmul(64, 3, 1, stride, added, 1, ALL);
        assertArrayEquals(Arrays.copyOf(y, few.length), few, "company changes a column");
      }
    }
  }

  /** Two parts, the second one shorter. */
  @ParameterizedTest
  @MethodSource("types")
  void partsAreAddedInOrderByWhomever(GgmlType type) {
    int rows = 5;
    int n = 35;
    try (Card card = new Card(80)) {
      Products p = Products.random(card, type, 1, rows, length(type, 520), n);
      float[] bias = Products.bias(rows);
      long added = card.upload(bias);
      float[] y = p.matmul(32, 256, false, n, 1, rows, added, 1, ALL);
      check(p, y, n, rows, bias);
      for (int width : p.widths()) {
        for (boolean split : new boolean[] {false, true}) {
          float[] again = p.matmul(width, 256, split, n, 1, rows, added, 1, ALL);
          assertArrayEquals(y, again, "width " + width + ", split: " + split);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void columnsGoToTheirExperts(GgmlType type, int target) {
    int rows = 9;
    int inputs = 36;
    int slots = 2;
    // expert 0 has columns 71 to 2, more than a tile; 1 has none; 2 those that are left but column
    // 72
    int[] order = new int[71];
    for (int i = 0; i < 70; i++) {
      order[i] = 71 - i;
    }
    order[70] = 0;
    int[] starts = {0, 70, 70, 71};
    try (Card card = new Card(target)) {
      Products p = Products.random(card, type, 3, rows, length(type, 43), inputs);
      float[] bias = Products.bias(3 * rows);
      long[] lists = {card.upload(starts), card.upload(order)};
      for (int width : p.widths()) {
        float[] y = p.matmul(width, 2 * inputs, slots, rows, card.upload(bias), 3, lists);
        for (int e = 0; e < 3; e++) {
          for (int i = starts[e]; i < starts[e + 1]; i++) {
            for (int r = 0; r < rows; r++) {
              int c = order[i];
              double wanted = p.expected(p.x(), e, r, c / slots) + bias[e * rows + r];
              double most = bound(type, target) * (p.size(e, r, c / slots) + 4);
              assertEquals(wanted, y[c * rows + r], most, "expert " + e + ", column " + c);
            }
          }
        }
        assertTrue(Float.isNaN(y[rows]), "written for nobody");
      }
    }
  }

  /**
   * What tiles of 128 rows and columns move. Of weights some loads take 16 bytes of a sector, and
   * the cache has the others; or a point of a grid, which lie anywhere.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void tilesMoveLittleMoreThanTheyMust(GgmlType type, int target) {
    int n = 128;
    try (Card card = new Card(target)) {
      Products p = Products.random(card, type, 1, 128, Math.max(512, type.blockSize()), n);
      for (int width : p.widths()) {
        p.matmul(width, n, 1, 128, 0, 1, ALL);
        Traffic t = card.driver.traffic("matmul_" + Card.name(type) + "_" + width);
        System.out.printf(
            "%-8s %d/%-3d sectors %.2f, wavefronts %.2f of the fewest%n",
            type, target, width, t.sectorsToFewest(), t.wavefrontsToFewest());
        assertTrue(t.wavefrontsToFewest() <= (target >= 80 ? 1 : 1.05), t.toString());
        boolean grid = p.matrix().planes()[Planes.MOST] != 0;
        if (width == 128) {
          assertTrue(t.sectorsToFewest() <= (grid ? 3 : 1.7), t.toString());
        }
        if (target >= 80) { // activations, their scales, sums
          t.lines().stream()
              .filter(line -> !line.place().startsWith("common.cuh"))
              .forEach(line -> assertEquals(line.fewest(), line.sectors(), t.toString()));
        }
      }
    }
  }
}
