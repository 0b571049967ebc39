package dev.jora.quantize.imatrix;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What the importances of one tensor look like; a stands for its means of x².
 *
 * @param tensor its name
 * @param sum Σ a
 * @param deviation √(mean of a² − mean²)
 * @param active share of columns of which a is above 1e-5
 * @param count number of columns, of all matrices
 * @param entropy −Σ p · log₂ p, p = a ÷ Σ a, in bits
 * @param outlying share of columns that are more than a deviation away from the mean
 * @param similarity cosine between a and that of the same tensor one layer below; NaN for none
 */
public record TensorStatistics(
    String tensor,
    double sum,
    float min,
    float max,
    double mean,
    double deviation,
    double active,
    int count,
    double entropy,
    double outlying,
    double similarity) {
  private static final float INACTIVE = 1e-5f;

  /** Statistics of all tensors, in order of name. */
  public static List<TensorStatistics> of(ImportanceMatrix matrix) {
    List<TensorStatistics> all = new ArrayList<>();
    SortedMap<String, Importances> tensors = matrix.tensors();
    tensors.forEach(
        (name, entry) -> {
          Importances below = tensors.get(layerBelow(name));
          all.add(of(name, entry.means(), below == null ? null : below.means()));
        });
    return all;
  }

  /** The same tensor one layer below, or an empty string. */
  private static String layerBelow(String name) {
    String[] parts = name.split("\\.", 3);
    return parts.length == 3 && parts[0].equals("blk") && parts[1].matches("[1-9]\\d{0,8}")
        ? "blk." + (Integer.parseInt(parts[1]) - 1) + "." + parts[2]
        : "";
  }

  private static TensorStatistics of(String name, float[] a, float[] below) {
    int n = a.length;
    double sum = 0;
    double squares = 0;
    float min = Float.POSITIVE_INFINITY;
    float max = 0;
    int active = 0;
    for (float value : a) {
      sum += value;
      squares += (double) value * value;
      min = Math.min(min, value);
      max = Math.max(max, value);
      active += value > INACTIVE ? 1 : 0;
    }
    double mean = sum / n;
    double deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
    double entropy = 0;
    int outlying = 0;
    for (float value : a) {
      double p = value / sum;
      entropy -= p > 0 ? p * Math.log(p) / Math.log(2) : 0;
      outlying += deviation > 0 && Math.abs(value - mean) > deviation ? 1 : 0;
    }
    return new TensorStatistics(
        name,
        sum,
        min,
        max,
        mean,
        deviation,
        (double) active / n,
        n,
        entropy,
        (double) outlying / n,
        below == null || below.length != n ? Double.NaN : cosine(a, below));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? Double.NaN : dot / Math.sqrt(aa * bb);
  }
}
