package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** The counterpart of {@link CodeQ4_K}. */
final class RunQ4_K extends RunScales6 {
  RunQ4_K() {
    super(GgmlType.Q4_K, 16);
  }
}
