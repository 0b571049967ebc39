package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MXFP4 as gpt-oss has it. Nothing is unpacked: blocks become GGUF's.
 *
 * <pre>
 * NAME_blocks  U8 [..., rows, G, 16]
 * NAME_scales  U8 [..., rows, G]
 * </pre>
 *
 * <p>The result is NAME, [..., rows, 32 G]. Rows stay where they are: those of gate_up_proj are a
 * row of the gate, a row of up, and so on.
 */
final class MxFp4 implements PackedFormat {
  private static final String HEART = "_blocks";

  @Override
  public String name() {
    return "MXFP4";
  }

  @Override
  public Set<String> methods() {
    return Set.of("mxfp4");
  }

  @Override
  public boolean marks(SourceTensor tensor, Map<String, SourceTensor> all) {
    return tensor.name().endsWith(HEART)
        && tensor.type() == ElementType.U8
        && tensor.shape().length >= 3;
  }

  @Override
  public Unpacker unpacker(PackedConfig config) {
    return new Modules();
  }

  private record Modules() implements Unpacker {
    @Override
    public Set<String> companions() {
      return Set.of("_scales");
    }

    @Override
    public Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all) {
      if (!tensor.name().endsWith(HEART)) {
        return Optional.empty();
      }
      String name = tensor.name().substring(0, tensor.name().length() - HEART.length());
      Parts parts = new Parts(all, "MXFP4", name);
      parts.required(HEART, ElementType.U8);
      long[] shape = tensor.shape();
      int rank = shape.length;
      if (rank < 3 || shape[rank - 1] != 16) {
        throw parts.unfit(tensor, "shape [..., rows, blocks, 16]");
      }
      SourceTensor scales = parts.required("_scales", ElementType.U8, ElementType.F8_E8M0);
      parts.shaped(scales, Arrays.copyOf(shape, rank - 1));
      long[] whole = Arrays.copyOf(shape, rank - 1);
      whole[rank - 2] = Math.multiplyExact(whole[rank - 2], 32);
      return parts.weight(new Fp4.Moved(name, whole, tensor, scales));
    }
  }
}
