package dev.jora.quantize.recipe;

/**
 * Where a tensor stands: what the cells of the table look at.
 *
 * @param index of the tensor among its kind, from 0
 * @param count how many of its kind there are
 * @param hasMatrix true if the model is quantized with an importance matrix
 */
record Site(ModelShape model, int index, int count, boolean hasMatrix) {
  boolean isInFirst(int part) {
    return index < count / part;
  }

  /** Between the first and the last eighth. */
  boolean isInMiddle() {
    return index >= count / 8 && index < 7 * count / 8;
  }

  /** The first and the last eighth, and every third between them. */
  boolean deservesMoreBits() {
    return !isInMiddle() || (index - count / 8) % 3 == 2;
  }

  boolean sharesValues() {
    return model.headsPerKv() >= 4;
  }
}
