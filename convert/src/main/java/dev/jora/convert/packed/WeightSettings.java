package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.NamePattern;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What compressed-tensors says of the weights of modules, in groups of targets. */
record WeightSettings(PackedConfig config) {
  /** Whether weights are as they are used, and scales only tell how that came. */
  boolean plain() {
    return config.text("format").orElse("").equals("dense");
  }

  /** Bits of a module's weights. */
  OptionalInt bits(String module) {
    return weights(module).integer("num_bits");
  }

  /** Inputs that share a scale; -1 or empty if all of a row do. */
  OptionalInt groupSize(String module) {
    return weights(module).groupSize();
  }

  /** Rows and columns that share a scale; 0 where it is not told. */
  long[] block(String module) {
    PackedConfig weights = weights(module);
    long[] block = Fp8.block(weights, "block_structure");
    OptionalInt group = weights.groupSize();
    if (block[1] == 0 && group.isPresent() && group.getAsInt() > 0) {
      block[1] = group.getAsInt();
    }
    return block;
  }

  /** Names count before patterns, and these before classes of modules. */
  private PackedConfig weights(String module) {
    Stream<JsonNode> groups =
        StreamSupport.stream(config.raw("config_groups").spliterator(), false);
    return groups
        .max(Comparator.comparingInt(group -> rank(group, module)))
        .map(group -> PackedConfig.of(group).child("weights"))
        .orElse(PackedConfig.of(null));
  }

  private static int rank(JsonNode group, String module) {
    int rank = 0;
    for (JsonNode target : group.path("targets")) {
      String text = target.asText();
      if (text.startsWith("re:")) {
        rank =
            Math.max(
                rank, NamePattern.begins("quantization_config", text.substring(3), module) ? 2 : 0);
      } else if (module.equals(text) || module.endsWith("." + text)) {
        rank = 3;
      } else if (text.equals("Linear")) {
        rank = Math.max(rank, 1);
      }
    }
    return rank;
  }
}
