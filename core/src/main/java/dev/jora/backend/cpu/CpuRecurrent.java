package dev.jora.backend.cpu;

import dev.jora.backend.RecurrentSpec;
import java.lang.foreign.MemorySegment;

/**
 * A recurrent layer's state, twice: what the text so far has left, and what a pass is making of it.
 * The end of the pass makes that valid, so a pass that does not end leaves nothing behind.
 */
final class CpuRecurrent implements CpuLayerState {
  /** One version; forks share it until it is replaced. */
  private static final class Version {
    final CpuMemory.Region region;
    final MemorySegment data;
    int users = 1;

    Version(CpuMemory memory, long bytes) {
      region = memory.open();
      data = region.allocate(bytes);
    }
  }

  private final RecurrentSpec spec;
  private final CpuMemory memory;
  private Version valid; // null: zeros
  private Version next;
  private int length;
  private int convolved; // tokens of the pass so far that the convolution has taken
  private int scanned; // likewise the recurrence

  CpuRecurrent(RecurrentSpec spec, CpuMemory memory) {
    this.spec = spec;
    this.memory = memory;
  }

  private long inputBytes() {
    return 4L * spec.inputs();
  }

  private long stateBytes() {
    return spec.savedBytes(0, 0);
  }

  /**
   * What a pass makes of a part of the state, in place.
   *
   * @param valid how it begins: null for zeros, {@code data} where it has begun
   */
  record Part(MemorySegment data, MemorySegment valid) {
    /** Brings bytes to what they begin as: by the thread that goes on with them at once. */
    void begin(long from, long bytes) {
      MemorySegment piece = data.asSlice(from, bytes);
      if (valid == null) {
        piece.fill((byte) 0);
      } else if (valid != data) {
        piece.copyFrom(valid.asSlice(from, bytes));
      }
    }
  }

  /**
   * The convolution's inputs float32[taps − 1, channels], to be read and written: those before the
   * next {@code tokens} tokens.
   */
  Part inputs(int tokens) {
    boolean begun = convolved > 0;
    convolved += tokens;
    return part(begun, 0, inputBytes());
  }

  /** The recurrence's cells, likewise. */
  Part cells(int tokens) {
    boolean begun = scanned > 0;
    scanned += tokens;
    return part(begun, inputBytes(), stateBytes() - inputBytes());
  }

  private Part part(boolean begun, long from, long bytes) {
    if (next == null) {
      next = new Version(memory, stateBytes());
    }
    MemorySegment data = next.data.asSlice(from, bytes);
    if (begun) {
      return new Part(data, data);
    }
    return new Part(data, valid == null ? null : valid.data.asSlice(from, bytes));
  }

  @Override
  public void commit() {
    if (convolved > 0 || scanned > 0) {
      length += Math.max(convolved, scanned);
      Version old = valid;
      valid = next;
      next = old != null && old.users == 1 ? old : null;
      if (next == null) {
        release(old);
      }
      convolved = scanned = 0;
    }
  }

  private static void release(Version version) {
    if (version != null && --version.users == 0) {
      version.region.close();
    }
  }

  @Override
  public int first() {
    return length;
  }

  @Override
  public boolean canTruncate(int newLength) {
    return newLength == length || newLength == 0;
  }

  @Override
  public void truncate(int newLength) {
    if (!canTruncate(newLength)) {
      throw new IllegalArgumentException(
          "the state after " + length + " tokens is not that after " + newLength);
    }
    convolved = scanned = 0;
    if (newLength == 0) {
      release(valid);
      valid = null;
      length = 0;
    }
  }

  @Override
  public boolean canShift(int keep, int discard) {
    return discard == 0;
  }

  @Override
  public void shift(int keep, int discard) {
    if (!canShift(keep, discard)) {
      throw new IllegalArgumentException("a recurrent state cannot forget a part of its text");
    }
  }

  @Override
  public CpuRecurrent fork() {
    CpuRecurrent copy = new CpuRecurrent(spec, memory);
    if (valid != null) {
      valid.users++;
    }
    copy.valid = valid;
    copy.length = length;
    return copy;
  }

  @Override
  public void save(MemorySegment out) {
    if (valid == null) {
      out.asSlice(0, stateBytes()).fill((byte) 0);
    } else {
      out.copyFrom(valid.data);
    }
  }

  @Override
  public void load(int first, int newLength, MemorySegment in) {
    truncate(0);
    valid = new Version(memory, stateBytes());
    valid.data.copyFrom(in.asSlice(0, stateBytes()));
    length = newLength;
  }

  @Override
  public long bytes() {
    return (valid == null ? 0 : stateBytes()) + (next == null ? 0 : stateBytes());
  }

  @Override
  public void close() {
    release(valid);
    release(next);
    valid = next = null;
    length = convolved = scanned = 0;
  }
}
