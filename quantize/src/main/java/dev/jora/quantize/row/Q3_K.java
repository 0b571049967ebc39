package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * 256 values of 3 bits around zero, each 16 with a 6-bit scale c: d (c - 32) (q - 4).
 *
 * <pre>
 * 0    hmask   32 bytes, byte l bit b is the high bit of value 32 b + l
 * 32   qs      64 bytes, the low two bits as in Q2_K
 * 96   scales  12 bytes
 * 108  d       half
 * </pre>
 *
 * <p>Byte i &lt; 8 of scales: the low four bits of c_i in the low nibble, of c_(i+8) in the high
 * nibble. Byte 8 + i, i &lt; 4, bits 2 t and 2 t + 1: the high bits of c_(i + 4 t).
 */
final class Q3_K extends GroupQuantizer {
  Q3_K(Supplier<Arithmetic> arithmetic) {
    super(GgmlType.Q3_K, arithmetic);
  }

  @Override
  Worker worker(Rows rows, int blocks, Arithmetic arithmetic) {
    return new Group(rows, blocks, arithmetic);
  }

  private static final class Group extends KGroup {
    private final byte[] descended;
    private final float[] sums;
    private final Units second;
    private final Fits blockFits;
    private final int[] codes = new int[16];

    Group(Rows rows, int blocks, Arithmetic arithmetic) {
      super(GgmlType.Q3_K, rows, blocks, arithmetic, 16, -4, 3);
      descended = new byte[rows.weighted() ? 0 : units.n() * units.count()];
      sums = new float[units.count()];
      second = Units.of(parts, blocks);
      blockFits = Fits.of(second.count());
    }

    @Override
    boolean weigh(int first, int blocks) {
      if (rows.weighted()) {
        weighByImportance(first, blocks, 2);
      }
      return rows.weighted();
    }

    @Override
    void search(int blocks) {
      if (!rows.weighted()) {
        arithmetic.searches().descent(units, 4, fits.scale(), descended);
        return;
      }
      arithmetic.searches().symmetric(units, 4, fits);
      units.weightSums(sums);
      second.putValues(fits.scale(), 0, blocks);
      second.putWeights(sums, 0, blocks);
      arithmetic.searches().symmetric(second, 32, blockFits);
    }

    @Override
    int searchedLevel(int unit, int i, float x) {
      return rows.weighted()
          ? super.searchedLevel(unit, i, x)
          : descended[i * units.count() + unit];
    }

    @Override
    void putScales(int b, byte[] out, int to) {
      float d = rows.weighted() ? searchedScale(b) : roundedScale(b);
      float read = Halves.put(out, to + 108, d);
      for (int j = 0; j < 16; j++) {
        step[16 * b + j] = read * (codes[j] - 32);
      }
      int at = to + 96;
      for (int i = 0; i < 8; i++) {
        out[at + i] = (byte) (codes[i] & 15 | (codes[i + 8] & 15) << 4);
      }
      for (int i = 0; i < 4; i++) {
        int low = codes[i] >> 4 | codes[i + 4] >> 4 << 2;
        int high = codes[i + 8] >> 4 | codes[i + 12] >> 4 << 2;
        out[at + 8 + i] = (byte) (low | high << 4);
      }
    }

    private float searchedScale(int b) {
      for (int j = 0; j < 16; j++) {
        codes[j] = blockFits.level(b, fits.scale()[16 * b + j], -32, 31) + 32;
      }
      return blockFits.scale()[b];
    }

    /** The scale of the largest size becomes −32. */
    private float roundedScale(int b) {
      float largest = 0;
      for (int j = 0; j < 16; j++) {
        float s = fits.scale()[16 * b + j];
        largest = Math.abs(s) > Math.abs(largest) ? s : largest;
      }
      if (largest == 0) {
        Arrays.fill(codes, 0);
        return 0;
      }
      float k = -32 / largest;
      for (int j = 0; j < 16; j++) {
        codes[j] = Rounding.nearest(k * fits.scale()[16 * b + j], -32, 31) + 32;
      }
      return 1 / k;
    }

    @Override
    void putLevels(int[] levels, int at, byte[] out, int to) {
      Bits.putSingles(levels, at, 2, out, to);
      Bits.putPairs(levels, at, out, to + 32);
    }
  }
}
