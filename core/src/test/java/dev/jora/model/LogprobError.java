package dev.jora.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** Distances of values from their exact ones, over lists of [id, value]. */
final class LogprobError {
  private double sum;
  private int count;
  private double max;

  /** Takes one value. */
  void add(double found, double exact) {
    double error = Math.abs(found - exact);
    sum += error * error;
    count++;
    max = Math.max(max, error);
  }

  /** Takes every id of {@code found} that {@code exact} lists too. */
  void addLists(JsonNode found, JsonNode exact) {
    Map<Integer, Double> truth = new HashMap<>();
    exact.forEach(pair -> truth.put(pair.get(0).intValue(), pair.get(1).doubleValue()));
    for (JsonNode pair : found) {
      Double value = truth.get(pair.get(0).intValue());
      if (value != null) {
        add(pair.get(1).doubleValue(), value);
      }
    }
  }

  double max() {
    return max;
  }

  double rms() {
    return Math.sqrt(sum / count);
  }
}
