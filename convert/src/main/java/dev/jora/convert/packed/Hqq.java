package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * HQQ. A weight [o, i] is seen as a matrix V of [rows, group] (axis 1) or [group, columns] (axis
 * 0), and packed in equal parts of its rows, the first of them in the highest bits.
 *
 * <pre>
 * W_q    U8 [rows of V / (8 / nbits), columns of V]; 3 bits: I32, ten parts
 * scale  float [rows of V, 1] or [1, columns of V]
 * zero   likewise
 * shape, nbits, axis, group_size
 * </pre>
 *
 * <p>V = (q - zero) scale.
 */
final class Hqq implements PackedFormat {
  private static final String HEART = ".W_q";

  /** Bits of a number, to how many are in a word. */
  private static final Map<Long, Integer> PARTS = Map.of(1L, 8, 2L, 4, 3L, 10, 4L, 2, 8L, 1);

  @Override
  public String name() {
    return "HQQ";
  }

  @Override
  public Set<String> methods() {
    return Set.of("hqq");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.name().endsWith(HEART);
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    return new Modules();
  }

  private record Modules() implements Unpacker {
    private static final Set<String> SETTINGS =
        Set.of(
            "channel_wise",
            "compute_dtype",
            "encoded_state_dict",
            "offload_meta",
            "optimize",
            "packing",
            "quant_scale",
            "quant_zero",
            "round_zero",
            "stores_quant_config",
            "unpack_view_dtype",
            "view_as_float");

    @Override
    public Set<String> companions() {
      return Set.of(".nbits", ".group_size", ".axis", ".packing", ".view_as_float", ".quant_zero");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith(HEART)) {
        return Optional.empty();
      }
      String module = tensor.name().substring(0, tensor.name().length() - HEART.length());
      Parts parts = new Parts(all, "HQQ", module + ".");
      parts.required("W_q");
      SETTINGS.forEach(parts::optional);
      for (String name : new String[] {"quant_scale", "quant_zero"}) {
        if (setting(parts, name, 0) != 0) {
          throw new SourceException(
              "tensor %s.%s says that scales are quantized too, which cannot be unpacked; take an"
                      .formatted(module, name)
                  + " unquantized repository of this model, or another one");
        }
      }
      long bits = setting(parts, "nbits", -1);
      if (!PARTS.containsKey(bits)) {
        throw new SourceException(
            "tensor %s.nbits is %d, but HQQ of 1, 2, 3, 4 and 8 bits can be unpacked; take another repository"
                .formatted(module, bits));
      }
      long axis = setting(parts, "axis", -1);
      if (axis != 0 && axis != 1) {
        throw new SourceException(
            "tensor %s.axis is %d; 0 or 1 was expected".formatted(module, axis));
      }
      SourceTensor told = parts.required("shape");
      int[] extents = Numbers.wholes(parts.shaped(told, 2));
      long[] shape = {extents[0], extents[1]};
      if (shape[0] < 1 || shape[1] < 1) {
        throw parts.fault(told, "has no positive numbers; download the file again");
      }
      return parts.weight(tensor(parts, tensor, module + ".weight", (int) bits, axis, shape));
    }

    private static SourceTensor tensor(
        Parts parts, SourceTensor tensor, String name, int bits, long axis, long[] shape) {
      long elements = Math.multiplyExact(shape[0], shape[1]);
      long group = setting(parts, "group_size", 0);
      if (group < 0 || group > 0 && elements % group != 0) {
        throw new SourceException(
            "tensor %sgroup_size is %d, which does not divide %d elements"
                .formatted(parts.prefix(), group, elements));
      }
      long rows = group == 0 ? shape[0] : axis == 0 ? group : elements / group;
      long columns = elements / rows;
      int inWord = PARTS.get((long) bits);
      boolean whole = bits == 3;
      long packed = Parts.ceil(rows, inWord);
      if (!whole && rows % inWord != 0) {
        throw parts.unfit(tensor, "%d rows in %d equal parts".formatted(rows, inWord));
      }
      if (setting(parts, "view_as_float", 0) == 0) {
        parts.shaped(
            parts.typed(tensor, whole ? ElementType.I32 : ElementType.U8), packed, columns);
      } else if (tensor.type().bytes(tensor.elements()) != packed * columns * (whole ? 4 : 1)) {
        throw parts.unfit(
            tensor, "%d words of [%d, %d]".formatted(packed * columns, packed, columns));
      }
      long[] scaling = axis == 0 ? new long[] {1, columns} : new long[] {rows, 1};
      SourceTensor scale = parts.shaped(parts.floats(parts.required("scale")), scaling);
      SourceTensor zero = parts.shaped(parts.floats(parts.required("zero")), scaling);
      View view = new View(bits, packed, columns, axis == 0);
      return Rows.tensor(
          name, shape, 1, arena -> view.rows(tensor, scale, zero, (int) shape[1], arena));
    }

    /** A setting that is a tensor of one element. */
    private static long setting(Parts parts, String name, long usual) {
      if (usual < 0) {
        parts.required(name);
      }
      return parts
          .optional(name)
          .map(
              tensor ->
                  parts.typed(
                      parts.single(tensor),
                      ElementType.U8,
                      ElementType.I16,
                      ElementType.I32,
                      ElementType.I64))
          .map(tensor -> (long) Numbers.wholes(tensor)[0])
          .orElse(usual);
    }
  }

  /** How V is packed. */
  private record View(int bits, long packedRows, long columns, boolean byColumn) {
    Rows rows(SourceTensor words, SourceTensor scale, SourceTensor zero, int width, Arena arena) {
      MemorySegment data = words.read(arena);
      Numbers scales = new Numbers(scale, arena);
      Numbers zeros = new Numbers(zero, arena);
      int mask = (1 << bits) - 1;
      int top = bits == 3 ? 27 : 8 - bits;
      return (row, to) -> {
        long at = row * width;
        for (int i = 0; i < width; ) {
          long r = at / columns;
          long c = at % columns;
          int n = (int) Math.min(width - i, columns - c);
          long from = r % packedRows * columns + c;
          int shift = top - bits * (int) (r / packedRows);
          for (int k = 0; k < n; k++) {
            int word =
                bits == 3
                    ? data.get(Packing.WORD, (from + k) * Integer.BYTES)
                    : data.get(ValueLayout.JAVA_BYTE, from + k);
            long s = byColumn ? c + k : r;
            to[i + k] = ((word >> shift & mask) - zeros.get(s)) * scales.get(s);
          }
          i += n;
          at += n;
        }
      };
    }
  }
}
