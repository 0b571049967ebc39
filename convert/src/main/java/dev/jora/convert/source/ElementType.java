package dev.jora.convert.source;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.Optional;

/** Types that tensors of checkpoints have; where GGUF has the same, {@link #ggml} names it. */
public enum ElementType {
  BOOL(1),
  U8(1),
  I8(1, GgmlType.I8),
  F8_E5M2(1),
  F8_E4M3(1),
  /** An exponent alone: 2 to the power of the byte less 127. */
  F8_E8M0(1),
  I16(2, GgmlType.I16),
  U16(2),
  F16(2, GgmlType.F16),
  BF16(2, GgmlType.BF16),
  I32(4, GgmlType.I32),
  U32(4),
  F32(4, GgmlType.F32),
  I64(8, GgmlType.I64),
  U64(8),
  F64(8, GgmlType.F64),
  /** Rows of GGUF's blocks: what another format holds is moved into them without loss. */
  MXFP4(GgmlType.MXFP4),
  NVFP4(GgmlType.NVFP4);

  private final int bytes;
  private final GgmlType ggml;

  ElementType(int bytes) {
    this(bytes, null);
  }

  ElementType(GgmlType blocks) {
    this(0, blocks);
  }

  ElementType(int bytes, GgmlType ggml) {
    this.bytes = bytes;
    this.ggml = ggml;
  }

  /** The type of this name, as safetensors spells it; GGUF's blocks are none of its types. */
  public static Optional<ElementType> byName(String name) {
    return Arrays.stream(values())
        .filter(type -> type.bytes > 0 && type.name().equals(name))
        .findAny();
  }

  /** GGUF's type of the same layout. */
  public Optional<GgmlType> ggml() {
    return Optional.ofNullable(ggml);
  }

  /** Bytes of {@code elements} of them, whole blocks. */
  public long bytes(long elements) {
    return bytes > 0 ? Math.multiplyExact(bytes, elements) : ggml.rowBytes(elements);
  }
}
