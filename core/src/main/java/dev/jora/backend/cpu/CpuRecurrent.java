package dev.jora.backend.cpu;

import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.state.VersionedLayer;
import java.lang.foreign.MemorySegment;

/** A recurrent layer's state in the CPU's memory. */
final class CpuRecurrent extends VersionedLayer<CpuBlock> {
  private final RecurrentSpec spec;
  private final CpuMemory memory;

  CpuRecurrent(RecurrentSpec spec, CpuMemory memory) {
    super(spec);
    this.spec = spec;
    this.memory = memory;
  }

  /**
   * What a pass makes of a part of the state, in place.
   *
   * @param valid how it begins: null for zeros, {@code data} where it has begun
   */
  record Piece(MemorySegment data, MemorySegment valid) {
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

  /** The convolution's inputs float32[taps − 1, channels] before so many tokens. */
  Piece inputsBefore(int tokens) {
    return piece(inputs(tokens), 0, inputBytes());
  }

  /** The recurrence's cells, likewise. */
  Piece cellsBefore(int tokens) {
    return piece(cells(tokens), inputBytes(), stateBytes() - inputBytes());
  }

  private static Piece piece(Part<CpuBlock> part, long from, long bytes) {
    MemorySegment data = part.memory().data().asSlice(from, bytes);
    if (part.begins() == part.memory()) {
      return new Piece(data, data);
    }
    return new Piece(
        data, part.begins() == null ? null : part.begins().data().asSlice(from, bytes));
  }

  @Override
  protected CpuBlock allocate() {
    return new CpuBlock(memory, stateBytes());
  }

  @Override
  protected void free(CpuBlock version) {
    version.close();
  }

  @Override
  protected void read(CpuBlock version, MemorySegment out) {
    out.copyFrom(version.data());
  }

  @Override
  protected void write(MemorySegment in, CpuBlock version) {
    version.data().copyFrom(in.asSlice(0, stateBytes()));
  }

  @Override
  protected CpuRecurrent empty() {
    return new CpuRecurrent(spec, memory);
  }
}
