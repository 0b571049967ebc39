package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * NVIDIA's Model Optimizer: FP8, and NVFP4 with two scales that are multiplied.
 *
 * <pre>
 * NVFP4  weight U8 [o, i / 2], weight_scale F8_E4M3 [o, i / 16], weight_scale_2 F32 []
 * FP8    weight F8_E4M3 [o, i], weight_scale F32 []
 * </pre>
 */
final class ModelOpt implements PackedFormat {
  private static final Set<String> KNOWN =
      Set.of("fp8", "fp8_per_channel_per_token", "nvfp4", "mixed_precision");

  @Override
  public String name() {
    return "Model Optimizer";
  }

  @Override
  public Set<String> methods() {
    return Set.of("modelopt", "modelopt_fp4", "modelopt_mixed");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.type() == ElementType.U8 && all.containsKey(tensor.name() + "_scale_2");
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    Optional<String> algorithm = config.text("quant_algo");
    if (algorithm.isPresent() && !KNOWN.contains(algorithm.get())) {
      throw config.fault(
          "quant_algo is %s, but of Model Optimizer's only FP8 and NVFP4 can be unpacked; take an"
                  .formatted(algorithm.get())
              + " unquantized repository of this model, or another one");
    }
    return new Modules();
  }

  private record Modules() implements Unpacker {
    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith("weight")) {
        return Optional.empty();
      }
      if (ScaledWeights.isFloat8(tensor)) {
        return ScaledWeights.weight(tensor, all, "Model Optimizer's FP8", 0, 0);
      }
      if (tensor.type() != ElementType.U8) {
        return Optional.empty();
      }
      Parts parts = new Parts(all, "Model Optimizer's NVFP4", tensor.name());
      parts.ranked(parts.required(""), 2);
      long rows = tensor.shape()[0];
      long columns = Math.multiplyExact(tensor.shape()[1], 2);
      SourceTensor scale = parts.required("_scale", ElementType.F8_E4M3);
      parts.shaped(scale, rows, Parts.ceil(columns, 16));
      SourceTensor whole = parts.single(parts.floats(parts.required("_scale_2")));
      return parts.weight(
          Rows.tensor(
              tensor.name(),
              new long[] {rows, columns},
              1,
              arena -> {
                float by = Numbers.value(whole);
                return Fp4.rows(
                    tensor.read(arena),
                    new Numbers(scale, arena),
                    Math.toIntExact(columns),
                    16,
                    product -> product * by);
              }));
    }

    @Override
    public Set<String> companions() {
      // Weights that are to be multiplied with these scales of inputs cannot be told apart later.
      return Set.of(".weight_scale", ".weight_scale_2", ".pre_quant_scale");
    }

    @Override
    public Set<String> dropped() {
      return ScaledWeights.dropped();
    }
  }
}
