package dev.jora.backend.state;

import dev.jora.backend.RecurrentSpec;
import java.lang.foreign.MemorySegment;

/**
 * A recurrent layer's state, twice: what the text so far has left, and what a pass is making of it.
 * The end of the pass makes that valid, so a pass that does not end leaves nothing behind.
 *
 * @param <V> memory of a version: the convolution's inputs float32[taps − 1, channels], then cells
 */
public abstract class VersionedLayer<V> implements LayerState {
  /**
   * What a pass makes of a part of the state.
   *
   * @param memory where it reads and writes it
   * @param begins the version it begins as: null for zeros, {@code memory} where it has begun
   */
  public record Part<V>(V memory, V begins) {}

  /** One version; forks share it until it is replaced. */
  private static final class Version<V> {
    final V memory;
    int users = 1;

    Version(V memory) {
      this.memory = memory;
    }
  }

  private final RecurrentSpec spec;
  private Version<V> valid; // null: zeros
  private Version<V> next;
  private int length;
  private int convolved; // tokens of the pass so far that the convolution has taken
  private int scanned; // likewise the recurrence

  /** A state before any text. */
  protected VersionedLayer(RecurrentSpec spec) {
    this.spec = spec;
  }

  /** Memory of {@link #stateBytes}. */
  protected abstract V allocate();

  /** Gives it back. */
  protected abstract void free(V version);

  /** Copies a version out. */
  protected abstract void read(V version, MemorySegment out);

  /** Copies a version in. */
  protected abstract void write(MemorySegment in, V version);

  /** A state of the same kind before any text. */
  protected abstract VersionedLayer<V> empty();

  /** Bytes of the convolution's inputs. */
  public final long inputBytes() {
    return 4L * spec.inputs();
  }

  /** Bytes of a version. */
  public final long stateBytes() {
    return spec.savedBytes(0, 0);
  }

  /**
   * The convolution's inputs, to be read and written: those before the next {@code tokens} tokens.
   */
  protected final Part<V> inputs(int tokens) {
    boolean begun = convolved > 0;
    convolved += tokens;
    return part(begun);
  }

  /** The recurrence's cells, likewise. */
  protected final Part<V> cells(int tokens) {
    boolean begun = scanned > 0;
    scanned += tokens;
    return part(begun);
  }

  private Part<V> part(boolean begun) {
    if (next == null) {
      next = new Version<>(allocate());
    }
    if (begun) {
      return new Part<>(next.memory, next.memory);
    }
    return new Part<>(next.memory, valid == null ? null : valid.memory);
  }

  @Override
  public final void commit() {
    if (convolved > 0 || scanned > 0) {
      length += Math.max(convolved, scanned);
      Version<V> old = valid;
      valid = next;
      next = old != null && old.users == 1 ? old : null;
      if (next == null) {
        release(old);
      }
      convolved = scanned = 0;
    }
  }

  private void release(Version<V> version) {
    if (version != null && --version.users == 0) {
      free(version.memory);
    }
  }

  @Override
  public final int first() {
    return length;
  }

  @Override
  public final boolean canTruncate(int newLength) {
    return newLength == length || newLength == 0;
  }

  @Override
  public final void truncate(int newLength) {
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
  public final boolean canShift(int keep, int discard) {
    return discard == 0;
  }

  @Override
  public final void shift(int keep, int discard) {
    if (!canShift(keep, discard)) {
      throw new IllegalArgumentException("a recurrent state cannot forget a part of its text");
    }
  }

  @Override
  public final VersionedLayer<V> fork() {
    VersionedLayer<V> copy = empty();
    if (valid != null) {
      valid.users++;
    }
    copy.valid = valid;
    copy.length = length;
    return copy;
  }

  @Override
  public final void save(MemorySegment out) {
    if (valid == null) {
      out.asSlice(0, stateBytes()).fill((byte) 0);
    } else {
      read(valid.memory, out);
    }
  }

  @Override
  public final void load(int first, int newLength, MemorySegment in) {
    truncate(0);
    valid = new Version<>(allocate());
    write(in, valid.memory);
    length = newLength;
  }

  @Override
  public final long bytes() {
    return (valid == null ? 0 : stateBytes()) + (next == null ? 0 : stateBytes());
  }

  @Override
  public final void close() {
    release(valid);
    release(next);
    valid = next = null;
    length = convolved = scanned = 0;
  }
}
