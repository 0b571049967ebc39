package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.List;

/**
 * How a weight and an activation become bfloat16, which has 8 significant bits. Quantized weights
 * are rounded to one, and so are activations: 2^-9 of each value, where 8-bit activations lose
 * 1/254 of the largest of 32. Halves are the sum of two, exactly, and activations of two to 2^-17;
 * a product is then three, without that of the two lower parts.
 *
 * @param weights parts of a weight
 * @param activations parts of an activation
 * @param products which parts are multiplied
 */
record TileSplit(int weights, int activations, List<Pair> products) {
  /** Part {@code weight} of a weight times part {@code activation} of an activation. */
  record Pair(int weight, int activation) {}

  private static final Pair UPPER = new Pair(0, 0);
  private static final Pair LOWER_ACTIVATION = new Pair(0, 1);
  private static final Pair LOWER_WEIGHT = new Pair(1, 0);

  private static final TileSplit ROUNDED = new TileSplit(1, 1, List.of(UPPER));
  private static final TileSplit BF16 = new TileSplit(1, 2, List.of(UPPER, LOWER_ACTIVATION));
  private static final TileSplit F16 =
      new TileSplit(2, 2, List.of(UPPER, LOWER_ACTIVATION, LOWER_WEIGHT));

  static TileSplit of(GgmlType type) {
    return switch (type) {
      case F16 -> F16;
      case BF16 -> BF16;
      default -> ROUNDED;
    };
  }
}
