package dev.jora.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The struct that a kernel takes, filled field by field in the order of its declaration, each at
 * its natural alignment. Made once and filled anew for each launch; not for several threads.
 */
public final class Params {
  private static final int MOST = 4096; // of a kernel's parameters, says CUDA

  private final MemorySegment memory = Arena.ofAuto().allocate(MOST, Long.BYTES);
  private int at;
  private int alignment = 1;

  /** Forgets all fields. */
  public Params reset() {
    at = 0;
    alignment = 1;
    return this;
  }

  /** A pointer of the device, 0 for none; or another field of 8 bytes. */
  public Params pointer(long address) {
    memory.set(ValueLayout.JAVA_LONG, place(Long.BYTES), address);
    return this;
  }

  /** Pointers, as an array in the struct. */
  public Params pointers(long[] addresses) {
    for (long address : addresses) {
      pointer(address);
    }
    return this;
  }

  /** An int. */
  public Params integer(int value) {
    memory.set(ValueLayout.JAVA_INT, place(Integer.BYTES), value);
    return this;
  }

  /** A float. */
  public Params real(float value) {
    memory.set(ValueLayout.JAVA_FLOAT, place(Float.BYTES), value);
    return this;
  }

  /** The end of a struct within the struct: a multiple of its alignment. */
  public Params align() {
    int end = up(at, alignment);
    memory.asSlice(at, end - at).fill((byte) 0);
    at = end;
    return this;
  }

  /** The struct, as long as a compiler makes it; to be used before the next {@link #reset}. */
  public MemorySegment segment() {
    return memory.asSlice(0, up(at, alignment));
  }

  private int place(int size) {
    int start = up(at, size);
    memory.asSlice(at, start - at).fill((byte) 0);
    at = start + size;
    alignment = Math.max(alignment, size);
    return start;
  }

  private static int up(int n, int multiple) {
    return Math.ceilDiv(n, multiple) * multiple;
  }
}
