package dev.jora.backend.cuda;

import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Rope;
import dev.jora.backend.Runs;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of heads of queries, keys and values on their way to attention, put together for one
 * kernel: of each buffer a norm of its heads, then turns, then the way to the cache.
 */
final class CudaHeads {
  private static final int MOST = 3;

  /** The widest head that a warp is to normalise. */
  private static final int WIDEST = 1024;

  private static final int WARPS = 4;

  /** Which part of the cache heads go to: the kernel's numbers. */
  private enum Store {
    NONE,
    KEYS,
    VALUES
  }

  /** What is done to the heads of a buffer. */
  private static final class Part {
    private final Runs heads;
    private Norm norm;
    private Rope rope;
    private Store store = Store.NONE;

    Part(Runs heads) {
      this.heads = heads;
    }

    boolean isEmpty() {
      return norm == null && rope == null && store == Store.NONE;
    }
  }

  private final CudaDevice device;
  private final List<Part> parts = new ArrayList<>();
  private CudaPass pass;
  private int layer;
  private int rows;

  CudaHeads(CudaDevice device) {
    this.device = device;
  }

  /** True if heads of that width can be normalised here. */
  static boolean isNarrow(Runs x) {
    return x.width() <= WIDEST;
  }

  /** Takes a norm; false if it does not go with what is here. */
  boolean normalise(Norm norm, Runs x, int n) {
    Part part = isOfRows(n) ? part(x) : null;
    if (part == null || part.norm != null || part.rope != null || part.store != Store.NONE) {
      return false;
    }
    rows = n;
    part.norm = norm;
    return true;
  }

  /** Likewise turns. */
  boolean rotate(CudaPass of, Rope rope, Runs x) {
    Part part = isOf(of) ? part(x) : null;
    if (part == null || part.rope != null || part.store != Store.NONE) {
      return false;
    }
    begin(of);
    part.rope = rope;
    return true;
  }

  /** Likewise the way to the cache: nothing goes with it afterwards. */
  boolean store(CudaPass of, int cache, CudaBuffer k, CudaBuffer v) {
    KvSpec spec = of.cache(cache).spec();
    Runs keys = new Runs(k, spec.kvHeads(), spec.keyDim(), 0, spec.keyDim());
    Runs values =
        v == null ? null : new Runs(v, spec.kvHeads(), spec.valueDim(), 0, spec.valueDim());
    boolean shared = v != null && overlap(keys, values); // read by two parts, changed by none
    boolean stored =
        parts.stream().anyMatch(part -> part.store != Store.NONE); // by a layer, perhaps
    if (!isOf(of) || stored || shared && !parts.isEmpty()) {
      return false;
    }
    Part first = part(keys);
    Part second = shared ? added(values) : v == null ? null : part(values);
    if (isTaken(first) || v != null && isTaken(second)) {
      return false;
    }
    begin(of);
    layer = cache;
    first.store = Store.KEYS;
    if (v != null) {
      second.store = Store.VALUES;
    }
    return true;
  }

  private static boolean isTaken(Part part) {
    return part == null || part.store != Store.NONE;
  }

  private Part added(Runs heads) {
    parts.add(new Part(heads));
    return parts.getLast();
  }

  private void begin(CudaPass of) {
    pass = of;
    rows = of.rows();
  }

  private boolean isOf(CudaPass of) {
    return (pass == null || pass == of) && isOfRows(of.rows());
  }

  private boolean isOfRows(int n) {
    return rows == 0 || rows == n;
  }

  /** The part of these heads, which may be a new one; null if it cannot be here. */
  private Part part(Runs heads) {
    for (Part part : parts) {
      if (part.heads.equals(heads)) {
        return part;
      }
    }
    boolean free = parts.stream().noneMatch(part -> overlap(part.heads, heads));
    if (parts.size() == MOST || !free) {
      return null;
    }
    return added(heads);
  }

  /** True unless they are sure to have nothing in common. */
  private static boolean overlap(Runs a, Runs b) {
    CudaBuffer x = CudaBuffer.of(a.buffer());
    CudaBuffer y = CudaBuffer.of(b.buffer());
    if (!x.overlaps(y)) {
      return false;
    }
    if (x.stride() != y.stride()) {
      return true;
    }
    long from = x.address() + 4L * a.from();
    long other = y.address() + 4L * b.from();
    return from < other + 4 * length(b) && other < from + 4 * length(a);
  }

  /** Columns from the first run to the end of the last. */
  private static long length(Runs x) {
    return (x.count() - 1L) * x.step() + x.width();
  }

  /** Does it, and is empty again, whatever comes of it. */
  void issue() {
    try {
      parts.removeIf(Part::isEmpty);
      if (!parts.isEmpty()) {
        launch();
      }
    } finally {
      parts.clear();
      pass = null;
      rows = 0;
    }
  }

  private void launch() {
    int heads = 0;
    int widest = 0;
    Params p = device.params();
    for (int i = 0; i < MOST; i++) {
      if (i < parts.size()) {
        put(p, parts.get(i));
        heads += parts.get(i).heads.count();
        widest = Math.max(widest, parts.get(i).heads.width());
      } else {
        none(p);
      }
    }
    if (parts.stream().anyMatch(part -> part.store != Store.NONE)) {
      pass.cache(layer, p).align().pointer(pass.places()).pointer(pass.owners());
    } else {
      CudaPages.none(p).align().pointer(0).pointer(0);
    }
    Grid grid = Grid.of(Math.ceilDiv(heads, WARPS), rows);
    device.launch("heads", "heads", grid, 32 * WARPS, 4 * WARPS * widest, p);
  }

  private void put(Params p, Part part) {
    CudaBuffer b = CudaBuffer.of(part.heads.buffer());
    Norm norm = part.norm;
    long angles = part.rope == null ? 0 : pass.angles(part.rope);
    p.pointer(b.address());
    p.pointer(norm == null ? 0 : CudaWeight.floats(norm.weight()));
    p.pointer(norm == null ? 0 : CudaWeight.floats(norm.bias()));
    p.pointer(angles);
    p.integer(part.heads.count()).integer(part.heads.width()).integer(part.heads.from());
    p.integer(part.heads.step()).integer(b.stride());
    p.integer(norm == null ? 0 : CudaNorms.weightStep(norm, part.heads.width()));
    p.integer(norm != null && norm.kind() == Norm.Kind.LAYER ? 1 : 0);
    p.real(norm == null ? -1 : norm.eps());
    p.integer(part.rope == null ? 0 : part.rope.frequencies().length);
    p.integer(part.rope != null && part.rope.neox() ? 1 : 0);
    p.integer(part.store.ordinal()).align();
  }

  /** A part without heads. */
  private static void none(Params p) {
    p.pointers(new long[4]);
    for (int i = 0; i < 7; i++) {
      p.integer(0);
    }
    p.real(-1).integer(0).integer(0).integer(0).align();
  }
}
