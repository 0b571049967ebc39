package dev.jora.convert;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A tensor that is computed and not read. */
record Vector(String name, float[] values) implements SourceTensor {
  @Override
  public ElementType type() {
    return ElementType.F32;
  }

  @Override
  public long[] shape() {
    return new long[] {values.length};
  }

  @Override
  public MemorySegment read(Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }
}
