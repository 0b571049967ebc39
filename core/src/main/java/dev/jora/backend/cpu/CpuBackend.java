package dev.jora.backend.cpu;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.KvLayer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.ProductObserver;
import dev.jora.backend.Rope;
import dev.jora.backend.RopeTable;
import dev.jora.backend.Rows;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.MatrixKernel;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The CPU: a kernel set on pools of threads, one for single tokens and one for batches, which may
 * be the same. Matrices stay where the file is mapped. Work is split by rows, heads or tokens,
 * never within a sum, so results do not depend on the number of threads.
 */
public final class CpuBackend implements Backend {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final long ALIGNMENT = 64;

  private final Kernels kernels;
  private final CpuThreads threads;
  private final CpuProducts products;
  private final CpuMixture mixture;
  private final Arena arena = Arena.ofShared();
  private final Scratch partials = new Scratch();

  /** A CPU that computes on {@code pool}; the pool stays the caller's. */
  public CpuBackend(Kernels kernels, WorkPool pool) {
    this(kernels, pool, pool);
  }

  /** A CPU that uses {@code single} for one token and {@code batch} for more at once. */
  public CpuBackend(Kernels kernels, WorkPool single, WorkPool batch) {
    this(kernels, single, batch, null);
  }

  /** Likewise, with an observer of all products; null for none. */
  public CpuBackend(Kernels kernels, WorkPool single, WorkPool batch, ProductObserver observer) {
    this.kernels = kernels;
    this.threads = new CpuThreads(single, batch);
    this.products = new CpuProducts(kernels, threads, observer);
    this.mixture = new CpuMixture(kernels, threads, products);
  }

  @Override
  public String name() {
    return "CPU, " + kernels.name() + " kernels, " + threads;
  }

  @Override
  public Weight upload(Tensor tensor) {
    if (tensor.shape().dims() == 1) {
      int n = Math.toIntExact(tensor.shape().ne0());
      MemorySegment data = arena.allocate(4L * n, ALIGNMENT);
      if (tensor.type() == GgmlType.F32) { // most are; a copy is quick before any code is compiled
        MemorySegment.copy(tensor.data(), 0, data, 0, 4L * n);
      } else {
        float[] values = new float[n];
        BlockFormats.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, n);
        MemorySegment.copy(values, 0, data, FLOAT, 0, n);
      }
      return new CpuWeight(tensor.name(), GgmlType.F32, tensor.shape(), data, null);
    }
    if (!kernels.supports(tensor.type())) {
      throw new IllegalArgumentException(
          "tensor " + tensor.name() + ": no " + kernels.name() + " kernel for " + tensor.type());
    }
    MatrixKernel kernel = kernels.matrix(tensor.type(), Math.toIntExact(tensor.shape().ne0()));
    return new CpuWeight(tensor.name(), tensor.type(), tensor.shape(), tensor.data(), kernel);
  }

  @Override
  public Buffer allocate(int rows, int cols) {
    return new CpuBuffer(arena.allocate(4L * rows * cols, ALIGNMENT), rows, cols);
  }

  /** Cos of every pair, then sin of every pair, row by row. */
  private record Angles(Rope rope, MemorySegment data) implements RopeTable {
    int pairs() {
      return rope.frequencies().length;
    }

    long row(int i) {
      return 8L * pairs() * i;
    }
  }

  @Override
  public RopeTable allocate(Rope rope, int rows) {
    return new Angles(rope, arena.allocate(8L * rows * rope.frequencies().length, ALIGNMENT));
  }

  @Override
  public KvLayer allocate(KvSpec spec) {
    return new CpuKvLayer(spec, kernels);
  }

  @Override
  public void write(float[] src, int n, Buffer out) {
    CpuBuffer o = CpuBuffer.of(out);
    MemorySegment.copy(src, 0, o.data(), FLOAT, 0, n * o.cols());
  }

  @Override
  public void read(Buffer x, int row, float[] dst) {
    CpuBuffer b = CpuBuffer.of(x);
    MemorySegment.copy(b.data(), FLOAT, b.row(row), dst, 0, b.cols());
  }

  @Override
  public void fill(RopeTable table, int[] positions, int n) {
    Angles angles = (Angles) table;
    double[] frequencies = angles.rope().frequencies();
    double magnitude = angles.rope().magnitude();
    int pairs = angles.pairs();
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < pairs; p++) {
        double angle = positions[i] * frequencies[p];
        long at = angles.row(i) + 4L * p;
        angles.data().set(FLOAT, at, (float) (Math.cos(angle) * magnitude));
        angles.data().set(FLOAT, at + 4L * pairs, (float) (Math.sin(angle) * magnitude));
      }
    }
  }

  @Override
  public void embed(Weight table, int[] ids, int n, float scale, Buffer out) {
    CpuWeight w = CpuWeight.of(table);
    CpuBuffer o = CpuBuffer.of(out);
    long rowBytes = w.type().rowBytes(w.inputs());
    for (int i = 0; i < n; i++) {
      kernels.dequantize(w.type(), w.data(), rowBytes * ids[i], w.inputs(), o.data(), o.row(i));
      if (scale != 1) {
        kernels.scale(o.data(), o.row(i), o.cols(), scale);
      }
    }
  }

  @Override
  public void gather(Buffer x, int[] rows, int n, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(s.data(), s.row(rows[i]), o.data(), o.row(i), 4L * s.cols());
    }
  }

  @Override
  public void multiply(List<Product> products, Buffer x, Rows rows) {
    this.products.multiply(products, 0, CpuBuffer.of(x), rows);
  }

  @Override
  public void normalise(Norm norm, Buffer x, int n, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    MemorySegment weight = CpuWeight.vector(norm.weight());
    threads.rows(
        n,
        s.cols(),
        i -> normaliseRow(norm, weight, s.data(), s.row(i), s.cols(), o.data(), o.row(i)));
  }

  @Override
  public void normaliseHeads(Norm norm, Buffer x, int n, int dim) {
    CpuBuffer b = CpuBuffer.of(x);
    threads.rows(
        n,
        b.cols(),
        i -> {
          for (int at = 0; at < b.cols(); at += dim) {
            long head = b.row(i) + 4L * at;
            MemorySegment weight = CpuWeight.vector(norm.weight());
            if (weight.byteSize() > 4L * dim) {
              weight = weight.asSlice(4L * at, 4L * dim);
            }
            normaliseRow(norm, weight, b.data(), head, dim, b.data(), head);
          }
        });
  }

  private void normaliseRow(
      Norm norm,
      MemorySegment weight,
      MemorySegment x,
      long xOffset,
      int n,
      MemorySegment out,
      long outOffset) {
    switch (norm.kind()) {
      case RMS -> kernels.rmsNorm(x, xOffset, n, weight, norm.eps(), out, outOffset);
      case LAYER -> {
        MemorySegment bias = CpuWeight.vector(norm.bias());
        kernels.layerNorm(x, xOffset, n, weight, bias, norm.eps(), out, outOffset);
      }
    }
  }

  @Override
  public void rotate(RopeTable table, Buffer x, int n, int headDim) {
    Angles angles = (Angles) table;
    CpuBuffer b = CpuBuffer.of(x);
    boolean neox = angles.rope().neox();
    threads.rows(
        n,
        b.cols(),
        i -> {
          for (int at = 0; at < b.cols(); at += headDim) {
            long head = b.row(i) + 4L * at;
            kernels.rope(b.data(), head, angles.pairs(), neox, angles.data(), angles.row(i));
          }
        });
  }

  @Override
  public void store(Buffer k, Buffer v, List<Span> spans, List<? extends KvLayer> caches) {
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      CpuKvLayer cache = (CpuKvLayer) caches.get(s);
      if (cache.length() != span.position()) {
        throw new IllegalStateException(
            "cache holds " + cache.length() + " positions, batch starts at " + span.position());
      }
      cache.append(CpuBuffer.of(k), CpuBuffer.of(v), span.row(), span.count());
    }
  }

  @Override
  public void attend(
      Attention attention, Buffer q, List<Span> spans, List<? extends KvLayer> caches, Buffer out) {
    CpuAttention kernel = new CpuAttention(kernels, attention);
    int heads = attention.kvHeads();
    int[] start = new int[spans.size() + 1]; // tasks: by span, run, stretch of positions, head
    boolean cut = false;
    for (int s = 0; s < spans.size(); s++) {
      int stretches = kernel.stretches(spans.get(s));
      start[s + 1] = start[s] + CpuAttention.runs(spans.get(s)) * stretches * heads;
      cut |= stretches > 1;
    }
    int tasks = start[spans.size()];
    long bytes = kernel.partialBytes();
    MemorySegment partial = cut ? partials.atLeast(bytes * tasks) : MemorySegment.NULL;
    WorkPool pool =
        spans.size() == 1 && spans.getFirst().single() ? threads.single() : threads.batch();
    pool.run(
        tasks,
        1,
        (begin, end, worker) -> {
          int s = 0;
          for (int task = begin; task < end; task++) {
            while (task >= start[s + 1]) {
              s++;
            }
            int unit = (task - start[s]) / heads;
            int stretches = kernel.stretches(spans.get(s));
            kernel.run(
                CpuBuffer.of(q),
                spans.get(s),
                (CpuKvLayer) caches.get(s),
                (task - start[s]) % heads,
                unit / stretches,
                unit % stretches,
                CpuBuffer.of(out),
                partial,
                bytes * task,
                threads.scratch(worker));
          }
        });
    if (cut) {
      join(kernel, pool, spans, heads, start, partial, bytes, CpuBuffer.of(out));
    }
    caches.forEach(cache -> ((CpuKvLayer) cache).forgetUnseen());
  }

  private static void join(
      CpuAttention kernel,
      WorkPool pool,
      List<Span> spans,
      int heads,
      int[] start,
      MemorySegment partials,
      long bytes,
      CpuBuffer out) {
    pool.run(
        spans.size() * heads,
        1,
        (begin, end, worker) -> {
          for (int i = begin; i < end; i++) {
            Span span = spans.get(i / heads);
            if (kernel.stretches(span) > 1) {
              long first = bytes * (start[i / heads] + i % heads);
              kernel.join(span, i % heads, partials, first, bytes * heads, out);
            }
          }
        });
  }

  @Override
  public void activate(Activation f, Buffer x, int n) {
    CpuBuffer b = CpuBuffer.of(x);
    threads.rows(n, b.cols(), i -> kernels.activate(f, b.data(), b.row(i), b.cols()));
  }

  @Override
  public void glu(Activation f, Buffer gate, Buffer up, int n) {
    CpuBuffer g = CpuBuffer.of(gate);
    CpuBuffer u = CpuBuffer.of(up);
    threads.rows(
        n, g.cols(), i -> kernels.glu(f, g.data(), g.row(i), u.data(), u.row(i), g.cols()));
  }

  @Override
  public void experts(Experts experts, Buffer x, Rows rows, Buffer out) {
    mixture.run(experts, CpuBuffer.of(x), rows, CpuBuffer.of(out));
  }

  @Override
  public void scaleBySigmoid(Buffer gate, Buffer x, int n) {
    CpuBuffer g = CpuBuffer.of(gate);
    CpuBuffer b = CpuBuffer.of(x);
    for (int i = 0; i < n; i++) {
      float value = g.data().get(FLOAT, g.row(i));
      kernels.scale(b.data(), b.row(i), b.cols(), (float) (1 / (1 + Math.exp(-value))));
    }
  }

  @Override
  public void add(Buffer x, int n, float scale, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    threads.rows(
        n,
        s.cols(),
        i -> kernels.addScaled(s.data(), s.row(i), s.cols(), scale, o.data(), o.row(i)));
  }

  @Override
  public void scale(Buffer x, int n, float scale) {
    CpuBuffer b = CpuBuffer.of(x);
    threads.rows(n, b.cols(), i -> kernels.scale(b.data(), b.row(i), b.cols(), scale));
  }

  @Override
  public void softcap(Buffer x, int n, float cap) {
    CpuBuffer b = CpuBuffer.of(x);
    threads.rows(n, b.cols(), i -> kernels.softcap(b.data(), b.row(i), b.cols(), cap));
  }

  @Override
  public void close() {
    products.close();
    mixture.close();
    partials.close();
    threads.close();
    arena.close();
  }
}
