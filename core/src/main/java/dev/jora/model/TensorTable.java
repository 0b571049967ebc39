package dev.jora.model;

import dev.jora.gguf.GgufException;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a file by name: checks shapes, and remembers which were used. */
final class TensorTable {
  private final Path file;
  private final String architecture;
  private final Map<String, Tensor> tensors;
  private final Set<String> unused;

  TensorTable(Path file, String architecture, Map<String, Tensor> tensors) {
    this.file = file;
    this.architecture = architecture;
    this.tensors = tensors;
    this.unused = new LinkedHashSet<>(tensors.keySet());
  }

  boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** A tensor that must be there, with these extents. */
  Tensor required(String name, long... ne) {
    Tensor tensor = optional(name, ne);
    if (tensor == null) {
      throw new GgufException(
          file,
          -1,
          "tensor " + name,
          "a tensor " + Shape.of(ne) + ", which architecture " + architecture + " needs",
          "no such tensor");
    }
    return tensor;
  }

  /** A tensor with these extents, or null. */
  Tensor optional(String name, long... ne) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      return null;
    }
    unused.remove(name);
    requireFormat(tensor);
    Shape found = tensor.shape();
    boolean same = true;
    for (int i = 0; i < 4; i++) {
      same &= found.ne(i) == (i < ne.length ? ne[i] : 1);
    }
    if (!same) {
      throw new GgufException(
          file, -1, "tensor " + name, "shape " + Shape.of(ne), found.toString());
    }
    return tensor;
  }

  /** What nobody asks for may be of any type. */
  private void requireFormat(Tensor tensor) {
    if (BlockFormats.find(tensor.type()).isEmpty()) {
      throw new GgufException(
          file,
          -1,
          "tensor " + tensor.name(),
          "a type that jora can compute with ("
              + BlockFormats.all().stream()
                  .map(format -> format.type().name())
                  .collect(Collectors.joining(", "))
              + ")",
          tensor.type() + ", which is not yet supported");
    }
  }

  /** {@code name.weight} with {@code name.bias} where that exists. */
  Linear linear(String name, long inputs, long outputs) {
    return new Linear(
        required(name + ".weight", inputs, outputs), optional(name + ".bias", outputs));
  }

  /** A norm over {@code n} values. */
  Linear norm(String name, long n) {
    return new Linear(required(name + ".weight", n), optional(name + ".bias", n));
  }

  /** A norm over {@code n} values, or null. */
  Linear optionalNorm(String name, long n) {
    return contains(name + ".weight") ? norm(name, n) : null;
  }

  /** Several matrices of which the rows lie one after the other in one tensor, as views of it. */
  List<Linear> fused(String name, long inputs, long... outputs) {
    long sum = 0;
    for (long rows : outputs) {
      sum += rows;
    }
    Linear all = linear(name, inputs, sum);
    List<Linear> parts = new ArrayList<>();
    long from = 0;
    for (long rows : outputs) {
      Tensor bias = all.bias();
      long width = bias == null ? 0 : bias.type().rowBytes(1);
      Tensor weight = all.weight();
      parts.add(
          new Linear(
              new Tensor(
                  weight.name(),
                  weight.type(),
                  Shape.of(inputs, rows),
                  weight.data().asSlice(from * weight.rowBytes(), rows * weight.rowBytes())),
              bias == null
                  ? null
                  : new Tensor(
                      bias.name(),
                      bias.type(),
                      Shape.of(rows),
                      bias.data().asSlice(from * width, rows * width))));
      from += rows;
    }
    return parts;
  }

  /** Names nobody asked for. */
  List<String> unused() {
    return List.copyOf(unused);
  }
}
