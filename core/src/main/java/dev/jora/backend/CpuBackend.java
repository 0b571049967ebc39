package dev.jora.backend;

import dev.jora.exec.WorkPool;
import dev.jora.kernel.Activation;
import dev.jora.kernel.BatchKernels;
import dev.jora.kernel.Kernels;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The CPU: a kernel set on pools of threads, one for single tokens and one for batches, which may
 * be the same. Matrices stay where the file is mapped. Work is split by rows, heads or tokens,
 * never within a sum, so results do not depend on the number of threads.
 */
public final class CpuBackend implements Backend {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final long ALIGNMENT = 64;

  /** Rows of work below which a region on several threads costs more than it gives. */
  private static final int LEAST_VALUES = 16384;

  private final Kernels kernels;
  private final WorkPool single;
  private final WorkPool batch;
  private final ProductObserver observer;
  private final Arena arena = Arena.ofShared();
  private final Scratch[] scratch;
  private final Scratch prepared = new Scratch();
  private final Scratch partials = new Scratch();
  private final Scratch[] expertScratch = new Scratch[4];

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
    this.single = single;
    this.batch = batch;
    this.observer = observer;
    this.scratch = new Scratch[Math.max(single.threads(), batch.threads())];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch();
    }
    for (int i = 0; i < expertScratch.length; i++) {
      expertScratch[i] = new Scratch();
    }
  }

  @Override
  public String name() {
    String threads = single.threads() + (single == batch ? "" : "/" + batch.threads());
    return "CPU, " + kernels.name() + " kernels, " + threads + " threads";
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
      return new CpuWeight(tensor.name(), GgmlType.F32, tensor.shape(), data);
    }
    if (!kernels.supports(tensor.type())) {
      throw new IllegalArgumentException(
          "tensor " + tensor.name() + ": no " + kernels.name() + " kernel for " + tensor.type());
    }
    return new CpuWeight(tensor.name(), tensor.type(), tensor.shape(), tensor.data());
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
    multiply(products, 0, CpuBuffer.of(x), rows);
  }

  /** Products with weights that are, or are views of, matrix {@code expert} of their tensors. */
  private void multiply(List<Product> products, int expert, CpuBuffer b, Rows rows) {
    if (observer != null) {
      observe(products, expert, b, rows.count());
    }
    int single = rows.single();
    if (single == 1) {
      multiplyOne(products, b);
    } else if (single > 1) {
      BatchKernels singles = kernels.singles();
      int most = most(singles, products, b.cols());
      for (int from = 0; from < single; from += most) {
        multiplyMany(singles, products, b, from, Math.min(most, single - from), t -> true);
      }
    }
    if (rows.count() > single) {
      IntPredicate fine = t -> rows.fine().get(single + t);
      multiplyMany(kernels.batches(), products, b, single, rows.count() - single, fine);
    }
    for (Product product : products) {
      if (product.bias() != null) {
        MemorySegment bias = CpuWeight.vector(product.bias());
        CpuBuffer o = CpuBuffer.of(product.out());
        rows(
            rows.count(),
            o.cols(),
            i -> kernels.addScaled(bias, 0, o.cols(), 1, o.data(), o.row(i)));
      }
    }
  }

  /** So many tokens all products take at once. */
  private static int most(BatchKernels singles, List<Product> products, int k) {
    int most = Integer.MAX_VALUE;
    for (int i = 0; i < products.size(); i++) {
      most = Math.min(most, singles.most(typeOf(products, i), k));
    }
    return most;
  }

  /** Tells the observer of each tensor once: parts of one stand side by side. */
  private void observe(List<Product> products, int expert, CpuBuffer x, int n) {
    String before = null;
    for (Product product : products) {
      Weight weight = product.weight();
      if (!weight.name().equals(before)) {
        observer.input(weight, expert, x.data().asSlice(0, x.row(n)), n, batch);
      }
      before = weight.name();
    }
  }

  /**
   * Activations in one form: prepared once, for all products that take it.
   *
   * @param first the first of these products
   */
  private record Form(int first, int number, GgmlType type, long at, long bytes) {
    long end() {
      return (at + bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
  }

  /**
   * The form of each product; products that share one have the same record.
   *
   * @param numbers of the forms that types take, and {@code bytes} of these
   */
  private static Form[] forms(
      List<Product> products, ToIntFunction<GgmlType> numbers, ToLongFunction<GgmlType> bytes) {
    Form[] forms = new Form[products.size()];
    long end = 0;
    for (int i = 0; i < forms.length; i++) {
      GgmlType type = typeOf(products, i);
      int number = numbers.applyAsInt(type);
      for (int j = 0; j < i && forms[i] == null; j++) {
        forms[i] = forms[j].number() == number ? forms[j] : null;
      }
      if (forms[i] == null) {
        forms[i] = new Form(i, number, type, end, bytes.applyAsLong(type));
        end = forms[i].end();
      }
    }
    return forms;
  }

  /** Memory for all forms, each at its place. */
  private MemorySegment room(Form[] forms) {
    long end = 0;
    for (Form form : forms) {
      end = Math.max(end, form.end());
    }
    return prepared.atLeast(end);
  }

  /** The first row alone: the rows of all products are one range, shared out among the threads. */
  private void multiplyOne(List<Product> products, CpuBuffer x) {
    int k = x.cols();
    Form[] forms =
        forms(products, type -> kernels.form(type, k), type -> kernels.preparedBytes(type, k));
    MemorySegment activations = room(forms);
    for (int i = 0; i < forms.length; i++) {
      if (forms[i].first() == i) {
        kernels.prepare(forms[i].type(), x.data(), 0, k, activations, forms[i].at());
      }
    }
    overRows(
        single,
        products,
        (i, w, out, begin, end, worker) ->
            kernels.gemv(
                w.type(), w.data(), 0, k, begin, end, activations, forms[i].at(), out.data(), 0));
  }

  /** Rows [from, from + n) of x. */
  private void multiplyMany(
      BatchKernels by, List<Product> products, CpuBuffer x, int from, int n, IntPredicate fine) {
    int k = x.cols();
    Form[] forms = forms(products, type -> by.form(type, k, n), type -> by.batchBytes(type, k, n));
    MemorySegment activations = room(forms);
    for (int i = 0; i < forms.length; i++) {
      GgmlType type = forms[i].type();
      int parts = by.batchParts(type, k, n);
      if (parts > 0 && forms[i].first() == i) {
        MemorySegment to = activations.asSlice(forms[i].at(), forms[i].bytes());
        batch.run(
            parts,
            1,
            (begin, end, worker) -> {
              for (int part = begin; part < end; part++) {
                by.prepareBatch(type, x.data(), x.row(from), k, k, n, part, fine, to);
              }
            });
      }
    }
    overRows(
        batch,
        products,
        (i, w, out, begin, end, worker) -> {
          MemorySegment s = scratch[worker].atLeast(by.gemmScratchBytes(w.type(), k, n));
          MemorySegment form = activations.asSlice(forms[i].at(), forms[i].bytes());
          by.gemm(
              w.type(),
              w.data(),
              0,
              k,
              begin,
              end,
              x.data(),
              x.row(from),
              k,
              n,
              form,
              out.data(),
              out.row(from),
              out.cols(),
              s);
        });
  }

  private static GgmlType typeOf(List<Product> products, int i) {
    return CpuWeight.of(products.get(i).weight()).type();
  }

  /** Work on rows [begin, end) of product {@code index}. */
  private interface RowWork {
    void run(int index, CpuWeight weight, CpuBuffer out, int begin, int end, int worker);
  }

  private void overRows(WorkPool pool, List<Product> products, RowWork work) {
    int grain = kernels.rowGrain();
    int[] start = new int[products.size() + 1];
    for (int i = 0; i < products.size(); i++) {
      int rows = CpuWeight.of(products.get(i).weight()).outputs();
      start[i + 1] = start[i] + (rows + grain - 1) / grain * grain;
    }
    pool.run(
        start[products.size()],
        grain,
        (begin, end, worker) -> {
          for (int i = 0; i < products.size(); i++) {
            CpuWeight weight = CpuWeight.of(products.get(i).weight());
            int from = Math.max(begin, start[i]) - start[i];
            int to = Math.min(end - start[i], weight.outputs());
            if (from < to) {
              work.run(i, weight, CpuBuffer.of(products.get(i).out()), from, to, worker);
            }
          }
        });
  }

  @Override
  public void normalise(Norm norm, Buffer x, int n, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    MemorySegment weight = CpuWeight.vector(norm.weight());
    rows(
        n,
        s.cols(),
        i -> normaliseRow(norm, weight, s.data(), s.row(i), s.cols(), o.data(), o.row(i)));
  }

  @Override
  public void normaliseHeads(Norm norm, Buffer x, int n, int dim) {
    CpuBuffer b = CpuBuffer.of(x);
    rows(
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
    rows(
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
    WorkPool pool = spans.size() == 1 && spans.getFirst().single() ? single : batch;
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
                scratch[worker]);
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
    rows(n, b.cols(), i -> kernels.activate(f, b.data(), b.row(i), b.cols()));
  }

  @Override
  public void glu(Activation f, Buffer gate, Buffer up, int n) {
    CpuBuffer g = CpuBuffer.of(gate);
    CpuBuffer u = CpuBuffer.of(up);
    rows(n, g.cols(), i -> kernels.glu(f, g.data(), g.row(i), u.data(), u.row(i), g.cols()));
  }

  @Override
  public void experts(Experts experts, Buffer x, Rows rows, Buffer out) {
    int n = rows.count();
    int width = CpuWeight.of(experts.gate()).outputs();
    CpuBuffer b = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    CpuBuffer logits = expertBuffer(0, n, experts.count());
    multiply(List.of(new Product(experts.router(), null, logits)), x, rows);
    int[][] chosen = new int[n][experts.used()];
    float[][] weights = new float[n][experts.used()];
    for (int i = 0; i < n; i++) {
      CpuExperts.route(experts, logits.data(), logits.row(i), chosen[i], weights[i]);
    }
    o.data().asSlice(0, 4L * n * o.cols()).fill((byte) 0);
    int[] index = new int[n];
    float[] factors = new float[n];
    for (int e = 0; e < experts.count(); e++) {
      int m = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < experts.used(); j++) {
          if (chosen[i][j] == e) {
            index[m] = i;
            factors[m++] = weights[i][j];
          }
        }
      }
      if (m == 0) {
        continue;
      }
      CpuBuffer in = expertBuffer(0, m, b.cols());
      CpuBuffer gate = expertBuffer(1, m, width);
      CpuBuffer up = expertBuffer(2, m, width);
      CpuBuffer down = expertBuffer(3, m, o.cols());
      Rows some = rows.choose(index, m);
      gather(x, index, m, in);
      Product gateProduct = new Product(expert(experts.gate(), e), null, gate);
      Product upProduct = new Product(expert(experts.up(), e), null, up);
      multiply(List.of(gateProduct, upProduct), e, in, some);
      glu(experts.activation(), gate, up, m);
      multiply(List.of(new Product(expert(experts.down(), e), null, down)), e, gate, some);
      for (int i = 0; i < m; i++) {
        kernels.addScaled(
            down.data(), down.row(i), o.cols(), factors[i], o.data(), o.row(index[i]));
      }
    }
  }

  private CpuBuffer expertBuffer(int use, int rows, int cols) {
    MemorySegment memory = expertScratch[use].atLeast(4L * rows * cols);
    return new CpuBuffer(memory, rows, cols);
  }

  private static CpuWeight expert(Weight stack, int e) {
    CpuWeight w = CpuWeight.of(stack);
    MemorySegment data = w.data().asSlice(e * w.expertBytes(), w.expertBytes());
    return new CpuWeight(w.name(), w.type(), w.shape(), data);
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
    rows(
        n,
        s.cols(),
        i -> kernels.addScaled(s.data(), s.row(i), s.cols(), scale, o.data(), o.row(i)));
  }

  @Override
  public void scale(Buffer x, int n, float scale) {
    CpuBuffer b = CpuBuffer.of(x);
    rows(n, b.cols(), i -> kernels.scale(b.data(), b.row(i), b.cols(), scale));
  }

  @Override
  public void softcap(Buffer x, int n, float cap) {
    CpuBuffer b = CpuBuffer.of(x);
    rows(n, b.cols(), i -> kernels.softcap(b.data(), b.row(i), b.cols(), cap));
  }

  /** Work on one row. */
  private interface Row {
    void run(int i);
  }

  /** Rows one after the other, on all threads where there is enough to do. */
  private void rows(int n, int cols, Row row) {
    if (n == 1 || (long) n * cols < LEAST_VALUES) {
      for (int i = 0; i < n; i++) {
        row.run(i);
      }
    } else {
      batch.run(
          n,
          1,
          (begin, end, worker) -> {
            for (int i = begin; i < end; i++) {
              row.run(i);
            }
          });
    }
  }

  @Override
  public void close() {
    for (Scratch s : scratch) {
      s.close();
    }
    for (Scratch s : expertScratch) {
      s.close();
    }
    prepared.close();
    partials.close();
    arena.close();
  }
}
