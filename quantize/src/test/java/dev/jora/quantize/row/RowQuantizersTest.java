package dev.jora.quantize.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.kernel.IncubatorModule;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every row of the table. */
class RowQuantizersTest {
  private static final int N = 768;
  private static final int ROWS = 11;

  /** Types that a normal distribution suits: not floats, and not one value per sign. */
  private static final List<GgmlType> TYPES =
      List.of(
          GgmlType.Q4_0,
          GgmlType.Q4_1,
          GgmlType.Q5_0,
          GgmlType.Q5_1,
          GgmlType.Q8_0,
          GgmlType.Q2_K,
          GgmlType.Q3_K,
          GgmlType.Q4_K,
          GgmlType.Q5_K,
          GgmlType.Q6_K,
          GgmlType.IQ4_NL,
          GgmlType.IQ4_XS,
          GgmlType.IQ3_S,
          GgmlType.IQ3_XXS,
          GgmlType.IQ2_S,
          GgmlType.IQ2_XS,
          GgmlType.IQ2_XXS,
          GgmlType.IQ1_M,
          GgmlType.IQ1_S);

  /** Values that a format can hold with a small error, as a decoder sees it. */
  @Test
  void decodedValuesAreNear() {
    Random random = new Random(5);
    float[] x = new float[N * ROWS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] ones = new float[N];
    Arrays.fill(ones, 1);
    for (GgmlType type : TYPES) {
      RowQuantizer quantizer = RowQuantizers.find(type).orElseThrow();
      byte[] bytes = quantize(quantizer, x, 0, ROWS, ones);
      float[] y = new float[x.length];
      BlockFormats.of(type).dequantize(MemorySegment.ofArray(bytes), 0, y, 0, x.length);
      double error = 0;
      double power = 0;
      for (int i = 0; i < x.length; i++) {
        error += (x[i] - y[i]) * (x[i] - y[i]);
        power += x[i] * x[i];
      }
      // Of a normal distribution 6 dB a bit are within reach; scales take some of the bits.
      double bound = 2 * Math.pow(4, -type.bitsPerWeight() + 1);
      String what = type + " " + error / power + " " + bound;
      assertTrue(error / power < Math.max(bound, 1e-5), what);
    }
  }

  @Test
  void vectorsWriteWhatPlainLoopsDo() {
    assertTrue(IncubatorModule.load());
    List<RowQuantizer> scalar = RowQuantizers.table(Arithmetic::scalar);
    List<RowQuantizer> vector = RowQuantizers.table(Arithmetic::vector);
    for (int t = 0; t < scalar.size(); t++) {
      for (Map.Entry<String, float[]> x : Hostile.values(N * ROWS).entrySet()) {
        for (Map.Entry<String, float[]> q : Hostile.importances(N).entrySet()) {
          if (q.getValue() == null && scalar.get(t).importance() == Importance.REQUIRED) {
            continue;
          }
          String what = scalar.get(t).type() + ", " + x.getKey() + ", importance " + q.getKey();
          assertArrayEquals(
              quantize(scalar.get(t), x.getValue(), 0, ROWS, q.getValue()),
              quantize(vector.get(t), x.getValue(), 0, ROWS, q.getValue()),
              what);
        }
      }
    }
  }

  @Test
  void q80IsWhatTheEncoderOfCoreWrites() {
    for (Map.Entry<String, float[]> x : Hostile.values(N * ROWS).entrySet()) {
      assertArrayEquals(
          quantize(new EncodedRows(GgmlType.Q8_0), x.getValue(), 0, ROWS, null),
          quantize(new Q8_0(Arithmetic::scalar), x.getValue(), 0, ROWS, null),
          x.getKey());
    }
  }

  /** Rows know nothing of each other, whatever the pieces in which they come. */
  @Test
  void piecesMakeNoDifference() {
    float[] x = Hostile.values(N * ROWS).get("normal 1.0");
    for (String kind : List.of("none", "log-normal")) {
      float[] importance = Hostile.importances(N).get(kind);
      for (RowQuantizer quantizer : RowQuantizers.all()) {
        if (importance == null && quantizer.importance() == Importance.REQUIRED) {
          continue;
        }
        byte[] whole = quantize(quantizer, x, 0, ROWS, importance);
        int rowBytes = whole.length / ROWS;
        byte[] pieces = new byte[whole.length + 3];
        MemorySegment out = MemorySegment.ofArray(pieces);
        for (int r = 0; r < ROWS; r += 2) {
          int rows = Math.min(2, ROWS - r);
          quantizer.quantize(x, r * N, rows, N, importance, out, 3 + (long) r * rowBytes);
        }
        assertArrayEquals(whole, Arrays.copyOfRange(pieces, 3, pieces.length), kind);
        assertEquals(0, pieces[2] | pieces[1] | pieces[0]);
      }
    }
  }

  private static byte[] quantize(
      RowQuantizer quantizer, float[] x, int from, int rows, float[] importance) {
    byte[] bytes = new byte[Math.toIntExact(rows * quantizer.type().rowBytes(N))];
    quantizer.quantize(x, from, rows, N, importance, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }
}
