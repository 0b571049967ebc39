package dev.jora.convert.packed;

import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import java.util.Optional;

/** Which group each input is in. */
final class GroupIndex {
  private GroupIndex() {}

  /**
   * Groups by input.
   *
   * @param told a tensor that says it; else groups follow each other
   * @param groups how many there are
   * @param size inputs of a group, if they follow each other
   * @throws SourceException if it names a group that is not there
   */
  static int[] of(Optional<SourceTensor> told, long inputs, long groups, long size) {
    if (told.isEmpty()) {
      int[] group = new int[Math.toIntExact(inputs)];
      for (int i = 0; i < group.length; i++) {
        group[i] = (int) (i / size);
      }
      return group;
    }
    int[] group = Numbers.wholes(told.get());
    for (int i = 0; i < group.length; i++) {
      if (group[i] < 0 || group[i] >= groups) {
        throw new SourceException(
            "tensor %s: expected groups 0 to %d, found %d for input %d; download the file again"
                .formatted(told.get().name(), groups - 1, group[i], i));
      }
    }
    return group;
  }
}
