package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checkpoints of llm-compressor. The types of a module's tensors say which of its formats the
 * module has, so groups may differ:
 *
 * <pre>
 * pack-quantized        weight_packed I32: {@link PackedIntegers}
 * int-quantized, naive  weight I8 [o, i], weight_scale, weight_zero_point I8
 * float-quantized       weight F8_E4M3 [o, i], weight_scale
 * nvfp4-pack-quantized  weight_packed U8 [o, i / 2], weight_scale F8_E4M3 [o, i / 16],
 *                       weight_global_scale F32 [1], which divides
 * mxfp4-pack-quantized  weight_packed U8 [o, i / 2], weight_scale U8 [o, i / 32]
 * </pre>
 */
final class CompressedTensors implements PackedFormat {
  private static final String HEART = ".weight_packed";
  private static final Set<String> KNOWN =
      Set.of(
          "pack-quantized",
          "int-quantized",
          "naive-quantized",
          "float-quantized",
          "nvfp4-pack-quantized",
          "mxfp4-pack-quantized",
          "mixed-precision",
          "dense");

  @Override
  public String name() {
    return "compressed-tensors";
  }

  @Override
  public Set<String> methods() {
    return Set.of("compressed-tensors", "compressed_tensors");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.name().endsWith(HEART)
        || tensor.type() == ElementType.I8 && ScaledWeights.hasScales(tensor, all);
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    check(config, config);
    for (JsonNode group : config.raw("config_groups")) {
      check(config, PackedConfig.of(group));
    }
    String sparsity = config.child("sparsity_config").text("format").orElse("dense");
    if (!sparsity.equals("dense")) {
      throw refused(config, sparsity);
    }
    return new Modules(new WeightSettings(config));
  }

  private static void check(PackedConfig config, PackedConfig level) {
    String format = level.text("format").orElse("dense");
    if (!KNOWN.contains(format)) {
      throw refused(config, format);
    }
  }

  private static RuntimeException refused(PackedConfig config, String format) {
    return config.fault(
        "format is %s, but of compressed-tensors only pack-, int-, float-, nvfp4-pack- and"
                .formatted(format)
            + " mxfp4-pack-quantized can be unpacked; take an unquantized repository of this model,"
            + " or another one");
  }

  private record Modules(WeightSettings settings) implements Unpacker {
    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      String name = tensor.name();
      if (name.endsWith(HEART)) {
        String module = name.substring(0, name.length() - HEART.length());
        return tensor.type() == ElementType.U8
            ? floats(tensor, module, all)
            : PackedIntegers.weight(tensor, module, all, settings);
      }
      if (ScaledWeights.isFloat8(tensor)
          || tensor.type() == ElementType.I8 && name.endsWith(".weight")) {
        String module = name.replaceFirst("\\.weight$", "");
        return ScaledWeights.weight(tensor, all, "compressed-tensors", settings.block(module));
      }
      return Optional.empty();
    }

    private static Optional<PackedWeight> floats(
        SourceTensor tensor, String module, Map<String, SourceTensor> all) {
      boolean nv = all.containsKey(module + ".weight_global_scale");
      SourceTensor found = all.get(module + ".weight_scale");
      nv |= found != null && found.type() == ElementType.F8_E4M3;
      Parts parts =
          new Parts(all, nv ? "nvfp4-pack-quantized" : "mxfp4-pack-quantized", module + ".weight");
      parts.ranked(parts.required("_packed"), 2);
      long rows = tensor.shape()[0];
      long columns = Math.multiplyExact(tensor.shape()[1], 2);
      SourceTensor scale =
          nv
              ? parts.required("_scale", ElementType.F8_E4M3)
              : parts.required("_scale", ElementType.U8, ElementType.F8_E8M0);
      int width = nv ? 16 : 32;
      parts.shaped(scale, rows, Parts.ceil(columns, width));
      long[] shape = {rows, columns};
      String name = module + ".weight";
      if (!nv) {
        if (columns % 32 != 0) {
          throw parts.unfit(tensor, "whole blocks of 16 bytes");
        }
        return parts.weight(new Fp4.Moved(name, shape, tensor, scale));
      }
      SourceTensor global = parts.single(parts.floats(parts.required("_global_scale")));
      return parts.weight(
          Rows.tensor(
              name,
              shape,
              1,
              arena -> {
                float by = Numbers.value(global);
                return Fp4.rows(
                    tensor.read(arena),
                    new Numbers(scale, arena),
                    Math.toIntExact(columns),
                    16,
                    product -> brief(product / by));
              }));
    }

    /** A float rounded to BF16, which is what compressed-tensors makes of this format. */
    private static float brief(float x) {
      int bits = Float.floatToRawIntBits(x);
      return Float.isNaN(x)
          ? x
          : Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }

    @Override
    public Set<String> companions() {
      return settings.plain()
          ? Set.of()
          : Set.of(
              ".weight_scale",
              ".weight_zero_point",
              ".weight_shape",
              ".weight_g_idx",
              ".weight_global_scale");
    }

    @Override
    public Set<String> dropped() {
      return settings.plain()
          ? Set.of(".weight_scale", ".weight_zero_point", ".weight_g_idx", ".input_scale")
          : ScaledWeights.dropped();
    }
  }
}
