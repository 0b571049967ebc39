package dev.jora.model.block;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.model.adapter.AdapterTable;
import dev.jora.quant.BlockFormats;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tensors of a file by name: checks shapes, and remembers which were used. */
public final class TensorTable {
  private final GgufMetadata metadata;
  private final Path file;
  private final String architecture;
  private final Map<String, Tensor> tensors;
  private final Set<String> unused;

  /** All tensors of a model's file, none of them used. */
  public TensorTable(GgufMetadata metadata, String architecture, Map<String, Tensor> tensors) {
    this.metadata = metadata;
    this.file = metadata.file();
    this.architecture = architecture;
    this.tensors = tensors;
    this.unused = new LinkedHashSet<>(tensors.keySet());
  }

  /** True if there is such a tensor. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** True if there is one of these: a part of what is there as a whole, or not at all. */
  boolean containsAny(String... names) {
    return Stream.of(names).anyMatch(this::contains);
  }

  /** Dimensions of a tensor, 0 if there is none. */
  int dims(String name) {
    Tensor tensor = tensors.get(name);
    return tensor == null ? 0 : tensor.shape().dims();
  }

  /** Rows of a tensor that may have any number of them, but none; 0 if there is no tensor. */
  public long rows(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor != null && tensor.shape().ne1() == 0) {
      throw fault(tensor, "one row or more");
    }
    return tensor == null ? 0 : tensor.shape().ne1();
  }

  private GgufException fault(Tensor tensor, String expected) {
    return new GgufException(
        file, -1, "tensor " + tensor.name(), expected, tensor.shape().toString());
  }

  /** True unless there is a tensor with rows of another length. */
  boolean hasRowsOf(String name, long ne0) {
    Tensor tensor = tensors.get(name);
    return tensor == null || tensor.shape().ne0() == ne0;
  }

  /** A fault in the value of the architecture's key {@code key}. */
  GgufException fault(String key, String expected, String found) {
    return metadata.fault(architecture + "." + key, expected, found);
  }

  /** A fault if a number that the file must give is 0 because it has no such key. */
  void requireKey(String key, int value) {
    if (value == 0 && !metadata.contains(architecture + "." + key)) {
      throw fault(key, "an integer", "no such key");
    }
  }

  /** A fault if there is no such tensor. */
  public void require(String name) {
    if (!contains(name)) {
      throw new GgufException(
          file,
          -1,
          "tensor " + name,
          "a tensor that architecture " + architecture + " needs",
          "no such tensor");
    }
  }

  /** A tensor that must be there, with these extents. */
  public Tensor required(String name, long... ne) {
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
  public Tensor optional(String name, long... ne) {
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
      throw fault(tensor, "shape " + Shape.of(ne));
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
  public Linear linear(String name, long inputs, long outputs) {
    return new Linear(
        required(name + ".weight", inputs, outputs), optional(name + ".bias", outputs));
  }

  /** A stack of matrices, with a bias for each where that exists. */
  Linear stack(String name, long inputs, long outputs, long count) {
    return new Linear(
        required(name + ".weight", inputs, outputs, count),
        optional(name + ".bias", outputs, count));
  }

  /** A matrix of one row, which the file may have as a vector; or null. */
  Linear optionalRow(String name, long inputs) {
    Tensor t = optional(name + ".weight", inputs);
    return t == null
        ? null
        : new Linear(new Tensor(t.name(), t.type(), Shape.of(inputs, 1), t.data()), null);
  }

  /** The finite number that a tensor of one value holds, or {@code fallback}. */
  public float number(String name, float fallback) {
    Tensor tensor = optional(name, 1);
    if (tensor == null) {
      return fallback;
    }
    float value = TensorValues.of(tensor)[0];
    if (!Float.isFinite(value)) {
      throw new GgufException(file, -1, "tensor " + name, "a finite number", "" + value);
    }
    return value;
  }

  /** A norm over {@code n} values. */
  public Linear norm(String name, long n) {
    boolean bare = contains(name) && !contains(name + ".weight"); // Falcon H1 has one so called
    return new Linear(required(bare ? name : name + ".weight", n), optional(name + ".bias", n));
  }

  /** A norm over {@code n} values, or null. */
  public Linear optionalNorm(String name, long n) {
    return contains(name + ".weight") ? norm(name, n) : null;
  }

  /**
   * Several matrices of which the rows lie one after the other in one tensor, as views of it.
   *
   * @param names of the parts, where files have them apart
   */
  List<Linear> fused(String name, List<String> names, long inputs, long... outputs) {
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
                      bias.data().asSlice(from * width, rows * width)),
              names.get(parts.size()) + ".weight",
              new AdapterTable.View(weight.name(), from, sum, names.contains(name))));
      from += rows;
    }
    return parts;
  }

  /** Names nobody asked for. */
  public List<String> unused() {
    return List.copyOf(unused);
  }
}
