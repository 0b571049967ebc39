package dev.jora.quantize.recipe;

import dev.jora.gguf.FileKind;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;

/**
 * What the recipes look at besides names and shapes of tensors.
 *
 * @param architecture {@code general.architecture}
 * @param blockCount number of layers, NextN layers included
 * @param headCount heads of queries in the first layer
 * @param headCountKv heads of keys and values in the first layer; 0 where it has no attention
 * @param expertCount experts per layer; 0 for dense models
 */
public record ModelShape(
    String architecture, int blockCount, int headCount, int headCountKv, int expertCount) {
  /**
   * The shape that metadata state; what is absent (as in files of vision parts) counts as 0.
   *
   * @throws dev.jora.gguf.GgufException if a key is of the wrong kind, or there is no architecture
   */
  public static ModelShape of(GgufMetadata metadata) {
    if (!metadata.contains("general.architecture")) {
      FileKind.requireModel(metadata); // a projector, which has one, may be quantized
    }
    String architecture = metadata.string("general.architecture");
    String prefix = architecture + ".";
    int headCount = first(metadata, prefix + "attention.head_count", 0);
    return new ModelShape(
        architecture,
        metadata.integer(prefix + "block_count", 0),
        headCount,
        first(metadata, prefix + "attention.head_count_kv", headCount),
        first(metadata, prefix + "expert_count", 0));
  }

  /** An integer, or the first of an array with one for each layer. */
  private static int first(GgufMetadata metadata, String key, int fallback) {
    if (metadata.get(key).orElse(null) instanceof GgufValue.Arr) {
      int[] values = metadata.integers(key);
      return values.length == 0 ? fallback : values[0];
    }
    return metadata.integer(key, fallback);
  }

  /** Heads of queries that share one of keys and values; 0 without attention. */
  int headsPerKv() {
    return headCountKv == 0 ? 0 : headCount / headCountKv;
  }

  boolean isFalcon() {
    return architecture.equals("falcon");
  }

  /** True for Mixtral 8x7B and its like. */
  boolean isEightExperts() {
    return expertCount == 8;
  }

  /** True for models of the size of Llama 2 70B: their few values are worth more bits. */
  boolean isSeventyBillion() {
    return switch (architecture) {
      case "llama" -> blockCount == 80 && headCount != headCountKv;
      case "qwen2", "deci", "olmo" -> blockCount == 80;
      case "jais2" -> blockCount == 68;
      default -> false;
    };
  }
}
