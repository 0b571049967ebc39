package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.NamePattern;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * GPTQ (AutoGPTQ, GPTQModel), for o outputs, i inputs and G groups of inputs.
 *
 * <pre>
 * qweight  I32 [i bits / 32, o]   numbers q in a stream down each column
 * qzeros   I32 [G, o bits / 32]   numbers z in a stream along each row, less 1 in the first version
 * scales   float [G, o]
 * g_idx    I32 [i]                group of each input; input / group_size where it is absent
 * </pre>
 *
 * <p>W[o][i] = scale (q - z).
 */
final class Gptq implements PackedFormat {
  private static final String HEART = ".qweight";
  private static final Set<Integer> BITS = Set.of(2, 3, 4, 8);

  @Override
  public String name() {
    return "GPTQ";
  }

  @Override
  public Set<String> methods() {
    return Set.of("gptq");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    String name = tensor.name();
    if (!name.endsWith(HEART) || tensor.type() != ElementType.I32) {
      return false;
    }
    String prefix = name.substring(0, name.length() - HEART.length());
    SourceTensor scales = all.get(prefix + ".scales");
    return all.containsKey(prefix + ".g_idx")
        || scales != null
            && scales.shape().length == 2
            && tensor.shape().length == 2
            && scales.shape()[1] == tensor.shape()[1];
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    String variant = config.text("checkpoint_format", "format").orElse("gptq");
    if (config.flag("is_marlin_format")) {
      variant = "marlin";
    }
    if (!variant.equals("gptq") && !variant.equals("gptq_v2")) {
      throw config.fault(
          "checkpoint_format is %s, a layout for certain GPUs, of GPTQ only gptq and gptq_v2 can be"
                  .formatted(variant)
              + " unpacked; take an unquantized repository of this model, or another one");
    }
    return new Modules(config, variant.equals("gptq") ? 1 : 0);
  }

  /**
   * Weights of a checkpoint.
   *
   * @param zeroShift what is added to stored zero points
   */
  private record Modules(PackedConfig config, int zeroShift) implements Unpacker {
    @Override
    public Set<String> companions() {
      return Set.of(".qzeros", ".scales", ".g_idx");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith(HEART)) {
        return Optional.empty();
      }
      String module = tensor.name().substring(0, tensor.name().length() - HEART.length());
      PackedConfig own = settings(module);
      OptionalInt told = own.integer("bits");
      if (told.isEmpty()) {
        told = config.integer("bits");
      }
      OptionalInt group = own.groupSize();
      if (group.isEmpty()) {
        group = config.groupSize();
      }
      String format = told.isPresent() ? "GPTQ of %d bits".formatted(told.getAsInt()) : "GPTQ";
      Parts parts = new Parts(all, format, module);
      parts.required(HEART, ElementType.I32);
      parts.ranked(tensor, 2);
      SourceTensor zeros = parts.required(".qzeros", ElementType.I32);
      SourceTensor scales = parts.floats(parts.required(".scales"));
      Optional<SourceTensor> index = parts.optional(".g_idx");
      index.ifPresent(i -> parts.ranked(parts.typed(i, ElementType.I32, ElementType.I64), 1));

      long words = tensor.shape()[0];
      long outputs = tensor.shape()[1];
      int bits = told.isPresent() ? told.getAsInt() : bits(index, words);
      if (!BITS.contains(bits)) {
        throw config.fault(
            "module %s has %d bits, but of GPTQ only 2, 3, 4 and 8 can be unpacked; take another repository"
                .formatted(module, bits));
      }
      Packing packing = new Packing(bits, true);
      long inputs = index.map(SourceTensor::elements).orElse(words * 32 / bits);
      if (index.isEmpty() && words * 32 % bits != 0) {
        throw parts.unfit(tensor, "rows of words without a rest");
      }
      parts.shaped(tensor, packing.words(inputs), outputs);
      long groups = groups(group, inputs, scales, index);
      long size = Parts.ceil(inputs, groups);
      if (group.isPresent()) {
        size = group.getAsInt() == -1 ? inputs : group.getAsInt();
      }
      parts.shaped(scales, groups, outputs);
      parts.shaped(zeros, groups, packing.words(outputs));
      if (index.isEmpty() && groups > 1 && config.flag("desc_act")) {
        parts.required(".g_idx"); // the order of inputs is nowhere else
      }
      Layout layout = new Layout(packing, outputs, inputs, groups, size, zeroShift);
      return parts.weight(
          Rows.tensor(
              module + ".weight",
              new long[] {outputs, inputs},
              1,
              arena -> new Columns(layout, tensor, zeros, scales, index, arena)));
    }

    /** What {@code dynamic} says of a module: its patterns are tried in order. */
    private PackedConfig settings(String module) {
      JsonNode dynamic = config.raw("dynamic");
      for (Map.Entry<String, JsonNode> entry : dynamic.properties()) {
        String pattern = entry.getKey();
        if (!pattern.startsWith("-:")
            && NamePattern.begins(
                "quantization_config", pattern.replaceFirst("^\\+:", ""), module)) {
          return config.child("dynamic").child(pattern);
        }
      }
      return PackedConfig.of(null);
    }

    private int bits(Optional<SourceTensor> index, long words) {
      if (index.isEmpty()) {
        throw config.fault(
            "bits is missing, and there is no g_idx to tell it; add config.json or"
                + " quantize_config.json");
      }
      return (int) Math.min(99, words * 32 / index.get().elements());
    }

    private long groups(
        OptionalInt group, long inputs, SourceTensor scales, Optional<SourceTensor> index) {
      if (group.isPresent()) {
        return group.getAsInt() == -1 ? 1 : Parts.ceil(inputs, group.getAsInt());
      }
      long groups = scales.shape().length == 0 ? 1 : scales.shape()[0];
      if (index.isEmpty() && (groups > inputs || inputs % groups != 0)) {
        throw config.fault(
            "group_size is missing, and neither g_idx nor shapes tell it; add config.json or"
                + " quantize_config.json");
      }
      return groups;
    }
  }

  private record Layout(
      Packing packing, long outputs, long inputs, long groups, long size, int zeroShift) {}

  /** A column of what is packed is a row of the weight. */
  private static final class Columns implements Rows {
    private final Layout layout;
    private final MemorySegment words;
    private final MemorySegment zeros;
    private final Numbers scales;
    private final int[] group;
    private final int[] q;
    private final float[] scale;
    private final int[] zero;

    Columns(
        Layout layout,
        SourceTensor weight,
        SourceTensor zeros,
        SourceTensor scales,
        Optional<SourceTensor> index,
        Arena arena) {
      this.layout = layout;
      this.words = weight.read(arena);
      this.zeros = zeros.read(arena);
      this.scales = new Numbers(scales, arena);
      this.group = GroupIndex.of(index, layout.inputs, layout.groups, layout.size);
      this.q = new int[group.length];
      this.scale = new float[Math.toIntExact(layout.groups)];
      this.zero = new int[scale.length];
    }

    @Override
    public void make(long row, float[] to) {
      Packing packing = layout.packing;
      long zeroBytes = packing.words(layout.outputs) * Integer.BYTES;
      for (int g = 0; g < scale.length; g++) {
        scale[g] = scales.get(g * layout.outputs + row);
        // Not cut to its bits again: 15 of four bits means 16.
        zero[g] = packing.one(zeros, g * zeroBytes, Integer.BYTES, row) + layout.zeroShift;
      }
      packing.read(words, row * Integer.BYTES, layout.outputs * Integer.BYTES, q.length, q);
      for (int i = 0; i < q.length; i++) {
        int g = group[i];
        to[i] = scale[g] * (q[i] - zero[g]);
      }
    }
  }
}
