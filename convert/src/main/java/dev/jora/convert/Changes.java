package dev.jora.convert;

import dev.jora.model.checkpoint.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What becomes of a matrix, and whether that is the same. */
final class Changes {
  private Changes() {}

  /**
   * Changes of a matrix that makes a stack (of heads): those of each matrix of the stack. Of one
   * that stays one, its changes.
   */
  static List<List<Change>> parts(List<Change> changes) {
    if (changes.isEmpty()
        || !(changes.getFirst() instanceof Change.Reshape(long[] shape))
        || shape.length != 3
        || Arrays.stream(shape).anyMatch(extent -> extent < 1 || extent > 1 << 24)) {
      return List.of(changes);
    }
    List<List<Change>> parts = new ArrayList<>();
    int rows = (int) shape[1];
    for (int i = 0; i < shape[0]; i++) {
      List<Change> own = new ArrayList<>(List.of(Change.range(0, i * rows, (i + 1) * rows)));
      for (Change change : changes.subList(1, changes.size())) {
        own.add(
            change instanceof Change.Take(int axis, int[] slices)
                ? new Change.Take(axis - 1, slices)
                : change);
      }
      parts.add(own);
    }
    return parts;
  }

  /** Whether changes are the same: their numbers are arrays, which records compare by identity. */
  static boolean same(List<Change> some, List<Change> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!same(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Change one, Change other) {
    return switch (one) {
      case Change.Take take ->
          other instanceof Change.Take(int axis, int[] slices)
              && take.axis() == axis
              && Arrays.equals(take.slices(), slices);
      case Change.Reshape reshape ->
          other instanceof Change.Reshape(long[] shape) && Arrays.equals(reshape.shape(), shape);
      case Change.Scale scale ->
          other instanceof Change.Scale(float[] factors) && Arrays.equals(scale.factors(), factors);
      default -> one.equals(other);
    };
  }
}
