package dev.jora.quantize;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.List;

/** What is done to the values of tensors on their way into another file; here nothing. */
public interface TensorEdits {
  /** Nothing. */
  TensorEdits NONE = new TensorEdits() {};

  /** Tensors that are written: those of the source, and such as it does not have. */
  default List<TensorInfo> tensors(GgufFile source) {
    return source.infos();
  }

  /** The tensor of the source that one of {@link #tensors} is made of, under that one's name. */
  default Tensor source(GgufFile source, String name) {
    return source.tensor(name);
  }

  /** True if a tensor gets other values, which are float32 before they get the file's type. */
  default boolean change(String name) {
    return false;
  }

  /**
   * The tensor with its values changed, of type F32.
   *
   * @param source what {@link #source} gave
   * @param arena where it is made
   */
  default Tensor changed(Tensor source, Arena arena) {
    throw new IllegalStateException(source.name() + " does not change");
  }
}
