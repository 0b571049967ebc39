package dev.jora.convert.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that a checkpoint consists of.
 *
 * @param files in the order of their tensors
 * @param index the file that names them
 * @param weightMap file by tensor, as the index has it
 */
record CheckpointPlan(List<Path> files, Optional<Path> index, Map<String, String> weightMap) {
  static CheckpointPlan of(List<Path> files) {
    return new CheckpointPlan(files, Optional.empty(), Map.of());
  }
}
