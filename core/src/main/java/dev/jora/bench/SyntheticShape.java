package dev.jora.bench;

import dev.jora.gguf.GgufValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The size of a model that exists: its keys and tensors, without values.
 *
 * @param name how {@code --synthetic} calls it
 * @param label its size as people say it: {@code 1B}
 * @param keys of its architecture, in file order
 * @param tensors in file order
 */
public record SyntheticShape(
    String name,
    String label,
    String architecture,
    Map<String, GgufValue> keys,
    List<SyntheticTensor> tensors) {

  /** The names of all shapes, family by family. */
  public static List<String> names() {
    return SyntheticShapes.TABLE.stream().map(SyntheticShape::name).toList();
  }

  /** The shape of a name, if there is one. */
  public static Optional<SyntheticShape> find(String name) {
    return SyntheticShapes.TABLE.stream().filter(shape -> shape.name.equals(name)).findFirst();
  }

  /** Layers. */
  int layers() {
    return keys.get(architecture + ".block_count") instanceof GgufValue.Int(var _, long n)
        ? (int) n
        : 0;
  }

  /** True if the token embeddings are the output too. */
  boolean tied() {
    return tensors.stream().noneMatch(tensor -> tensor.name().equals("output.weight"));
  }

  /** True if it has stacks of matrices, as experts are. */
  boolean mixed() {
    return tensors.stream().anyMatch(tensor -> tensor.shape().dims() == 3);
  }
}
