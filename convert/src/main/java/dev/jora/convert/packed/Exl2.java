package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * EXL2 (ExLlamaV2), for o outputs, o' of them stored, i inputs and G groups of inputs, each of its
 * own number of bits.
 *
 * <pre>
 * q_weight     I32 [words, o']      in each group a stream of numbers down each column
 * q_groups     I16 [2 G]            bits of each group, and its first row in q_weight
 * q_scale      I32 [G, o' / 8]      nibbles s, which mean (s + 1)^2
 * q_scale_max  F16 [G]
 * q_invperm    I32 or I16 [i]       where inputs lie; or q_perm, which inputs lie there
 * </pre>
 */
final class Exl2 implements PackedFormat {
  private static final String HEART = ".q_weight";

  @Override
  public String name() {
    return "EXL2";
  }

  @Override
  public Set<String> methods() {
    return Set.of("exl2");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.name().endsWith(HEART);
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    return new Modules(config);
  }

  private record Modules(PackedConfig config) implements Unpacker {
    @Override
    public Set<String> companions() {
      return Set.of(
          ".q_scale", ".q_scale_max", ".q_groups", ".q_invperm", ".q_perm", ".q_group_map");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith(HEART)) {
        return Optional.empty();
      }
      String module = tensor.name().substring(0, tensor.name().length() - HEART.length());
      Parts parts = new Parts(all, "EXL2", module);
      parts.ranked(parts.required(HEART, ElementType.I32), 2);
      SourceTensor groups = parts.required(".q_groups", ElementType.I16);
      parts.ranked(groups, 1);
      if (groups.elements() % 2 != 0) {
        throw parts.unfit(groups, "two numbers for each group");
      }
      long count = groups.elements() / 2;
      long stored = tensor.shape()[1];
      if (stored % 8 != 0) {
        throw parts.unfit(tensor, "columns in eights");
      }
      SourceTensor scale = parts.required(".q_scale", ElementType.I32);
      parts.shaped(scale, count, stored / 8);
      SourceTensor max = parts.required(".q_scale_max", ElementType.F16);
      parts.shaped(max, count);
      Optional<SourceTensor> order = parts.optional(".q_perm");
      boolean inverse = order.isEmpty();
      SourceTensor places = inverse ? parts.required(".q_invperm") : order.get();
      parts.optional(".q_invperm");
      parts.optional(".q_group_map");
      parts.ranked(parts.typed(places, ElementType.I32, ElementType.I16), 1);
      long inputs = places.elements();
      long outputs = outputs(module, stored, all);
      Exl2Rows.Sources sources = new Exl2Rows.Sources(tensor, groups, scale, max, places, inverse);
      Exl2Groups.of(parts, groups, inputs, tensor); // what does not fit is told now
      return parts.weight(
          Rows.tensor(
              module + ".weight",
              new long[] {outputs, inputs},
              1,
              arena -> new Exl2Rows(sources, Exl2Groups.of(parts, groups, inputs, tensor), arena)));
    }

    /**
     * Outputs are stored up to the next multiple of 32. How many of them there are says the
     * configuration, the bias or, for the output matrix, the embeddings.
     */
    private long outputs(String module, long stored, Map<String, SourceTensor> all) {
      long outputs = config.integer("out_features").orElse(0);
      if (outputs == 0) {
        outputs = rows(all.get(module + ".bias"));
      }
      if (outputs == 0 && (module.equals("lm_head") || module.endsWith(".lm_head"))) {
        outputs =
            all.values().stream()
                .filter(tensor -> tensor.name().endsWith("embed_tokens.weight"))
                .mapToLong(Modules::rows)
                .findFirst()
                .orElse(0);
      }
      return outputs > stored - 32 && outputs <= stored && outputs > 0 ? outputs : stored;
    }

    private static long rows(SourceTensor tensor) {
      return tensor == null || tensor.shape().length == 0 ? 0 : tensor.shape()[0];
    }
  }
}
