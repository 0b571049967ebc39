package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.util.Set;

/**
 * Groups of inputs of EXL2.
 *
 * @param bits of the numbers of each
 * @param first row of words of each
 * @param inputs of each
 */
record Exl2Groups(int[] bits, int[] first, int[] inputs) {
  private static final Set<Integer> BITS = Set.of(2, 3, 4, 5, 6, 8);

  /**
   * Reads them.
   *
   * @param inputs of all
   * @param weight whose words they cut
   * @throws dev.jora.convert.source.SourceException if they do not cover them
   */
  static Exl2Groups of(Parts parts, SourceTensor groups, long inputs, SourceTensor weight) {
    int[] told = Numbers.wholes(groups);
    int count = told.length / 2;
    int[] bits = new int[count];
    int[] first = new int[count];
    int[] rows = new int[count];
    long words = weight.shape()[0];
    long left = inputs;
    for (int g = 0; g < count; g++) {
      if (!BITS.contains(told[2 * g])) {
        throw parts.fault(
            groups,
            "gives group %d %d bits, but EXL2 has 2, 3, 4, 5, 6 or 8; download the file again"
                .formatted(g, told[2 * g]));
      }
      bits[g] = told[2 * g];
      first[g] = told[2 * g + 1] & 0xffff;
      long end = g + 1 < count ? told[2 * g + 3] & 0xffff : words;
      long own = (end - first[g]) * 32 / bits[g];
      if (g == 0 && first[0] != 0) {
        throw parts.fault(groups, "begins at word %d; 0 was expected".formatted(first[0]));
      }
      if (g + 1 == count) {
        long needed = Parts.ceil(Math.max(left, 0) * bits[g], 32);
        if (left < 1 || first[g] + needed != words) {
          throw parts.unfit(
              weight,
              "shape [%d, %d] for %d inputs"
                  .formatted(first[g] + needed, weight.shape()[1], inputs));
        }
        own = left;
      } else if (own < 1 || end > words || (end - first[g]) * 32 % bits[g] != 0) {
        throw parts.fault(
            groups,
            "says that words %d to %d hold group %d of %d bits, which is impossible; download the"
                    .formatted(first[g], end, g, bits[g])
                + " file again");
      }
      rows[g] = Math.toIntExact(own);
      left -= own;
    }
    return new Exl2Groups(bits, first, rows);
  }
}
