package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.KvSpec;
import dev.jora.tensor.GgmlType;

/**
 * Attention: rows that are drawn by stretches of positions, which are joined; rows that are read by
 * tiles of 64 queries. No row's bits depend on its company.
 */
final class CudaAttention implements AutoCloseable {
  /** Positions of the shortest stretch, and the most stretches a row has: so in the kernels. */
  private static final int SHORTEST = 256;

  private static final int MOST_STRETCHES = 64;

  /** Query heads of a block, at the most. */
  private static final int MOST_HEADS = 8;

  /** Values of a head that a block can sum. */
  private static final int MOST_VALUES = 512;

  /** Dynamic shared memory that every card has beside what the kernels declare. */
  private static final int SHARED = 42 << 10;

  /** Positions of the smallest tile. */
  private static final int LEAST_TILE = 8;

  private static final int THREADS = 128;

  /** Queries of a tile. */
  private static final int QUERIES = 64;

  /** Dimensions of a head up to which tiles keep queries in registers. */
  private static final int SMALL = 128;

  private final CudaDevice device;
  private final CudaScratch sums;

  CudaAttention(CudaDevice device) {
    this.device = device;
    this.sums = new CudaScratch(device);
  }

  /**
   * Stretches that a launch has for each row that is drawn: those of a text of twice the length
   * have a launch of their own, all between the same.
   *
   * @param length positions that the longest row sees the last of
   * @param window of the layer, 0 for none
   */
  static int stretches(int length, int window) {
    int all = Math.ceilDiv(length, SHORTEST);
    int most = all <= 1 ? 1 : Math.min(MOST_STRETCHES, Integer.highestOneBit(all - 1) * 2);
    return window == 0 ? most : Math.min(most, Math.ceilDiv(window + 1, SHORTEST) + 1);
  }

  /** Bytes that the stretches of rows are put down in before they are joined. */
  static long sumBytes(Attention a, int rows, int length) {
    int stretches = stretches(length, a.window());
    return states(a, rows, stretches) + 8L * rows * a.heads() * stretches;
  }

  /** Where in it the states are, behind the sums. */
  private static long states(Attention a, int rows, int stretches) {
    return (4L * rows * a.heads() * stretches * a.valueDim() + 15) & -16;
  }

  /**
   * Rows of q, and what becomes of them.
   *
   * @param rounded out, with room for it rounded to int8 or without
   */
  private record Task(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaInput rounded) {
    CudaBuffer out() {
      return rounded.x();
    }
  }

  /**
   * out[i,:] = what the heads of row i of q see; and where {@code out} has room for codes the same
   * rows rounded: they are {@linkplain CudaRounding#isPlain plain} then.
   */
  void attend(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaInput out) {
    if (a.valueDim() > MOST_VALUES) {
      throw new IllegalArgumentException(
          "attention with values of %d numbers: the CUDA kernel has %d"
              .formatted(a.valueDim(), MOST_VALUES));
    }
    Task task = new Task(pass, layer, a, q, out);
    int single = pass.input().rows().single();
    if (single > 0) {
      drawn(task, single);
    }
    if (pass.rows() > single) {
      read(task, single, pass.rows() - single);
    }
  }

  private void drawn(Task task, int rows) {
    Attention a = task.a();
    CudaPages pages = task.pass().cache(task.layer());
    int length = 1;
    for (CudaPass.Text text : task.pass().texts()) {
      if (text.row() < rows) {
        length = Math.max(length, text.position() + text.count());
      }
    }
    int group = a.heads() / a.kvHeads();
    int heads = 1;
    while (heads < group && heads < MOST_HEADS) {
      heads *= 2;
    }
    int keyRow = (int) pages.keyRow();
    int pitch = keyRow % 32 == 0 ? keyRow + 16 : keyRow; // rows begin in all banks
    int position = pitch + (int) pages.valueRow();
    int query = 4 * Math.ceilDiv(a.keyDim(), 8) * 8;
    while (heads > 1 && heads * query + LEAST_TILE * position > SHARED) {
      heads /= 2;
    }
    int queries = heads * query;
    int tile = CudaPages.PAGE;
    while (tile > LEAST_TILE && queries + tile * position > SHARED) {
      tile /= 2;
    }
    int stretches = stretches(length, a.window());
    long partial = sums.atLeast(sumBytes(a, rows, length));
    Params p = params(task).pointer(partial).pointer(partial + states(a, rows, stretches));
    p.pointer(task.rounded().codes()).pointer(task.rounded().scales());
    numbers(p, task).integer(0).integer(0).integer(stretches).integer(tile).integer(pitch);
    Grid grid = new Grid(a.kvHeads() * Math.ceilDiv(group, heads), stretches, rows);
    int shared = queries + Math.max(tile * position, 4 * 4 * THREADS * heads);
    device.launch("attention", "attend_" + heads, grid, THREADS, shared, p);
    Grid joined = Grid.of(Math.ceilDiv(a.heads() * a.valueDim(), 4 * THREADS), rows);
    device.launch("attention", "join", joined, THREADS, 0, p);
  }

  private void read(Task task, int first, int rows) {
    Attention a = task.a();
    KvSpec spec = task.pass().cache(task.layer()).spec();
    GgmlType keys = spec.keyType();
    boolean alike = spec.valueType() == null || spec.valueType() == keys;
    String type = alike && keys == GgmlType.F16 ? "f16" : "mixed";
    type = alike && keys == GgmlType.BF16 ? "bf16" : type;
    boolean small = !type.equals("mixed") && a.keyDim() <= SMALL && a.valueDim() <= SMALL;
    int parts = small ? 1 : Math.ceilDiv(a.valueDim(), 2 * SMALL);
    Params p = params(task).pointer(0).pointer(0).pointer(0).pointer(0);
    numbers(p, task).integer(first).integer(rows).integer(0).integer(0).integer(0);
    Grid grid = new Grid(a.heads(), Math.ceilDiv(rows, QUERIES), parts);
    String name = "read_" + type + (small ? "_128" : "_any");
    device.launch("attention_tiles", name, grid, THREADS, 0, p);
    if (task.rounded().codes() != 0) {
      CudaRounding.round(
          device, task.out().rows(first, rows), task.rounded().rows(first, rows), rows);
    }
  }

  /** The first fields of {@code Attend}. */
  private Params params(Task task) {
    CudaPass pass = task.pass();
    Params p = pass.cache(task.layer(), device.params()).align();
    p.pointer(task.q().address()).pointer(task.out().address());
    p.pointer(CudaWeight.floats(task.a().sinks()));
    return p.pointer(pass.places()).pointer(pass.owners()).pointer(pass.lengths());
  }

  private static Params numbers(Params p, Task task) {
    Attention a = task.a();
    p.integer(a.heads()).integer(task.q().stride()).integer(task.out().stride());
    p.integer(a.window()).integer(a.causal() ? 1 : 0);
    return p.real(a.scale()).real(a.softcap()).real(a.maxBias());
  }

  @Override
  public void close() {
    sums.close();
  }
}
