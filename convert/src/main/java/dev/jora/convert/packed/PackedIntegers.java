package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whole numbers as compressed-tensors packs them, for o outputs, i inputs and G groups of inputs.
 *
 * <pre>
 * weight_packed      I32 [o, ceil(i bits / 32)]; older: [o, ceil(i / floor(32 / bits))]
 * weight_shape       I64 [2]
 * weight_scale       float [o, G]
 * weight_zero_point  I32 [ceil(o bits / 32), G], packed along o; older: I8 [o, G]
 * weight_g_idx       I32 [i], group of each input
 * </pre>
 *
 * <p>Stored numbers are 2^(bits - 1) more than q and z; W[o][i] = scale (q - z).
 */
final class PackedIntegers implements Rows {
  /** Zero points: none, packed, or as they are. */
  private record Zeros(SourceTensor tensor, Packing packing) {}

  private record Layout(Packing packing, long outputs, long inputs, long groups, long size) {}

  private final Layout layout;
  private final MemorySegment words;
  private final Numbers scales;
  private final boolean oneScale;
  private final Packing zeroPacking;
  private final MemorySegment packedZeros;
  private final Numbers plainZeros;
  private final int[] group;
  private final int[] q;
  private final float[] scale;
  private final int[] zero;

  private PackedIntegers(
      Layout layout,
      SourceTensor weight,
      SourceTensor scales,
      Optional<Zeros> zeros,
      Optional<SourceTensor> index,
      Arena arena) {
    this.layout = layout;
    this.words = weight.read(arena);
    this.scales = new Numbers(scales, arena);
    this.oneScale = scales.elements() == 1;
    this.zeroPacking = zeros.map(Zeros::packing).orElse(null);
    this.packedZeros = zeroPacking == null ? null : zeros.get().tensor.read(arena);
    this.plainZeros =
        zeros.isEmpty() || zeroPacking != null ? null : new Numbers(zeros.get().tensor, arena);
    this.group = GroupIndex.of(index, layout.inputs, layout.groups, layout.size);
    this.q = new int[group.length];
    this.scale = new float[Math.toIntExact(layout.groups)];
    this.zero = new int[scale.length];
  }

  /** The weight of a module. */
  static Optional<PackedWeight> weight(
      SourceTensor tensor, String module, Map<String, SourceTensor> all, WeightSettings settings) {
    Parts parts = new Parts(all, "pack-quantized", module + ".weight");
    parts.ranked(parts.required("_packed", ElementType.I32), 2);
    SourceTensor shape = parts.required("_shape", ElementType.I64, ElementType.I32);
    int[] extents = Numbers.wholes(parts.shaped(shape, 2));
    long outputs = extents[0];
    long inputs = extents[1];
    if (outputs != tensor.shape()[0]) {
      throw parts.unfit(tensor, "%d rows, as %s says".formatted(outputs, shape.name()));
    }
    Packing packing = packing(parts, tensor, inputs, settings.bits(module));
    SourceTensor scales = parts.floats(parts.required("_scale"));
    OptionalInt told = settings.groupSize(module);
    boolean one = scales.elements() == 1;
    long count = scales.shape().length == 2 ? scales.shape()[1] : 1;
    if (told.isPresent()) {
      count = told.getAsInt() == -1 ? 1 : Parts.ceil(inputs, told.getAsInt());
    } else if (inputs % count != 0) {
      throw parts.unfit(scales, "shape [%d, 1], as no group_size is told".formatted(outputs));
    }
    long size = told.isPresent() && told.getAsInt() > 0 ? told.getAsInt() : inputs / count;
    if (!one && !Arrays.equals(scales.shape(), new long[] {outputs})) {
      parts.shaped(scales, outputs, count);
    } else if (count != 1 && !(one && outputs == 1)) {
      throw parts.unfit(scales, "shape [%d, %d]".formatted(outputs, count));
    }
    long groups = count;
    Optional<Zeros> zeros =
        parts.optional("_zero_point").map(zero -> zeros(parts, zero, packing, outputs, groups));
    Optional<SourceTensor> index = parts.optional("_g_idx");
    index.ifPresent(i -> parts.shaped(parts.typed(i, ElementType.I32, ElementType.I64), inputs));
    Layout layout = new Layout(packing, outputs, inputs, groups, size);
    return parts.weight(
        Rows.tensor(
            module + ".weight",
            new long[] {outputs, inputs},
            1,
            arena -> new PackedIntegers(layout, tensor, scales, zeros, index, arena)));
  }

  private static Packing packing(Parts parts, SourceTensor tensor, long inputs, OptionalInt told) {
    long width = tensor.shape()[1];
    if (inputs < 1 || inputs > width * 32) {
      throw parts.unfit(tensor, "rows of %d numbers, as its shape says".formatted(inputs));
    }
    // Without a configuration only what fills words without a rest can be told.
    int bits = told.isPresent() ? told.getAsInt() : (int) (width * 32 / inputs);
    if (bits < 1 || bits > 8) {
      throw parts.fault(
          tensor,
          "has %d bits, but 1 to 8 can be unpacked; take another repository".formatted(bits));
    }
    for (boolean dense : new boolean[] {true, false}) {
      Packing packing = new Packing(bits, dense);
      if (packing.words(inputs) == width) {
        return packing;
      }
    }
    throw parts.unfit(
        tensor,
        "shape [%d, %d] for %d inputs of %d bits"
            .formatted(tensor.shape()[0], new Packing(bits, true).words(inputs), inputs, bits));
  }

  private static Zeros zeros(
      Parts parts, SourceTensor zero, Packing packing, long outputs, long groups) {
    if (zero.type() == ElementType.I8) {
      return new Zeros(parts.shaped(zero, outputs, groups), null);
    }
    parts.ranked(parts.typed(zero, ElementType.I32, ElementType.I8), 2);
    Packing older = new Packing(packing.bits(), false);
    Packing dense = new Packing(packing.bits(), true);
    Packing own = zero.shape()[0] == older.words(outputs) ? older : dense;
    if (dense.words(outputs) == older.words(outputs)) {
      own = packing;
    }
    return new Zeros(parts.shaped(zero, own.words(outputs), groups), own);
  }

  @Override
  public void make(long row, float[] to) {
    int half = 1 << layout.packing.bits() - 1;
    long stride = layout.groups * Integer.BYTES;
    for (int g = 0; g < scale.length; g++) {
      scale[g] = scales.get(oneScale ? 0 : row * layout.groups + g);
      zero[g] = half;
      if (packedZeros != null) {
        zero[g] = zeroPacking.one(packedZeros, (long) g * Integer.BYTES, stride, row);
      } else if (plainZeros != null) {
        zero[g] = half + (int) plainZeros.get(row * layout.groups + g);
      }
    }
    long rowBytes = layout.packing.words(layout.inputs) * Integer.BYTES;
    layout.packing.read(words, row * rowBytes, Integer.BYTES, q.length, q);
    for (int i = 0; i < q.length; i++) {
      int g = group[i];
      to[i] = scale[g] * (q[i] - zero[g]);
    }
  }
}
