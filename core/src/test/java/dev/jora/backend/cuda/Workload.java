package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.Buffer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Product;
import dev.jora.backend.Room;
import dev.jora.backend.Rows;
import dev.jora.backend.SequenceState;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.bench.RandomBlocks;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Operations of the CUDA backend on a device in software, on random values. */
final class Workload implements AutoCloseable {
  /** What is done with one. */
  interface Operation extends Consumer<Workload> {}

  final SoftwareDriver driver;
  final CudaBackend backend;
  final Room room;
  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * On a device of a compute capability, as 80, whose kernels are what {@code edit} makes of PTX.
   */
  Workload(int capability, UnaryOperator<String> edit) {
    driver = new SoftwareDriver(1, 1L << 32, capability).edit(edit);
    backend = new CudaBackend(driver, 0);
    room = backend.open();
  }

  /** With the kernels as they are. */
  Workload(int capability) {
    this(capability, ptx -> ptx);
  }

  // ---- values -------------------------------------------------------------------------------

  /** Rows of random values. */
  Buffer buffer(int rows, int cols) {
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Buffer buffer = room.allocate(rows, cols);
    backend.write(MemorySegment.ofArray(values), rows, buffer);
    return buffer;
  }

  /** The values of rows. */
  float[] read(Buffer x, int n) {
    float[] values = new float[n * x.cols()];
    backend.read(x, n, MemorySegment.ofArray(values));
    return values;
  }

  /** A tensor of random values: inputs, outputs and, of a stack, matrices. */
  Tensor tensor(GgmlType type, int... sizes) {
    long elements = 1;
    long[] shape = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      elements *= shape[i] = sizes[i];
    }
    MemorySegment data = arena.allocate(type.rowBytes(elements), 64);
    if (type.blockSize() > 1) {
      new RandomBlocks(type, 0.1, sizes[0]).fill(data, Math.toIntExact(elements / sizes[0]));
    } else {
      float[] value = new float[1];
      for (long at = 0; at < data.byteSize(); at += type.blockBytes()) {
        value[0] = (float) (0.1 * random.nextGaussian());
        if (type == GgmlType.F32) {
          data.set(ValueLayout.JAVA_FLOAT, at, value[0]);
        } else {
          BlockFormats.findEncoder(type).orElseThrow().encodeBlock(value, 0, data, at);
        }
      }
    }
    return new Tensor("weights", type, Shape.of(shape), data);
  }

  Weight weight(GgmlType type, int... sizes) {
    return room.upload(tensor(type, sizes));
  }

  Weight vector(int n) {
    return weight(GgmlType.F32, n);
  }

  // ---- passes -------------------------------------------------------------------------------

  /** One pass over the next n tokens of a text, from {@code position} on. */
  Pass begin(SequenceState state, int position, int n, boolean single) {
    int[] positions = new int[n];
    for (int i = 0; i < n; i++) {
      positions[i] = position + i;
    }
    Rows rows = new Rows(n, single ? n : 0, new BitSet());
    List<Span> spans = List.of(new Span(0, n, position, single));
    return backend.begin(
        new PassInput(
            new int[n], positions, spans, List.of(state), rows, new int[0], Rows.single(0)));
  }

  /** The same without caches. */
  Pass begin(int n) {
    return begin(room.newState(List.of()), 0, n, false);
  }

  /** Products of n rows, drawn or read, with a matrix. */
  void multiply(Weight matrix, int n, boolean drawn) {
    int k = Math.toIntExact(matrix.shape().ne0());
    Buffer out = room.allocate(n, Math.toIntExact(matrix.shape().ne1()));
    multiply(matrix, buffer(n, k), n, drawn, out);
  }

  void multiply(Weight matrix, Buffer x, int n, boolean drawn, Buffer out) {
    Rows rows = drawn ? Rows.single(n) : Rows.read(n);
    backend.multiply(List.of(new Product(matrix, null, out)), x, rows);
    read(out, n); // products wait for what comes next
  }

  /** Operations in a pass over the first n tokens of a text with a cache for some attention. */
  void inText(Attention a, GgmlType type, int n, Consumer<Pass> operations) {
    KvSpec spec = new KvSpec(a.kvHeads(), a.keyDim(), a.valueDim(), type, type, a.window(), null);
    try (SequenceState state = room.newState(List.of(spec))) {
      Pass pass = begin(state, 0, n, false);
      operations.accept(pass);
      backend.end(pass);
    }
  }

  /** Attention of n tokens behind {@code before} others of a text. */
  void attend(Attention a, GgmlType type, int before, int n, boolean drawn) {
    KvSpec spec = new KvSpec(a.kvHeads(), a.keyDim(), a.valueDim(), type, type, a.window(), null);
    try (SequenceState state = room.newState(List.of(spec))) {
      if (before > 0) {
        Pass earlier = begin(state, 0, before, false);
        store(earlier, a, before);
        backend.end(earlier);
      }
      Pass pass = begin(state, before, n, drawn);
      store(pass, a, n);
      Buffer out = room.allocate(n, a.heads() * a.valueDim());
      backend.attend(pass, 0, a, buffer(n, a.heads() * a.keyDim()), out);
      backend.end(pass);
      read(out, n);
    }
  }

  private void store(Pass pass, Attention a, int n) {
    Buffer keys = buffer(n, a.kvHeads() * a.keyDim());
    backend.store(pass, 0, keys, buffer(n, a.kvHeads() * a.valueDim()));
  }

  @Override
  public void close() {
    try (driver;
        arena) {
      room.close();
      backend.close();
    }
  }
}
