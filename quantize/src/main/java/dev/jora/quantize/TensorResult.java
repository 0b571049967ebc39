package dev.jora.quantize;

/**
 * What became of a tensor.
 *
 * @param job what was asked for
 * @param rmse root of the mean squared difference to the source's values
 * @param maxError largest difference
 * @param rms root of the mean square of the source's values
 */
public record TensorResult(TensorJob job, double rmse, double maxError, double rms) {
  /** The error as a share of the values themselves. */
  public double relativeError() {
    return rms == 0 ? 0 : rmse / rms;
  }
}
