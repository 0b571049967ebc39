package dev.jora.convert;

import dev.jora.model.checkpoint.Change;
import java.util.Arrays;
import java.util.List;

/** Whether changes are the same: their numbers are arrays, which records compare by identity. */
final class Changes {
  private Changes() {}

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
