package dev.jora.convert.packed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * bitsandbytes. Four bits (NF4, FP4), W being the weight's name:
 *
 * <pre>
 * W                      U8 [(n + 1) / 2, 1], element 2 k in the high nibble of byte k
 * W.quant_map            F32 [16]
 * W.absmax               F32, one for each block of elements, which run on from row to row; or U8,
 * W.nested_absmax, W.nested_quant_map [256]   which then tell it
 * W.quant_state.bitsandbytes__nf4 or __fp4    U8, JSON: blocksize, shape, nested_blocksize and _offset
 * </pre>
 *
 * <p>Eight bits: W I8 [o, i], and SCB F32 [o] beside it; value = (code SCB) / 127.
 */
final class BitsAndBytes implements PackedFormat {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 1 << 20;
  private static final String[] STATES = {
    ".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4"
  };

  @Override
  public String name() {
    return "bitsandbytes";
  }

  @Override
  public Set<String> methods() {
    return Set.of("bitsandbytes", "bitsandbytes_4bit", "bitsandbytes_8bit");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return state(tensor, all) != null
        || tensor.type() == ElementType.I8
            && tensor.name().endsWith(".weight")
            && all.containsKey(tensor.name().replaceFirst("weight$", "SCB"));
  }

  private static String state(SourceTensor tensor, Map<String, SourceTensor> all) {
    for (String end : STATES) {
      if (all.containsKey(tensor.name() + end)) {
        return end;
      }
    }
    return null;
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    return new Modules();
  }

  private record Modules() implements Unpacker {
    @Override
    public Set<String> companions() {
      return Set.of(
          ".absmax",
          ".quant_map",
          ".nested_absmax",
          ".nested_quant_map",
          STATES[0],
          STATES[1],
          ".SCB",
          ".weight_format");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      String state = state(tensor, all);
      if (state != null) {
        return nibbles(new Parts(all, "bitsandbytes of 4 bits", tensor.name()), tensor, state);
      }
      return tensor.type() == ElementType.I8 && tensor.name().endsWith(".weight")
          ? bytes(tensor, all)
          : Optional.empty();
    }

    private static Optional<PackedWeight> bytes(
        SourceTensor tensor, Map<String, SourceTensor> all) {
      String module = tensor.name().substring(0, tensor.name().length() - "weight".length());
      Parts parts = new Parts(all, "bitsandbytes of 8 bits", module);
      parts.ranked(parts.required("weight"), 2);
      long[] shape = tensor.shape();
      SourceTensor most = parts.floats(parts.required("SCB"));
      parts.shaped(most, shape[0]);
      Optional<SourceTensor> order = parts.optional("weight_format");
      if (order.isPresent()) {
        parts.single(parts.typed(order.get(), ElementType.U8));
        int number = Numbers.wholes(order.get())[0];
        if (number != 0) {
          throw parts.fault(
              order.get(),
              "is %d, an order of elements for certain GPUs, of which only 0 (row by row) can be"
                      .formatted(number)
                  + " unpacked; take an unquantized repository of this model, or another one");
        }
      }
      return parts.weight(
          Rows.tensor(
              tensor.name(),
              shape,
              1,
              arena -> {
                MemorySegment codes = tensor.read(arena);
                Numbers scales = new Numbers(most, arena);
                int columns = Math.toIntExact(shape[1]);
                return (row, to) -> {
                  float scale = scales.get(row);
                  for (int i = 0; i < columns; i++) {
                    float code = codes.get(ValueLayout.JAVA_BYTE, row * columns + i);
                    to[i] = code * scale * 0.007874015718698502f; // in this order
                  }
                };
              }));
    }

    private static Optional<PackedWeight> nibbles(Parts parts, SourceTensor tensor, String end) {
      // Bytes may be stored as if they were elements of another type.
      SourceTensor codes =
          parts.required("", ElementType.U8, ElementType.F16, ElementType.BF16, ElementType.F32);
      SourceTensor text = parts.required(end, ElementType.U8);
      PackedConfig state = PackedConfig.of(json(parts, text));
      long[] shape = shape(parts, text, state.raw("shape"));
      long elements = 1;
      for (long extent : shape) {
        elements = Math.multiplyExact(elements, extent);
      }
      long unit = codes.type().bytes(1);
      if (codes.elements() != Parts.ceil(Parts.ceil(elements, 2), unit)) {
        throw parts.unfit(
            codes, "%d bytes, as %s says".formatted(Parts.ceil(elements, 2), text.name()));
      }
      long blocks = Parts.ceil(elements, size(parts, text, state, "blocksize", 64));
      SourceTensor map = parts.floats(parts.required(".quant_map"));
      parts.shaped(map, 16);
      SourceTensor most = parts.required(".absmax");
      parts.shaped(most, blocks);
      long block = size(parts, text, state, "blocksize", 64);
      Optional<NestedScales> nested = Optional.empty();
      if (most.type() == ElementType.U8) {
        long width = size(parts, text, state, "nested_blocksize", 256);
        SourceTensor scales = parts.floats(parts.required(".nested_absmax"));
        parts.shaped(scales, Parts.ceil(blocks, width));
        SourceTensor values = parts.floats(parts.required(".nested_quant_map"));
        parts.shaped(values, 256);
        JsonNode offset = state.raw("nested_offset");
        if (!offset.isNumber()) {
          throw parts.fault(text, "has no number nested_offset; download the file again");
        }
        nested = Optional.of(new NestedScales(scales, values, width, (float) offset.doubleValue()));
      } else {
        parts.floats(most);
      }
      Optional<NestedScales> inner = nested;
      return parts.weight(
          Rows.tensor(
              tensor.name(),
              shape,
              1,
              arena -> rows(codes, map, new Numbers(most, arena), inner, block, shape, arena)));
    }

    private static Rows rows(
        SourceTensor codes,
        SourceTensor map,
        Numbers most,
        Optional<NestedScales> nested,
        long block,
        long[] shape,
        Arena arena) {
      MemorySegment bytes = codes.read(arena);
      Numbers told = new Numbers(map, arena);
      float[] value = new float[16];
      for (int code = 0; code < 16; code++) {
        value[code] = told.get(code);
      }
      NestedScales.Open inner = nested.map(scales -> scales.open(arena)).orElse(null);
      int columns = Math.toIntExact(shape[shape.length - 1]);
      return (row, to) -> {
        long first = row * columns;
        for (long at = first; at < first + columns; ) {
          long n = at / block;
          float scale = inner == null ? most.get(n) : inner.get((int) most.get(n), n);
          long end = Math.min((n + 1) * block, first + columns);
          for (; at < end; at++) {
            int pair = bytes.get(ValueLayout.JAVA_BYTE, at / 2);
            to[(int) (at - first)] = value[(at % 2 == 0 ? pair >> 4 : pair) & 15] * scale;
          }
        }
      };
    }

    private static JsonNode json(Parts parts, SourceTensor text) {
      if (text.elements() > LONGEST) {
        throw parts.unfit(text, "a short text");
      }
      try (Arena arena = Arena.ofConfined()) {
        return JSON.readTree(text.read(arena).toArray(ValueLayout.JAVA_BYTE));
      } catch (IOException | OutOfMemoryError e) {
        throw parts.fault(text, "holds no JSON; download the file again");
      }
    }

    private static long[] shape(Parts parts, SourceTensor text, JsonNode node) {
      long[] shape = new long[node.size()];
      boolean right = node.isArray() && shape.length > 0;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = node.path(i).longValue();
        right &= node.path(i).isIntegralNumber() && node.path(i).canConvertToInt() && shape[i] > 0;
      }
      if (!right) {
        throw parts.fault(text, "has no shape of positive numbers; download the file again");
      }
      return shape;
    }

    private static long size(
        Parts parts, SourceTensor text, PackedConfig state, String key, int usual) {
      OptionalInt size = state.integer(key);
      if (size.orElse(usual) < 1) {
        throw parts.fault(text, "has %s %d".formatted(key, size.getAsInt()));
      }
      return size.orElse(usual);
    }
  }

  /** Scales that are themselves quantized: map[code] times a scale, and an offset added. */
  private record NestedScales(SourceTensor scales, SourceTensor map, long block, float offset) {
    Open open(Arena arena) {
      return new Open(new Numbers(scales, arena), new Numbers(map, arena), block, offset);
    }

    private record Open(Numbers scales, Numbers map, long block, float offset) {
      float get(int code, long n) {
        return map.get(code) * scales.get(n / block) + offset;
      }
    }
  }
}
