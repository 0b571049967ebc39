package dev.jora.quantize.recipe;

import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;

/**
 * A tensor and the type it gets.
 *
 * @param tensor name in the new file, and source
 * @param wanted the type by recipe or options
 * @param target the type it gets: another than wanted where that one's blocks do not divide a row
 * @param reason what the wanted type comes from
 */
public record PlannedTensor(
    OutputTensor tensor, TensorRole role, GgmlType wanted, GgmlType target, Reason reason) {
  /** What a type comes from. */
  public enum Reason {
    /** Not to be quantized: the type of the source. */
    KEPT,
    /** {@code --token-embedding-type} or {@code --output-tensor-type}. */
    OPTION,
    /** {@code --tensor-type}. */
    OVERRIDE,
    /** The recipe. */
    RECIPE,
    /** The size that was asked for. */
    TARGET
  }

  /** The name in the new file. */
  public String name() {
    return tensor.name();
  }

  /** The tensor it is made of. */
  public TensorInfo source() {
    return tensor.source();
  }

  /** True if the wanted type did not fit the shape. */
  public boolean fallback() {
    return wanted != target;
  }

  /** True if the type changes; otherwise the bytes are copied. */
  public boolean changes() {
    return source().type() != target;
  }

  /** True if values that were quantized before are quantized again, and lose once more. */
  public boolean requantizes() {
    return changes()
        && switch (source().type()) {
          case F32, F16, BF16, F64, I8, I16, I32, I64 -> false;
          default -> true;
        };
  }

  /** Bytes of data in the new file. */
  public long bytes() {
    return Math.multiplyExact(target.rowBytes(source().shape().ne0()), source().shape().rows());
  }
}
