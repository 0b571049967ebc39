package dev.jora.backend.cuda;

import dev.jora.backend.KvSpec;
import dev.jora.backend.Rope;
import dev.jora.backend.state.PagedLayer;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** A KV cache in a device's memory: a page is an address. */
final class CudaPages extends PagedLayer<Long> {
  private final CudaDevice device;

  CudaPages(KvSpec spec, CudaDevice device) {
    super(spec);
    this.device = device;
  }

  /** Takes the next {@code count} positions, on pages of its own. */
  void extend(int count) {
    for (int left = count, n; left > 0; left -= n) {
      n = onPage(left);
      append(n);
    }
  }

  /** The fields of a kernel's {@code Cache} behind its tables. */
  void put(Params p, int mostPages) {
    KvSpec s = spec();
    p.integer(mostPages)
        .integer(s.kvHeads())
        .integer(s.keyDim())
        .integer(s.valueDim())
        .integer(kind(s.keyType()))
        .integer(s.valueType() == null ? -1 : kind(s.valueType()))
        .integer((int) keyRow())
        .integer((int) valueRow());
  }

  /** A whole {@code Cache}, where there is none. */
  static Params none(Params p) {
    p.pointer(0).pointer(0);
    for (int i = 0; i < 8; i++) {
      p.integer(0);
    }
    return p;
  }

  /** The number that kernels have for a type of cached values. */
  private static int kind(GgmlType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case Q8_0 -> 3;
      default -> throw new IllegalArgumentException("a KV cache of type " + type);
    };
  }

  @Override
  protected Long allocate() {
    return device.allocate(pageBytes());
  }

  @Override
  protected void free(Long page) {
    device.free(page, pageBytes());
  }

  @Override
  protected void copy(Long from, Long to) {
    device.copy(from, to, pageBytes());
  }

  @Override
  protected void read(Long page, long from, MemorySegment out, long to, long bytes) {
    device.download(page + from, out, to, bytes);
  }

  @Override
  protected void write(MemorySegment in, long from, Long page, long to, long bytes) {
    device.upload(in, from, page + to, bytes);
  }

  @Override
  protected CudaPages empty() {
    return new CudaPages(spec(), device);
  }

  @Override
  protected Turner<Long> turner(int distance) {
    return new KeyTurner(distance);
  }

  /** Keys turned by the device. */
  private final class KeyTurner implements Turner<Long> {
    private final Rope rope = spec().rope();
    private final int pairs = rope == null ? 0 : rope.frequencies().length;
    private final long angles;

    KeyTurner(int distance) {
      float[] cosSin = new float[2 * Math.max(1, pairs)];
      for (int i = 0; i < pairs; i++) {
        double angle = distance * rope.frequencies()[i];
        cosSin[i] = (float) Math.cos(angle);
        cosSin[pairs + i] = (float) Math.sin(angle);
      }
      this.angles = device.send(MemorySegment.ofArray(cosSin));
    }

    @Override
    public void turn(Long source, int from, int n, Long target, int to) {
      Params p = device.params().pointer(source).pointer(target).pointer(angles);
      p.pointer(0).pointer(0);
      put(p, 0);
      p.integer(from)
          .integer(to)
          .integer(pairs)
          .integer(rope != null && rope.neox() ? 1 : 0)
          .integer(spec().ropeFrom());
      int shared = 4 * spec().keyDim();
      device.launch("cache", "turn_keys", Grid.of(spec().kvHeads(), n), 128, shared, p);
    }

    @Override
    public void close() {
      device.free(angles, 8L * Math.max(1, pairs));
    }
  }
}
