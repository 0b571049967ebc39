package dev.jora.convert.packed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Weights;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.Set;

/**
 * A weight that a test has packed by the formula.
 *
 * @param what it is, for messages
 * @param config its settings, as JSON; null for none
 * @param name of the weight
 * @param optional names of parts that it can do without
 */
record Sample(
    String what,
    Made made,
    String config,
    String name,
    long[] shape,
    float[] expected,
    Set<String> optional) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static JsonNode json(String text) {
    try {
      return text == null ? null : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Sample with(Made other) {
    return new Sample(what, other, config, name, shape, expected, optional);
  }

  /** The values that the weight has when it is unpacked. */
  float[] values() {
    try (Weights weights = PackedFormats.unpack(made, json(config));
        Arena arena = Arena.ofConfined()) {
      SourceTensor tensor = weights.tensors().get(name);
      return tensor == null ? null : PackedGoldenTest.values(tensor, arena);
    }
  }

  @Override
  public String toString() {
    return what;
  }

  /** Sets number {@code index} of a stream of words that begins at {@code first}. */
  static void put(int[] words, int first, int stride, Packing packing, int index, int value) {
    int bits = packing.bits();
    for (int j = 0; j < bits; j++) {
      int bit =
          packing.dense()
              ? index * bits + j
              : index / (32 / bits) * 32 + index % (32 / bits) * bits + j;
      words[first + bit / 32 * stride] |= (value >> j & 1) << bit % 32;
    }
  }

  static int words(int n, Packing packing) {
    int bits = packing.bits();
    return packing.dense() ? (n * bits + 31) / 32 : (n + 32 / bits - 1) / (32 / bits);
  }

  /** Numbers below a limit, the first of which is the largest. */
  static int[] codes(Random random, int n, int limit) {
    int[] codes = random.ints(n, 0, limit).toArray();
    codes[0] = limit - 1;
    return codes;
  }

  /** Halves. */
  static float[] scales(Random random, int n) {
    float[] scales = new float[n];
    for (int i = 0; i < n; i++) {
      scales[i] =
          Float.float16ToFloat(
              Float.floatToFloat16(0.01f + random.nextFloat() - (i % 3 == 0 ? 0.5f : 0)));
    }
    return scales;
  }
}
