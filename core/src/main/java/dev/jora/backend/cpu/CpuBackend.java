package dev.jora.backend.cpu;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Delta;
import dev.jora.backend.DeviceMemory;
import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.PassInput;
import dev.jora.backend.Product;
import dev.jora.backend.ProductObserver;
import dev.jora.backend.Room;
import dev.jora.backend.Rope;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Scan;
import dev.jora.backend.Span;
import dev.jora.backend.Weight;
import dev.jora.exec.MachineMemory;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.Xielu;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU: a kernel set on pools of threads, one for single tokens and one for batches, which may
 * be the same. Matrices stay where the file is mapped. Work is split by rows, heads or tokens,
 * never within a sum, so results do not depend on the number of threads.
 */
public final class CpuBackend implements Backend {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Kernels kernels;
  private final CpuThreads threads;
  private final CpuProducts products;
  private final CpuAdapters adapters;
  private final CpuMixture mixture;
  private final CpuScan scan;
  private final CpuMemory memory = new CpuMemory();
  private final CpuWeights weights;
  private final CpuPass pass = new CpuPass();
  private final CpuAttending attending;

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
    this.adapters = new CpuAdapters(kernels, threads, products);
    this.mixture = new CpuMixture(kernels, threads, products, adapters);
    this.attending = new CpuAttending(threads);
    this.scan = new CpuScan(kernels.recurrent(), threads);
    this.weights = new CpuWeights(kernels, memory);
  }

  @Override
  public String name() {
    return "CPU, " + kernels.name() + " kernels, " + threads;
  }

  @Override
  public boolean supports(GgmlType type) {
    return kernels.supports(type);
  }

  @Override
  public DeviceMemory memory() {
    return new DeviceMemory(MachineMemory.available(), memory.held());
  }

  @Override
  public Room open() {
    return new CpuRoom(this);
  }

  Kernels kernels() {
    return kernels;
  }

  CpuMemory held() {
    return memory;
  }

  CpuWeights weights() {
    return weights;
  }

  @Override
  public Pass begin(PassInput input) {
    pass.begin(input);
    return pass;
  }

  @Override
  public void end(Pass ended) {
    CpuPass p = own(ended);
    List<Span> spans = p.input().spans();
    for (int s = 0; s < spans.size(); s++) {
      p.state(s).commit(spans.get(s).count());
    }
  }

  /** The pass in progress, if that is what the caller has. */
  private CpuPass own(Pass p) {
    if (p != pass) {
      throw new IllegalArgumentException("a pass of another backend");
    }
    return pass;
  }

  @Override
  public void write(MemorySegment src, int n, Buffer out) {
    CpuBuffer o = CpuBuffer.of(out);
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(src, 4L * i * o.cols(), o.data(), o.row(i), 4L * o.cols());
    }
  }

  @Override
  public void read(Buffer x, int n, MemorySegment dst) {
    CpuBuffer b = CpuBuffer.of(x);
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(b.data(), b.row(i), dst, 4L * i * b.cols(), 4L * b.cols());
    }
  }

  @Override
  public boolean isFinite(Buffer x, int n) {
    CpuBuffer b = CpuBuffer.of(x);
    boolean finite = true;
    for (int i = 0; i < n; i++) {
      finite &= kernels.isFinite(b.data(), b.row(i), b.cols());
    }
    return finite;
  }

  @Override
  public void embed(Pass p, Weight table, float scale, Buffer out) {
    Rows rows = p.input().rows();
    look(table, p.input().ids(), rows.count(), scale, CpuBuffer.of(out));
    adapters.addRows(table, p.input().ids(), rows, scale, CpuBuffer.of(out));
  }

  @Override
  public void embedPositions(Pass p, Weight table, Buffer out) {
    look(table, p.input().positions(), p.input().rows().count(), 1, CpuBuffer.of(out));
  }

  private void look(Weight table, int[] rows, int n, float scale, CpuBuffer out) {
    CpuAdapters.look(kernels, CpuWeight.of(table), rows, n, out);
    for (int i = 0; i < n && scale != 1; i++) {
      kernels.scale(out.data(), out.row(i), out.cols(), scale);
    }
  }

  @Override
  public void gatherOutputs(Pass p, Buffer x, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    int[] rows = p.input().outputs();
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(s.data(), s.row(rows[i]), o.data(), o.row(i), 4L * s.cols());
    }
  }

  @Override
  public void multiply(List<Product> products, Buffer x, Rows rows) {
    this.products.multiply(products, CpuBuffer.of(x), rows);
    adapters.add(products, CpuBuffer.of(x), rows);
  }

  @Override
  public void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out) {
    List<CpuProducts.Group> groups = new ArrayList<>();
    List<CpuAdapters.Part> parts = new ArrayList<>();
    for (int r = 0; r < x.count(); r++) {
      CpuBuffer in = CpuBuffer.of(x.buffer()).columns(x.from() + r * x.step(), x.width());
      CpuBuffer to = CpuBuffer.of(out.buffer()).columns(out.from() + r * out.step(), out.width());
      Product product = new Product(CpuWeight.of(stack).matrix(r), null, to);
      groups.add(new CpuProducts.Group(List.of(product), r, in, rows));
      parts.add(new CpuAdapters.Part(r, in, rows, to));
    }
    products.multiply(groups);
    adapters.add(stack, parts);
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
  public void normaliseRuns(Norm norm, Runs x, int n) {
    CpuBuffer b = CpuBuffer.of(x.buffer());
    MemorySegment all = CpuWeight.vector(norm.weight());
    long bytes = 4L * x.width();
    boolean own = all != null && all.byteSize() > bytes;
    threads.rows(
        n,
        b.cols(),
        i -> {
          for (int r = 0; r < x.count(); r++) {
            long run = b.row(i) + 4L * (x.from() + r * x.step());
            MemorySegment weight = own ? all.asSlice(r * bytes, bytes) : all;
            normaliseRow(norm, weight, b.data(), run, x.width(), b.data(), run);
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
  public void rotate(Pass p, Rope rope, Runs x) {
    CpuPass.Angles angles = own(p).angles(rope);
    CpuBuffer b = CpuBuffer.of(x.buffer());
    threads.rows(
        p.input().rows().count(),
        b.cols(),
        i -> {
          for (int r = 0; r < x.count(); r++) {
            long run = b.row(i) + 4L * (x.from() + r * x.step());
            kernels.rope(b.data(), run, angles.pairs(), rope.neox(), angles.data(), angles.row(i));
          }
        });
  }

  @Override
  public void copyRuns(Runs x, int n, Runs out) {
    CpuBuffer s = CpuBuffer.of(x.buffer());
    CpuBuffer o = CpuBuffer.of(out.buffer());
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < out.count(); r++) {
        long from = s.row(i) + 4L * (x.from() + r % x.count() * x.step());
        long to = o.row(i) + 4L * (out.from() + r * out.step());
        MemorySegment.copy(s.data(), from, o.data(), to, 4L * x.width());
      }
    }
  }

  @Override
  public void store(Pass p, int layer, Buffer k, Buffer v) {
    CpuPass pass = own(p);
    List<Span> spans = pass.input().spans();
    CpuBuffer values = v == null ? null : CpuBuffer.of(v);
    for (int s = 0; s < spans.size(); s++) {
      Span span = spans.get(s);
      CpuKvLayer cache = pass.cache(s, layer);
      if (cache.length() > span.position() && span.position() == pass.state(s).length()) {
        cache.truncate(span.position());
      }
      if (cache.length() != span.position()) {
        throw new IllegalStateException(
            "cache holds " + cache.length() + " positions, batch starts at " + span.position());
      }
      cache.append(CpuBuffer.of(k), values, span.row(), span.count());
    }
  }

  @Override
  public void attend(Pass p, int layer, Attention attention, Buffer q, Buffer out) {
    CpuAttention kernel = new CpuAttention(kernels, attention);
    attending.run(kernel, own(p), layer, CpuBuffer.of(q), CpuBuffer.of(out));
  }

  @Override
  public void convolve(Pass p, int layer, Weight kernel, Weight bias, Buffer x, Buffer out) {
    CpuBuffer o = CpuBuffer.of(out);
    scan.convolve(own(p), layer, CpuWeight.of(kernel), CpuWeight.vector(bias), CpuBuffer.of(x), o);
  }

  @Override
  public void scan(Pass p, int layer, Scan scan, Buffer out) {
    this.scan.scan(own(p), layer, scan, CpuBuffer.of(out));
  }

  @Override
  public void deltaRule(Pass p, int layer, Delta delta, Buffer out) {
    CpuDelta.run(kernels.recurrent(), threads, own(p), layer, delta, CpuBuffer.of(out));
  }

  @Override
  public void activate(Activation f, Buffer x, int n) {
    mixture.activate(f, CpuBuffer.of(x), n);
  }

  @Override
  public void glu(Gate f, Buffer gate, Buffer up, int n) {
    mixture.meet(f, CpuBuffer.of(gate), CpuBuffer.of(up), n);
  }

  @Override
  public void experts(Experts experts, Buffer routed, Buffer x, Rows rows, Buffer out) {
    mixture.run(experts, CpuBuffer.of(routed), CpuBuffer.of(x), rows, CpuBuffer.of(out));
  }

  @Override
  public void scaleBySigmoid(Buffer gate, Buffer x, int n) {
    CpuBuffer g = CpuBuffer.of(gate);
    CpuBuffer b = CpuBuffer.of(x);
    for (int i = 0; i < n; i++) {
      float value = Finite.orNaN(g.data().get(FLOAT, g.row(i)));
      kernels.scale(b.data(), b.row(i), b.cols(), (float) (1 / (1 + Math.exp(-value))));
    }
  }

  @Override
  public void addVector(Weight vector, int n, Buffer out) {
    MemorySegment v = CpuWeight.vector(vector);
    CpuBuffer o = CpuBuffer.of(out);
    threads.rows(n, o.cols(), i -> kernels.addScaled(v, 0, o.cols(), 1, o.data(), o.row(i)));
  }

  @Override
  public void times(Buffer x, int n, Buffer out) {
    CpuBuffer s = CpuBuffer.of(x);
    CpuBuffer o = CpuBuffer.of(out);
    threads.rows(n, o.cols(), i -> kernels.times(s.data(), s.row(i), s.cols(), o.data(), o.row(i)));
  }

  @Override
  public void activate(Xielu f, Buffer x, int n) {
    CpuBuffer b = CpuBuffer.of(x);
    threads.rows(n, b.cols(), i -> kernels.activate(f, b.data(), b.row(i), b.cols()));
  }

  @Override
  public void temper(Pass p, float scale, int floor, Buffer x) {
    CpuBuffer b = CpuBuffer.of(x);
    int[] positions = p.input().positions();
    for (int i = 0; i < positions.length; i++) {
      double factor = 1 + scale * Math.log(1 + positions[i] / floor);
      kernels.scale(b.data(), b.row(i), b.cols(), (float) factor);
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
    threads.rows(
        n,
        b.cols(),
        i -> {
          boolean finite = kernels.isFinite(b.data(), b.row(i), b.cols());
          kernels.softcap(b.data(), b.row(i), b.cols(), cap);
          if (!finite) { // which the cap may hide
            b.data().set(ValueLayout.JAVA_FLOAT, b.row(i), Float.NaN);
          }
        });
  }

  @Override
  public void close() {
    products.close();
    mixture.close();
    adapters.close();
    attending.close();
    pass.close();
    threads.close();
  }
}
