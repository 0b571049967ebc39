package dev.jora.testing;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.KvLayer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.Rope;
import dev.jora.backend.RopeTable;
import dev.jora.backend.Rows;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A backend that works as a device does: it queues operations, and has another backend do them when
 * somebody reads a value or looks into a cache. Arguments are copied when an operation is queued,
 * as {@link Backend} promises its callers; what a pass changes later must not be seen.
 */
public final class QueuedBackend implements Backend {
  private final Backend backend;
  private final List<Runnable> queue = new ArrayList<>();
  private final TreeMap<String, Integer> calls = new TreeMap<>();
  private int reads;

  /** Work for {@code backend}, which this one closes. */
  public QueuedBackend(Backend backend) {
    this.backend = backend;
  }

  /** How often each operation was queued since {@link #forget}. */
  public TreeMap<String, Integer> calls() {
    return new TreeMap<>(calls);
  }

  /** How often somebody waited for a value since {@link #forget}. */
  public int reads() {
    return reads;
  }

  /** Begins to count anew. */
  public void forget() {
    calls.clear();
    reads = 0;
  }

  private void later(String name, Runnable operation) {
    calls.merge(name, 1, Integer::sum);
    queue.add(operation);
  }

  private void work() {
    queue.forEach(Runnable::run);
    queue.clear();
  }

  @Override
  public String name() {
    return "queued " + backend.name();
  }

  @Override
  public Weight upload(Tensor tensor) {
    return backend.upload(tensor);
  }

  @Override
  public Buffer allocate(int rows, int cols) {
    return backend.allocate(rows, cols);
  }

  @Override
  public RopeTable allocate(Rope rope, int rows) {
    return backend.allocate(rope, rows);
  }

  @Override
  public KvLayer allocate(KvSpec spec) {
    return new Cache(backend.allocate(spec));
  }

  @Override
  public void write(float[] src, int n, Buffer out) {
    float[] copy = src.clone();
    later("write", () -> backend.write(copy, n, out));
  }

  @Override
  public void read(Buffer x, int row, float[] dst) {
    reads++;
    work();
    backend.read(x, row, dst);
  }

  @Override
  public void fill(RopeTable table, int[] positions, int n) {
    int[] copy = positions.clone();
    later("fill", () -> backend.fill(table, copy, n));
  }

  @Override
  public void embed(Weight table, int[] ids, int n, float scale, Buffer out) {
    int[] copy = ids.clone();
    later("embed", () -> backend.embed(table, copy, n, scale, out));
  }

  @Override
  public void gather(Buffer x, int[] rows, int n, Buffer out) {
    int[] copy = rows.clone();
    later("gather", () -> backend.gather(x, copy, n, out));
  }

  @Override
  public void multiply(List<Product> products, Buffer x, Rows rows) {
    List<Product> copy = List.copyOf(products);
    later("multiply", () -> backend.multiply(copy, x, rows));
  }

  @Override
  public void normalise(Norm norm, Buffer x, int n, Buffer out) {
    later("normalise", () -> backend.normalise(norm, x, n, out));
  }

  @Override
  public void normaliseHeads(Norm norm, Buffer x, int n, int dim) {
    later("normaliseHeads", () -> backend.normaliseHeads(norm, x, n, dim));
  }

  @Override
  public void rotate(RopeTable table, Buffer x, int n, int headDim) {
    later("rotate", () -> backend.rotate(table, x, n, headDim));
  }

  @Override
  public void store(Buffer k, Buffer v, List<Span> spans, List<? extends KvLayer> caches) {
    List<Span> copy = List.copyOf(spans);
    List<KvLayer> own = own(caches);
    later("store", () -> backend.store(k, v, copy, own));
  }

  @Override
  public void attend(
      Attention attention, Buffer q, List<Span> spans, List<? extends KvLayer> caches, Buffer out) {
    List<Span> copy = List.copyOf(spans);
    List<KvLayer> own = own(caches);
    later("attend", () -> backend.attend(attention, q, copy, own, out));
  }

  @Override
  public void activate(Activation f, Buffer x, int n) {
    later("activate", () -> backend.activate(f, x, n));
  }

  @Override
  public void glu(Activation f, Buffer gate, Buffer up, int n) {
    later("glu", () -> backend.glu(f, gate, up, n));
  }

  @Override
  public void experts(Experts experts, Buffer x, Rows rows, Buffer out) {
    later("experts", () -> backend.experts(experts, x, rows, out));
  }

  @Override
  public void scaleBySigmoid(Buffer gate, Buffer x, int n) {
    later("scaleBySigmoid", () -> backend.scaleBySigmoid(gate, x, n));
  }

  @Override
  public void add(Buffer x, int n, float scale, Buffer out) {
    later("add", () -> backend.add(x, n, scale, out));
  }

  @Override
  public void scale(Buffer x, int n, float scale) {
    later("scale", () -> backend.scale(x, n, scale));
  }

  @Override
  public void softcap(Buffer x, int n, float cap) {
    later("softcap", () -> backend.softcap(x, n, cap));
  }

  @Override
  public void close() {
    backend.close();
  }

  private static List<KvLayer> own(List<? extends KvLayer> caches) {
    return caches.stream().map(cache -> ((Cache) cache).layer).toList();
  }

  /** A cache that has what was queued for it done before anybody looks at it. */
  private final class Cache implements KvLayer {
    private final KvLayer layer;

    Cache(KvLayer layer) {
      this.layer = layer;
    }

    private KvLayer layer() {
      work();
      return layer;
    }

    @Override
    public int first() {
      return layer().first();
    }

    @Override
    public int length() {
      return layer().length();
    }

    @Override
    public boolean canTruncate(int length) {
      return layer().canTruncate(length);
    }

    @Override
    public void truncate(int length) {
      layer().truncate(length);
    }

    @Override
    public boolean canShift(int keep, int discard) {
      return layer().canShift(keep, discard);
    }

    @Override
    public void shift(int keep, int discard, Rope rope) {
      layer().shift(keep, discard, rope);
    }

    @Override
    public KvLayer fork() {
      return new Cache(layer().fork());
    }

    @Override
    public void save(MemorySegment out) {
      layer().save(out);
    }

    @Override
    public void load(int first, int length, MemorySegment in) {
      layer().load(first, length, in);
    }

    @Override
    public long bytes() {
      return layer().bytes();
    }

    @Override
    public void close() {
      layer().close();
    }
  }
}
