package dev.jora.cli.embed;

import dev.jora.cli.common.UserException;

/**
 * How long vectors are made, by llama.cpp's numbers.
 *
 * @param norm -1: as they are; 0: the largest value is 32760; 1: taxicab; 2: Euclidean; else the
 *     p-norm
 */
record Normalisation(int norm) {
  private static final double LARGEST = 32760;

  Normalisation {
    if (norm < -1) {
      throw UserException.usage(
          "--embd-normalize takes -1 (none), 0 (max absolute int16), 1 (taxicab), 2 (euclidean) or"
              + " more (p-norm), not "
              + norm);
    }
  }

  /** A vector of this length; one of nothing but zeros stays. */
  float[] apply(float[] vector) {
    double largest = 0;
    for (float x : vector) {
      largest = Math.max(largest, Math.abs(x));
    }
    if (norm == -1 || largest == 0) {
      return vector.clone();
    }
    double length = length(vector, largest);
    float[] out = new float[vector.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (vector[i] / largest / length);
    }
    return out;
  }

  /** Of a vector as long as its largest value is 1, of which no power is lost but of small ones. */
  private double length(float[] vector, double largest) {
    double sum = 0;
    for (float x : vector) {
      double abs = Math.abs(x) / largest;
      switch (norm) {
        case 0 -> sum = Math.max(sum, abs);
        case 1 -> sum += abs;
        case 2 -> sum += abs * abs;
        default -> sum += Math.pow(abs, norm);
      }
    }
    return switch (norm) {
      case 1 -> sum;
      case 0 -> sum / LARGEST;
      case 2 -> Math.sqrt(sum);
      default -> Math.pow(sum, 1.0 / norm);
    };
  }
}
