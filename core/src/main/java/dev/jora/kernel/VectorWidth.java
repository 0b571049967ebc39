package dev.jora.kernel;

import jdk.incubator.vector.VectorShape;

/** How wide vectors are, before anything depends on it. */
final class VectorWidth {
  /** The width that the JVM prefers, or the system property {@code jora.vector.bits}. */
  static final int BITS =
      Integer.getInteger("jora.vector.bits", VectorShape.preferredShape().vectorBitSize());

  private VectorWidth() {}
}
