package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * AWQ (AutoAWQ) of 4 bits, in its three layouts ({@link AwqRows}), for o outputs, i inputs and G
 * groups of inputs.
 *
 * <pre>
 * gemm       qweight I32 [i, o / 8], qzeros I32 [G, o / 8], scales [G, o]
 * gemv       qweight I32 [o, i / 8], qzeros I32 [o, Z], scales [o, 8 Z]
 * gemv_fast  qweight I16 [o / 4, i], qzeros float [8 Z, o], scales [8 Z, o]
 * </pre>
 *
 * <p>Z is ceil(G / 8), and more for groups below 128. W[o][i] = scale (q - zero); zeros of the last
 * layout are numbers -scale zero.
 */
final class Awq implements PackedFormat {
  private static final String HEART = ".qweight";

  private enum Version {
    GEMM,
    GEMV,
    GEMV_FAST
  }

  @Override
  public String name() {
    return "AWQ";
  }

  @Override
  public Set<String> methods() {
    return Set.of("awq");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.name().endsWith(HEART)
        && (tensor.type() == ElementType.I32 || tensor.type() == ElementType.I16)
        && !all.containsKey(tensor.name().replaceFirst("qweight$", "g_idx"));
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    int bits = config.integer("bits", "w_bit").orElse(4);
    if (bits != 4) {
      throw config.fault(
          "bits is %d, but of AWQ only 4 bits can be unpacked; take an unquantized repository"
              .formatted(bits));
    }
    Optional<String> version = config.text("version", "checkpoint_format", "format");
    Version known = null;
    if (version.isPresent()) {
      try {
        known = Version.valueOf(version.get().toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw config.fault(
            "version is %s, but of AWQ only gemm, gemv and gemv_fast can be unpacked; take an"
                    .formatted(version.get())
                + " unquantized repository of this model, or another one");
      }
    }
    return new Modules(config, Optional.ofNullable(known));
  }

  private record Modules(PackedConfig config, Optional<Version> told) implements Unpacker {
    @Override
    public Set<String> companions() {
      return Set.of(".qzeros", ".scaled_zeros", ".scales");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith(HEART)) {
        return Optional.empty();
      }
      String module = tensor.name().substring(0, tensor.name().length() - HEART.length());
      Version version = told.orElseGet(() -> guess(tensor, all.get(module + ".scales")));
      String format = "AWQ in its layout " + version.name().toLowerCase(Locale.ROOT);
      Parts parts = new Parts(all, format, module);
      boolean fast = version == Version.GEMV_FAST;
      parts.ranked(parts.required(HEART, fast ? ElementType.I16 : ElementType.I32), 2);
      SourceTensor scales = parts.floats(parts.required(".scales"));
      SourceTensor zeros =
          parts.optional(".scaled_zeros").orElseGet(() -> parts.required(".qzeros"));
      if (fast) {
        parts.floats(zeros);
      } else {
        parts.typed(zeros, ElementType.I32);
      }
      long rows = tensor.shape()[0];
      long columns = tensor.shape()[1];
      long outputs =
          switch (version) {
            case GEMM -> columns * 8;
            case GEMV -> rows;
            case GEMV_FAST -> rows * 4;
          };
      long inputs =
          switch (version) {
            case GEMM -> rows;
            case GEMV -> columns * 8;
            case GEMV_FAST -> columns;
          };
      long size = groupSize(version, inputs, scales);
      if (inputs % size != 0) {
        throw parts.unfit(tensor, "inputs in whole groups of " + size);
      }
      long groups = inputs / size;
      AwqRows.Sources sources = new AwqRows.Sources(tensor, zeros, scales, outputs, inputs, size);
      long[] shape = {outputs, inputs};
      String name = module + ".weight";
      return parts.weight(
          switch (version) {
            case GEMM -> {
              parts.shaped(scales, groups, outputs);
              parts.shaped(zeros, groups, outputs / 8);
              yield Rows.tensor(name, shape, 8, arena -> AwqRows.gemm(sources, arena));
            }
            case GEMV -> {
              long width = paddedWidth(groups, size);
              parts.shaped(scales, outputs, 8 * width);
              parts.shaped(zeros, outputs, width);
              yield Rows.tensor(name, shape, 1, arena -> AwqRows.gemv(sources, arena));
            }
            case GEMV_FAST -> {
              if (inputs % 64 != 0) {
                throw parts.unfit(tensor, "inputs in whole blocks of 64");
              }
              long height = 8 * paddedWidth(groups, size);
              parts.shaped(scales, height, outputs);
              parts.shaped(zeros, height, outputs);
              yield Rows.tensor(name, shape, 4, arena -> AwqRows.fast(sources, arena));
            }
          });
    }

    /** Words of zero points in a row. */
    private static long paddedWidth(long groups, long size) {
      long multiple = size >= 128 ? 1 : size == 64 ? 2 : size == 32 ? 4 : 1;
      return Parts.ceil(Parts.ceil(groups, 8), multiple) * multiple;
    }

    private static Version guess(SourceTensor weight, SourceTensor scales) {
      if (weight.type() == ElementType.I16) {
        return Version.GEMV_FAST;
      }
      boolean wide =
          scales == null
              || weight.shape().length != 2
              || scales.shape().length != 2
              || scales.shape()[1] == weight.shape()[1] * 8;
      return wide ? Version.GEMM : Version.GEMV;
    }

    private long groupSize(Version version, long inputs, SourceTensor scales) {
      OptionalInt told = config.groupSize();
      if (told.isPresent()) {
        return told.getAsInt() == -1 ? inputs : told.getAsInt();
      }
      long groups = scales.shape().length == 0 ? 1 : scales.shape()[0];
      if (version == Version.GEMM && inputs % groups == 0) {
        return inputs / groups;
      }
      throw config.fault(
          "group_size is missing, and shapes do not tell it; add config.json or quant_config.json");
    }
  }
}
