package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the packed weights of one checkpoint. */
interface Unpacker {
  /**
   * The weight whose heart this tensor is; empty if it is none.
   *
   * @throws dev.jora.convert.source.SourceException if parts are missing or do not fit each other
   */
  Optional<PackedWeight> weight(SourceTensor tensor, Map<String, SourceTensor> all);

  /** Ends of names that make sense beside a packed weight only. */
  Set<String> companions();

  /** Ends of names that a plain model has no use for, such as scales of activations. */
  default Set<String> dropped() {
    return Set.of();
  }
}
