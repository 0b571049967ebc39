package dev.jora.convert.card;

import dev.jora.gguf.TensorInfo;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * How many weights a model has, as llama.cpp counts them.
 *
 * @param total all of them; below zero for an adapter, which need not change every tensor of its
 *     base
 * @param shared those that every token passes
 * @param expert those of one expert in all layers
 * @param experts number of experts of a layer, on average; 0 for a model without
 */
public record ParameterCounts(long total, long shared, long expert, int experts) {
  private static final String LORA_A = ".lora_a";
  private static final String LORA_B = ".lora_b";

  /**
   * Counts the tensors of a model or an adapter, in the order in which the file has them. Of a pair
   * {@code lora_a}, {@code lora_b} that does not stand side by side nothing can be told: all is 0.
   */
  public static ParameterCounts of(Iterable<TensorInfo> tensors) {
    long total = 0;
    long shared = 0;
    long expert = 0;
    long expertSum = 0;
    int expertTensors = 0;
    TensorInfo a = null;
    for (TensorInfo tensor : tensors) {
      String name = tensor.name();
      if (name.endsWith(LORA_A)) {
        a = tensor;
        continue;
      }
      long size = tensor.shape().elements();
      if (name.endsWith(LORA_B)) {
        if (a == null || !a.name().equals(name.replaceFirst("b$", "a"))) {
          return new ParameterCounts(0, 0, 0, 0);
        }
        // The product of the two has rows as long as those of A.
        size = Math.multiplyExact(a.shape().ne0(), tensor.shape().rows());
      }
      total += size;
      long each = name.contains(".bias") ? tensor.shape().ne1() : tensor.shape().ne2();
      if (name.contains("_exps.") && tensor.shape().dims() >= 3 && each > 0) {
        expert += size / each;
        expertSum += each;
        expertTensors++;
      } else {
        shared += size;
      }
    }
    int experts = expertTensors == 0 ? 0 : Math.toIntExact(expertSum / expertTensors);
    return new ParameterCounts(a == null ? total : -total, shared, expert, experts);
  }

  /** The size for people: {@code 135K}, {@code 7.2B}, {@code 8x7B}; of no weights, none. */
  public Optional<String> sizeLabel() {
    if (total <= 0) {
      return Optional.empty();
    }
    return Optional.of(experts > 0 ? experts + "x" + rounded(shared + expert) : rounded(total));
  }

  /** Two digits at least, counted from the first that is not 0; halves go to the even one. */
  private static String rounded(long count) {
    double scaled;
    String unit;
    if (count >= 1_000_000_000_000L) {
      scaled = count * 1e-12;
      unit = "T";
    } else if (count >= 1_000_000_000) {
      scaled = count * 1e-9;
      unit = "B";
    } else if (count >= 1_000_000) {
      scaled = count * 1e-6;
      unit = "M";
    } else {
      scaled = count * 1e-3;
      unit = "K";
    }
    long whole = (long) Math.rint(scaled);
    int digits = whole == 0 ? 0 : Long.toString(whole).length();
    BigDecimal exact = new BigDecimal(scaled);
    return exact.setScale(Math.max(2 - digits, 0), RoundingMode.HALF_EVEN).toPlainString() + unit;
  }
}
