package dev.jora.backend.cpu;

import dev.jora.backend.KvSpec;
import dev.jora.backend.Rope;
import dev.jora.backend.state.PagedLayer;
import dev.jora.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves cached keys by some positions. A key at position p is R(p) k with R(p) the turn of RoPE;
 * R(p + d) k = R(d) R(p) k, so a turn by the distance is all, of the same pairs at the same
 * frequencies. YaRN's magnitude is in the key already, and not applied again.
 */
final class KeyTurner implements PagedLayer.Turner<CpuBlock> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Kernels kernels;
  private final CpuKvLayer layer;
  private final KvSpec spec;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment cosSin;
  private final MemorySegment rows;

  /** Moves by {@code distance} positions; keys without a rope do not know theirs. */
  KeyTurner(Kernels kernels, CpuKvLayer layer, int distance) {
    this.kernels = kernels;
    this.layer = layer;
    this.spec = layer.spec();
    Rope rope = spec.rope();
    int pairs = rope == null ? 0 : rope.frequencies().length;
    this.cosSin = arena.allocate(8L * Math.max(1, pairs), 64);
    this.rows = arena.allocate(4L * CpuKvLayer.PAGE * spec.keyDim(), 64);
    for (int i = 0; i < pairs; i++) {
      double angle = distance * rope.frequencies()[i];
      cosSin.setAtIndex(FLOAT, i, (float) Math.cos(angle));
      cosSin.setAtIndex(FLOAT, pairs + i, (float) Math.sin(angle));
    }
  }

  @Override
  public void turn(CpuBlock source, int from, int n, CpuBlock target, int to) {
    for (int head = 0; head < spec.kvHeads(); head++) {
      turn(source.data(), layer.keyAt(head, from), n, target.data(), layer.keyAt(head, to));
      MemorySegment.copy(
          source.data(),
          layer.valueAt(head, from),
          target.data(),
          layer.valueAt(head, to),
          n * layer.valueRow());
    }
  }

  /** Keys of one head, from one place to another. */
  private void turn(MemorySegment source, long from, int n, MemorySegment target, long to) {
    Rope rope = spec.rope();
    if (rope == null) {
      MemorySegment.copy(source, from, target, to, n * spec.keyType().rowBytes(spec.keyDim()));
      return;
    }
    kernels.dequantize(spec.keyType(), source, from, n * spec.keyDim(), rows, 0);
    int pairs = rope.frequencies().length;
    for (int i = 0; i < n; i++) {
      long at = 4L * (i * spec.keyDim() + spec.ropeFrom());
      kernels.rope(rows, at, pairs, rope.neox(), cosSin, 0);
    }
    kernels.quantize(spec.keyType(), rows, 0, n * spec.keyDim(), target, to);
  }

  @Override
  public void close() {
    arena.close();
  }
}
