package dev.jora.bench;

import dev.jora.backend.Attention;
import dev.jora.backend.Buffer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Product;
import dev.jora.backend.Room;
import dev.jora.backend.Rows;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaClock;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times single kernels on a CUDA device, by its own clock: the median of the passes of a while, the
 * first of which do not count.
 */
public final class CudaKernelSpeed implements AutoCloseable {
  /** Heads of queries, heads of keys, and their size: those of an 8B. */
  public static final int HEADS = 32;

  /** Likewise of keys and values. */
  public static final int KV_HEADS = 8;

  /** Likewise the size of each. */
  public static final int HEAD = 128;

  /** Products with one input, so that making that ready hardly counts. */
  private static final int REPEATED = 4;

  private static final double MAGNITUDE = 1.0 / 48;

  private final CudaBackend backend;
  private final CudaClock clock;
  private final int rowLength;
  private final Sizes sizes;
  private final Map<GgmlType, RandomBlocks> stocks = new EnumMap<>(GgmlType.class);

  /**
   * How much is measured.
   *
   * @param bytes of a matrix for one token: more than the caches hold
   * @param rows of a matrix for a prompt
   * @param tokens of a prompt
   * @param seconds of a measurement
   */
  public record Sizes(long bytes, int rows, int tokens, double seconds) {
    /** For cards. */
    public static final Sizes DEFAULT = new Sizes(256L << 20, 8192, 512, 0.1);
  }

  /** Kernels of a backend, on rows of {@code rowLength} values. */
  public CudaKernelSpeed(CudaBackend backend, int rowLength, Sizes sizes) {
    this.backend = backend;
    this.clock = backend.clock();
    this.rowLength = rowLength;
    this.sizes = sizes;
  }

  /** True if there are kernels for the type, and rows of this length can be of it. */
  public boolean canMeasure(GgmlType type) {
    return backend.supports(type) && rowLength % type.blockSize() == 0;
  }

  /** Bytes of weights per second of the product for one token. */
  public double vector(GgmlType type) {
    long rowBytes = type.rowBytes(rowLength);
    int rows = Math.toIntExact(Math.max(1, sizes.bytes() / rowBytes));
    return REPEATED * rows * rowBytes / seconds(type, rows, Rows.single(1));
  }

  /** Multiplications and additions per second of the product for a prompt. */
  public double tiles(GgmlType type) {
    double each = 2.0 * sizes.rows() * rowLength * sizes.tokens();
    return REPEATED * each / seconds(type, sizes.rows(), Rows.read(sizes.tokens()));
  }

  private double seconds(GgmlType type, int rows, Rows columns) {
    try (Arena arena = Arena.ofShared();
        Room room = backend.open()) {
      MemorySegment w = NativeMemory.allocate(arena, type.rowBytes(rowLength) * rows);
      stocks.computeIfAbsent(type, t -> new RandomBlocks(t, MAGNITUDE, 1)).fill(w, 1);
      Weight weight = room.upload(new Tensor("w", type, Shape.of(rowLength, rows), w));
      Buffer x = values(room, columns.count(), rowLength);
      Buffer out = room.allocate(columns.count(), rows);
      List<Product> products = Collections.nCopies(REPEATED, new Product(weight, null, out));
      return median(() -> backend.multiply(products, x, columns));
    }
  }

  /** Seconds of RMS norms of so many rows. */
  public double norm(int rows) {
    try (Arena arena = Arena.ofShared();
        Room room = backend.open()) {
      MemorySegment ones = arena.allocate(4L * rowLength, 64);
      for (int i = 0; i < rowLength; i++) {
        ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
      }
      Weight weight = room.upload(new Tensor("ones", GgmlType.F32, Shape.of(rowLength), ones));
      Norm norm = new Norm(Norm.Kind.RMS, weight, null, 1e-5f);
      Buffer x = values(room, rows, rowLength);
      Buffer out = room.allocate(rows, rowLength);
      return median(() -> backend.normalise(norm, x, rows, out));
    }
  }

  /**
   * Seconds of the attention of {@code rows} queries, the last of a text of {@code context} tokens:
   * one that is drawn, or several that are read. Keys and values are F16.
   */
  public double attention(int context, int rows) {
    KvSpec spec = new KvSpec(KV_HEADS, HEAD, HEAD, GgmlType.F16, GgmlType.F16, 0, null);
    float scale = (float) (1 / Math.sqrt(HEAD));
    Attention attention = new Attention(HEADS, KV_HEADS, HEAD, HEAD, scale, 0, 0, true, 0, null);
    int step = Math.max(rows, sizes.tokens());
    try (Room room = backend.open()) {
      Buffer k = values(room, step, KV_HEADS * HEAD);
      Buffer v = values(room, step, KV_HEADS * HEAD);
      Buffer q = values(room, rows, HEADS * HEAD);
      Buffer out = room.allocate(rows, HEADS * HEAD);
      SequenceState state = room.newState(List.of(spec));
      for (int at = 0; at < context - rows; ) {
        int n = Math.min(step, context - rows - at);
        Pass pass = begin(state, at, n);
        backend.store(pass, 0, k, v);
        backend.end(pass);
        at += n;
      }
      Pass pass = begin(state, context - rows, rows);
      backend.store(pass, 0, k, v);
      double seconds = median(() -> backend.attend(pass, 0, attention, q, out));
      backend.end(pass);
      return seconds;
    }
  }

  private Pass begin(SequenceState state, int position, int n) {
    int[] zeros = new int[n];
    int[] positions = new int[n];
    Arrays.setAll(positions, i -> position + i);
    Rows rows = n == 1 ? Rows.single(1) : Rows.read(n);
    List<Span> spans = List.of(new Span(0, n, position, n == 1));
    return backend.begin(
        new PassInput(zeros, positions, spans, List.of(state), rows, new int[0], Rows.read(0)));
  }

  /** Bytes per second of copies of pinned memory. */
  public double copy(long bytes, boolean up) {
    clock.copies(bytes, up, 1);
    return clock.copies(bytes, up, Math.toIntExact(Math.clamp(sizes.bytes() / bytes, 1, 100)));
  }

  /** What empty launches cost, in a graph or not. */
  public CudaClock.Launches launches(int n, boolean graph) {
    return graph ? clock.graph(n) : clock.launches(n);
  }

  private Buffer values(Room room, int rows, int cols) {
    Buffer buffer = room.allocate(rows, cols);
    Random random = new Random(2);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    backend.write(MemorySegment.ofArray(values), rows, buffer);
    return buffer;
  }

  private double median(Runnable pass) {
    double[] seconds = new double[1 << 14];
    int n = 0;
    clock.millis(pass); // the driver compiles, and allocates
    long end = System.nanoTime() + (long) (1e9 * sizes.seconds());
    while (n == 0 || n < seconds.length && System.nanoTime() < end) {
      seconds[n++] = clock.millis(pass) / 1e3;
    }
    Arrays.sort(seconds, 0, n);
    return seconds[n / 2];
  }

  @Override
  public void close() {
    clock.close();
  }
}
