package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights of 8 bit floats (DeepSeek, Qwen, Mistral, FBGEMM): value = code times scale, though the
 * scale may be called inverse.
 *
 * <pre>
 * NAME.weight  F8_E4M3 or F8_E5M2 [o, i] or [experts, o, i]
 * NAME.weight_scale_inv, NAME.weight_scale or NAME.qscale_weight
 *              float [ceil(o / rows), ceil(i / columns)], [o, 1], [1] or []
 * </pre>
 */
final class Fp8 implements PackedFormat {
  @Override
  public String name() {
    return "FP8";
  }

  @Override
  public Set<String> methods() {
    return Set.of("fp8", "fbgemm_fp8");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return ScaledWeights.isFloat8(tensor) && ScaledWeights.hasScales(tensor, all);
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    return new Modules(name(), block(config, "weight_block_size"));
  }

  /** Rows and columns of a block, as this setting has them; zeros if it is absent. */
  static long[] block(PackedConfig config, String name) {
    JsonNode node = config.raw(name);
    if (node.isMissingNode() || node.isNull()) {
      return new long[2];
    }
    if (node.size() != 2 || !positive(node.get(0)) || !positive(node.get(1))) {
      throw config.fault(name + " is " + node + "; two numbers, rows and columns, were expected");
    }
    return new long[] {node.get(0).intValue(), node.get(1).intValue()};
  }

  private static boolean positive(JsonNode node) {
    return node != null && node.isInt() && node.intValue() > 0;
  }

  private record Modules(String format, long[] block) implements Unpacker {
    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      return ScaledWeights.isFloat8(tensor)
          ? ScaledWeights.weight(tensor, all, format, told(tensor, all))
          : Optional.empty();
    }

    /** Blocks of 128 by 128 are usual: of files without settings they are tried. */
    private long[] told(SourceTensor tensor, Map<String, SourceTensor> all) {
      SourceTensor scale = all.get(tensor.name() + "_scale_inv");
      long[] shape = tensor.shape();
      if (block[0] > 0 || scale == null || shape.length < 2) {
        return block;
      }
      long[] given = scale.shape();
      int last = shape.length - 1;
      return given.length == shape.length
              && given[last] == Parts.ceil(shape[last], 128)
              && given[last - 1] == Parts.ceil(shape[last - 1], 128)
          ? new long[] {128, 128}
          : block;
    }

    @Override
    public Set<String> companions() {
      return ScaledWeights.companions();
    }

    @Override
    public Set<String> dropped() {
      return ScaledWeights.dropped();
    }
  }
}
