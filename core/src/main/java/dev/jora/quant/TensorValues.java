package dev.jora.quant;

import dev.jora.tensor.Tensor;

/** All values of a small tensor, whatever its type. */
public final class TensorValues {
  private TensorValues() {}

  /** Its values, in order. */
  public static float[] of(Tensor tensor) {
    int n = Math.toIntExact(tensor.shape().elements());
    float[] values = new float[n];
    BlockFormats.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, n);
    return values;
  }

  /** Those of a matrix, with rows for columns. */
  public static float[] turned(Tensor matrix) {
    int cols = Math.toIntExact(matrix.shape().ne0());
    int rows = Math.toIntExact(matrix.shape().ne1());
    float[] values = of(matrix);
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % cols * rows + i / cols] = values[i];
    }
    return turned;
  }
}
