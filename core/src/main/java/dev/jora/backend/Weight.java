package dev.jora.backend;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.List;

/** Weights that a backend holds: a vector, a matrix [ne1, ne0] or a stack of experts' matrices. */
public interface Weight {
  /** The name in the file, for messages. */
  String name();

  /** The type as stored by the backend. */
  GgmlType type();

  /** Extents in GGUF order: ne0 = inputs, ne1 = outputs, ne2 = experts. */
  Shape shape();

  /** What is added to products with it, in order; mostly nothing. */
  List<Adapter> adapters();

  /** The same weight with adapters beside it. */
  Weight with(List<Adapter> adapters);
}
