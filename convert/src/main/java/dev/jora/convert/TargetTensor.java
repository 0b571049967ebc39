package dev.jora.convert;

import dev.jora.convert.source.SourceTensor;
import dev.jora.model.checkpoint.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A tensor of the model file in the making: what it is made of. */
final class TargetTensor {
  /** A source and what becomes of it. */
  record Part(SourceTensor source, List<Change> changes) {}

  private final String name;
  private final Part[] parts;
  private final boolean stacked;
  private int known;

  /**
   * A tensor.
   *
   * @param experts parts that are stacked; 0: it is made of one
   */
  TargetTensor(String name, int experts) {
    this.name = name;
    this.stacked = experts > 0;
    this.parts = new Part[Math.max(1, experts)];
  }

  /** A tensor that is one source as it is. */
  static TargetTensor of(SourceTensor source) {
    TargetTensor target = new TargetTensor(source.name(), 0);
    target.set(0, new Part(source, List.of()));
    return target;
  }

  String name() {
    return name;
  }

  boolean isStacked() {
    return stacked;
  }

  /** True if it is blocks of GGUF's already. */
  boolean isMoved() {
    return parts[0].source().type().ggml().map(type -> type.blockSize() > 1).orElse(false);
  }

  /** Sets a part; false if it is there already or too many. */
  boolean set(int index, Part part) {
    if (index < 0 || index >= parts.length || parts[index] != null) {
      return false;
    }
    parts[index] = part;
    known++;
    return true;
  }

  boolean isComplete() {
    return known == parts.length;
  }

  /** The first expert that is missing. */
  int missing() {
    return new ArrayList<>(Arrays.asList(parts)).indexOf(null);
  }

  List<Part> parts() {
    return Collections.unmodifiableList(Arrays.asList(parts));
  }
}
