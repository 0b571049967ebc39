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
import org.junit.jupiter.params.provider.MethodSource;

/** Products of many columns, of every type, in the code of both targets. */
class TileKernelsTest {
  static Stream<Arguments> cases() {
    return BlockFormats.all().stream()
        .flatMap(f -> Stream.of(Arguments.of(f.type(), 61), Arguments.of(f.type(), 80)));
  }

  /** Of what is added up: float32's roundings, and where float32 becomes two bfloat16, these. */
  private static double bound(GgmlType type, int target) {
    return type.blockSize() == 1 && target >= 80 ? 3e-5 : 1e-5;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tilesHaveRightEdges(GgmlType type, int target) {
    int k = type.blockSize() == 1 ? 77 : Math.ceilDiv(160, type.blockSize()) * type.blockSize();
    int rows = 67;
    int n = 66;
    try (Card card = new Card(target)) {
      Products p = Products.random(card, type, 1, rows, k, n);
      float[] bias = Products.bias(rows);
      int stride = rows + 1;
      float[] y = p.matmul(n, 1, stride, card.upload(bias), 1, new long[] {0, 0});
      for (int c = 0; c < n; c++) {
        for (int r = 0; r < rows; r++) {
          double wanted = p.expected(p.x(), 0, r, c) + bias[r];
          double most = bound(type, target) * (p.size(0, r, c) + bias[r]);
          assertEquals(wanted, y[c * stride + r], most, "column " + c + ", row " + r);
        }
        assertTrue(Float.isNaN(y[c * stride + rows]), "written behind the row");
      }
      float[] few = p.matmul(3, 1, stride, card.upload(bias), 1, new long[] {0, 0});
      assertArrayEquals(Arrays.copyOf(y, few.length), few, "company changes a column");
      Traffic traffic = card.driver.traffic("matmul_" + Card.name(type));
      System.out.printf(
          "%-8s %d sectors %.2f, wavefronts %.2f of the fewest%n",
          type, target, traffic.sectorsToFewest(), traffic.wavefrontsToFewest());
      assertTrue(traffic.wavefrontsToFewest() <= 1.05, traffic.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void columnsGoToTheirExperts(GgmlType type, int target) {
    int k = type.blockSize() == 1 ? 40 : type.blockSize();
    int rows = 9;
    int[] order = {5, 0, 3, 2, 1}; // column 4 is nobody's
    int[] starts = {0, 2, 2, 5};
    try (Card card = new Card(target)) {
      Products p = Products.random(card, type, 3, rows, k, 3);
      float[] bias = Products.bias(3 * rows);
      long[] lists = {card.upload(starts), card.upload(order)};
      float[] y = p.matmul(6, 2, rows, card.upload(bias), 3, lists);
      for (int e = 0; e < 3; e++) {
        for (int i = starts[e]; i < starts[e + 1]; i++) {
          for (int r = 0; r < rows; r++) {
            int c = order[i];
            double wanted = p.expected(p.x(), e, r, c / 2) + bias[e * rows + r];
            double most = bound(type, target) * (p.size(e, r, c / 2) + 4);
            assertEquals(wanted, y[c * rows + r], most, "expert " + e + ", column " + c);
          }
        }
      }
      assertTrue(Float.isNaN(y[4 * rows]), "written for nobody");
    }
  }
}
