package dev.jora.quantize;

import dev.jora.exec.WorkPool;
import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.quant.BlockFormats;
import dev.jora.quantize.row.RowQuantizer;
import dev.jora.quantize.row.RowQuantizers;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Brings tensors into other types, slab by slab: all threads fill one slab while the slab before is
 * written. Memory is two slabs and a few pieces, whatever the size of a tensor. The result does not
 * depend on the number of threads.
 */
public final class Quantizer implements AutoCloseable {
  /** Values that a thread takes at once: 256 KB of floats, which a second-level cache holds. */
  private static final int PIECE = 1 << 16;

  /** Values of a slab: many pieces, so that threads end together. */
  private static final int SLAB = 1 << 22;

  /** Takes the bytes of a tensor, in order. */
  public interface Sink {
    /** The next bytes; they are the caller's again when this returns. */
    void append(MemorySegment bytes) throws IOException;
  }

  /** The same whatever the machine: what is written must not depend on its kernel set. */
  private static final Kernels DECODER = new ScalarKernels();

  private final WorkPool pool;
  private final Scratch[] scratch;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("jora-write").factory());

  /** A quantizer on threads that are the caller's. */
  public Quantizer(WorkPool pool) {
    this.pool = pool;
    this.scratch = new Scratch[pool.threads()];
    Arrays.setAll(scratch, i -> new Scratch());
  }

  /**
   * Writes one tensor.
   *
   * @throws QuantizeException if one of the types cannot be converted, or a value is not finite, or
   *     becomes so
   * @throws CancellationException if the listener wants an end
   */
  public TensorResult write(TensorJob job, Sink sink, QuantizeListener listener)
      throws IOException {
    listener.begin(job);
    TensorResult result =
        job.source().bytes() == 0
            ? new TensorResult(job, 0, 0, 0)
            : job.isCopy() ? copy(job, sink, listener) : quantize(job, sink, listener);
    listener.end(result);
    return result;
  }

  private TensorResult copy(TensorJob job, Sink sink, QuantizeListener listener)
      throws IOException {
    MemorySegment data = job.source().data();
    int block = job.type().blockBytes();
    long slabBytes = SLAB - SLAB % block;
    int pieceBytes = PIECE - PIECE % block;
    for (long at = 0; at < data.byteSize(); at += slabBytes) {
      checkCancelled(listener);
      long first = at;
      long end = Math.min(at + slabBytes, data.byteSize());
      pool.run(
          Math.toIntExact((end - first + pieceBytes - 1) / pieceBytes),
          1,
          (from, to, _) ->
              requireFinite(
                  job.source(),
                  first + (long) from * pieceBytes,
                  Math.min(end, first + (long) to * pieceBytes)));
      MemorySegment slab = data.asSlice(at, end - at);
      sink.append(slab);
      release(slab);
      listener.progress(job, end);
    }
    return new TensorResult(job, 0, 0, 0);
  }

  /** Bytes [from, to) of a tensor, whole blocks, have finite values only. */
  private static void requireFinite(Tensor source, long from, long to) {
    FiniteCheck.Broken broken = FiniteCheck.first(source.type(), source.data(), from, to - from);
    if (broken != null) {
      long before = from / source.type().blockBytes() * source.type().blockSize();
      throw broken(source, before + broken.index(), broken.value());
    }
  }

  private static QuantizeException broken(Tensor source, long index, double value) {
    long n = source.shape().ne0();
    return new QuantizeException(
        "tensor %s, row %d, column %d: finite values expected, found %s; the source is broken"
            .formatted(source.name(), index / n, index % n, value));
  }

  private TensorResult quantize(TensorJob job, Sink sink, QuantizeListener listener)
      throws IOException {
    if (BlockFormats.find(job.source().type()).isEmpty()) {
      throw new QuantizeException(
          "tensor %s: expected weights, found %s, which can be copied (COPY) and not converted"
              .formatted(job.name(), job.source().type()));
    }
    RowQuantizer rows =
        RowQuantizers.find(job.type())
            .orElseThrow(
                () ->
                    new QuantizeException(
                        "tensor " + job.name() + ": jora cannot write " + job.type()));
    Work work = new Work(job, rows, Pieces.of(job.source().shape(), PIECE));
    ErrorSums sums = new ErrorSums();
    try (Arena arena = Arena.ofShared();
        Slabs slabs = new Slabs(arena, work, sink)) {
      int step = work.step();
      for (int first = 0; first < work.pieces.count(); first += step) {
        checkCancelled(listener);
        int end = Math.min(work.pieces.count(), first + step);
        slab(work, first, end, slabs.next(work.bytesBetween(first, end)), sums);
        slabs.submit();
        release(work.source(first, end));
        listener.progress(job, work.sourceOffset(end));
      }
    }
    double n = work.source.shape().elements();
    return new TensorResult(
        job, Math.sqrt(sums.errors / n), sums.largest, Math.sqrt(sums.squares / n));
  }

  /** Pieces [first, end) of a tensor into a slab. */
  private void slab(Work work, int first, int end, MemorySegment slab, ErrorSums sums) {
    ErrorSums[] each = new ErrorSums[end - first];
    pool.run(
        end - first,
        1,
        (from, to, thread) -> {
          for (int i = from; i < to; i++) {
            each[i] = piece(work, first, first + i, slab, scratch[thread]);
          }
        });
    for (ErrorSums piece : each) {
      sums.add(piece);
    }
  }

  private ErrorSums piece(Work work, int first, int piece, MemorySegment slab, Scratch scratch) {
    int rows = work.pieces.rowsOf(piece);
    int n = work.n;
    int values = rows * n;
    if (work.source.type().blockSize() > 1) { // decoders make numbers of some scales that are none
      requireFinite(work.source, work.sourceOffset(piece), work.sourceOffset(piece + 1));
    }
    scratch.reserve(values);
    DECODER.dequantize(
        work.source.type(),
        work.source.data(),
        work.sourceOffset(piece),
        values,
        scratch.floats,
        0);
    MemorySegment.copy(scratch.floats, ValueLayout.JAVA_FLOAT, 0, scratch.x, 0, values);
    long at = work.bytesBetween(first, piece);
    work.quantizer.quantize(scratch.x, 0, rows, n, work.importance(piece), slab, at);
    DECODER.dequantize(work.quantizer.type(), slab, at, values, scratch.floats, 0);
    MemorySegment.copy(scratch.floats, ValueLayout.JAVA_FLOAT, 0, scratch.y, 0, values);
    ErrorSums sums = new ErrorSums();
    ErrorSums.best().add(sums, scratch.x, scratch.y, values);
    if (!sums.isFinite()) {
      throw fault(work, piece, scratch, values);
    }
    return sums;
  }

  /** Where it went wrong: the first broken value, or the largest of a block that overflows. */
  private static QuantizeException fault(Work work, int piece, Scratch scratch, int values) {
    for (int i = 0; i < values; i++) {
      if (!Float.isFinite(scratch.x[i])) {
        return broken(work.source, work.pieces.firstRow(piece) * work.n + i, scratch.x[i]);
      }
    }
    for (int i = 0; i < values; i++) {
      if (!Float.isFinite(scratch.y[i])) {
        int largest = largest(scratch.x, i, work.quantizer.type().blockSize());
        return new QuantizeException(
            Sentence.of(
                "%s%s is too large for the scales of %s; give this tensor another type with %s",
                work.where(piece, largest),
                scratch.x[largest],
                work.quantizer.type(),
                new Parameter("tensor_type")));
      }
    }
    return new QuantizeException(work.where(piece, 0) + "errors overflow");
  }

  /** The largest value of the block that value i is of. */
  private static int largest(float[] x, int i, int blockSize) {
    int best = i - i % blockSize;
    for (int j = best; j < i - i % blockSize + blockSize; j++) {
      best = Math.abs(x[j]) > Math.abs(x[best]) ? j : best;
    }
    return best;
  }

  private static void checkCancelled(QuantizeListener listener) {
    if (listener.cancelled()) {
      throw new CancellationException("quantizing was cancelled");
    }
  }

  /** Lets go of pages of the source that were read: a mapped file counts as resident. */
  private static void release(MemorySegment source) {
    if (source.isMapped()) {
      source.unload();
    }
  }

  @Override
  public void close() {
    writer.shutdownNow();
    for (Scratch s : scratch) {
      s.arena.close();
    }
  }

  /** A tensor, cut into pieces. */
  private static final class Work {
    final Tensor source;
    final RowQuantizer quantizer;
    final Pieces pieces;
    final int n;
    private final float[][] importance;

    Work(TensorJob job, RowQuantizer quantizer, Pieces pieces) {
      this.source = job.source();
      this.quantizer = quantizer;
      this.pieces = pieces;
      this.n = Math.toIntExact(source.shape().ne0());
      this.importance = job.importance() == null ? null : slices(job);
    }

    private static float[][] slices(TensorJob job) {
      int n = Math.toIntExact(job.source().shape().ne0());
      long matrices = job.source().shape().ne2() * job.source().shape().ne3();
      if (job.importance().length != n * matrices) {
        throw new QuantizeException(
            "tensor "
                + job.source().name()
                + ": an importance matrix of "
                + n * matrices
                + " values expected, found "
                + job.importance().length
                + "; it was made from another model");
      }
      float[][] slices = new float[(int) matrices][];
      Arrays.setAll(slices, i -> Arrays.copyOfRange(job.importance(), n * i, n * (i + 1)));
      return slices;
    }

    /** The place of value i of a piece, as the beginning of a sentence. */
    String where(int piece, int i) {
      return "tensor %s, row %d, column %d: "
          .formatted(source.name(), pieces.firstRow(piece) + i / n, i % n);
    }

    /** Pieces of a slab. */
    int step() {
      return Math.max(1, Math.min(pieces.count(), SLAB / pieceValues()));
    }

    int pieceValues() {
      return Math.multiplyExact(pieces.rowsEach(), n);
    }

    float[] importance(int piece) {
      return importance == null ? null : importance[pieces.matrix(piece)];
    }

    long sourceOffset(int piece) {
      return source.type().rowBytes(n) * pieces.firstRow(piece);
    }

    MemorySegment source(int first, int end) {
      return source.data().asSlice(sourceOffset(first), sourceOffset(end) - sourceOffset(first));
    }

    long bytesBetween(int first, int end) {
      return type().rowBytes(n) * (pieces.firstRow(end) - pieces.firstRow(first));
    }

    private GgmlType type() {
      return quantizer.type();
    }
  }

  /** What a thread works on. */
  private static final class Scratch {
    Arena arena = Arena.ofShared();
    MemorySegment floats = MemorySegment.NULL;
    float[] x = {};
    float[] y = {};

    void reserve(int values) {
      if (x.length < values) {
        arena.close();
        arena = Arena.ofShared();
        floats = arena.allocate(4L * values, 64);
        x = new float[values];
        y = new float[values];
      }
    }
  }

  /** Two slabs: one is filled while the other is written. */
  private final class Slabs implements AutoCloseable {
    private final MemorySegment[] buffers = new MemorySegment[2];
    private final Sink sink;
    private int current;
    private MemorySegment slab;
    private Future<?> pending;

    Slabs(Arena arena, Work work, Sink sink) {
      this.sink = sink;
      long most =
          work.quantizer.type().rowBytes(work.n)
              * Math.min((long) work.step() * work.pieces.rowsEach(), work.source.shape().rows());
      Arrays.setAll(buffers, i -> arena.allocate(most, 64));
    }

    MemorySegment next(long bytes) {
      current = 1 - current;
      slab = buffers[current].asSlice(0, bytes);
      return slab;
    }

    void submit() throws IOException {
      await();
      MemorySegment full = slab;
      pending =
          writer.submit(
              () -> {
                sink.append(full);
                return null;
              });
    }

    private void await() throws IOException {
      if (pending == null) {
        return;
      }
      try {
        pending.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      } finally {
        pending = null;
      }
    }

    /** Waits for the last slab also when something else failed: its memory goes next. */
    @Override
    public void close() throws IOException {
      await();
    }
  }
}
