package dev.jora.backend.cuda;

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
import dev.jora.backend.Room;
import dev.jora.backend.Rope;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Scan;
import dev.jora.backend.Weight;
import dev.jora.backend.Workload;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A CUDA device: all that is asked of it happens there in order, while the host goes on. */
public final class CudaBackend implements Backend {
  private final CudaDevice device;
  private final CudaPass pass;
  private final CudaWeights weights;
  private final CudaProducts products;
  private final CudaRounding rounding;
  private final CudaValues values;
  private final CudaAdapters adapters;
  private final CudaMixture mixture;
  private final CudaSequences sequences;
  private final CudaJoins joins;
  private final CudaGraphs graphs;
  private final boolean withGraphs;

  /** Device {@code ordinal} of a driver, which stays open for longer. */
  public CudaBackend(CudaDriver driver, int ordinal) {
    this(driver, ordinal, true);
  }

  /** Likewise; without graphs every operation is launched by itself, each time. */
  public CudaBackend(CudaDriver driver, int ordinal, boolean withGraphs) {
    this.withGraphs = withGraphs;
    this.device = new CudaDevice(driver, ordinal);
    this.pass = new CudaPass(device);
    this.weights = new CudaWeights(device);
    this.values = new CudaValues(device);
    this.products = new CudaProducts(device);
    this.rounding = new CudaRounding(device, values);
    this.adapters = new CudaAdapters(device, products, values);
    this.mixture = new CudaMixture(device, products, values, adapters);
    this.sequences = new CudaSequences(device);
    this.joins = new CudaJoins(device, products, rounding, values, mixture, sequences);
    this.graphs = new CudaGraphs(device);
  }

  @Override
  public String name() {
    return device.facts().name();
  }

  /** What the device is. */
  public DeviceFacts facts() {
    return device.facts();
  }

  /** What times this device; to be closed before the backend. */
  public CudaClock clock() {
    return new CudaClock(device, joins::settle);
  }

  @Override
  public boolean supports(GgmlType type) {
    return CudaProducts.supports(device, type);
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public DeviceMemory memory() {
    return new DeviceMemory(device.free(), device.held());
  }

  @Override
  public long kept(Workload load) {
    return new CudaNeeds(load, device.facts().multiprocessors()).kept();
  }

  @Override
  public long scratch(Workload load) {
    return new CudaNeeds(load, device.facts().multiprocessors()).scratch();
  }

  @Override
  public Room open() {
    Runnable leave =
        () -> {
          joins.settle();
          pass.forget();
        };
    return new CudaRoom(device, weights, leave);
  }

  @Override
  public Pass begin(PassInput input) {
    joins.settle();
    pass.begin(input);
    return pass;
  }

  @Override
  public boolean repeat(Pass p, Object name, BooleanSupplier work) {
    joins.settle();
    BooleanSupplier settled =
        () -> {
          boolean done = work.getAsBoolean();
          joins.settle();
          return done;
        };
    return withGraphs ? graphs.repeat(own(p), name, settled) : settled.getAsBoolean();
  }

  @Override
  public void end(Pass ended) {
    joins.settle();
    own(ended).texts().forEach(text -> text.state().commit(text.count()));
  }

  /** The pass in progress, if that is what the caller has. */
  private CudaPass own(Pass p) {
    if (p != pass) {
      throw new IllegalArgumentException("a pass of another backend");
    }
    return pass;
  }

  /** Operations on values, which go with nothing that waits. */
  private CudaValues values() {
    joins.settle();
    return values;
  }

  /** Likewise products that do not wait. */
  private CudaProducts products() {
    joins.settle();
    return products;
  }

  /** Likewise. */
  private CudaSequences sequences() {
    joins.settle();
    return sequences;
  }

  @Override
  public void write(MemorySegment src, int n, Buffer out) {
    joins.settle();
    CudaBuffer o = CudaBuffer.of(out);
    if (o.stride() == o.cols()) {
      device.upload(src, 0, o.address(), 4L * n * o.cols());
      return;
    }
    for (int i = 0; i < n; i++) {
      device.upload(src, 4L * i * o.cols(), o.row(i), 4L * o.cols());
    }
  }

  @Override
  public void read(Buffer x, int n, MemorySegment dst) {
    joins.settle();
    CudaBuffer b = CudaBuffer.of(x);
    if (b.stride() == b.cols()) {
      device.download(b.address(), dst, 0, 4L * n * b.cols());
      return;
    }
    for (int i = 0; i < n; i++) {
      device.download(b.row(i), dst, 4L * i * b.cols(), 4L * b.cols());
    }
  }

  @Override
  public boolean copyFrom(Backend other, Buffer x, int n, Buffer out) {
    if (!(other instanceof CudaBackend from)) {
      return false;
    }
    from.joins.settle();
    joins.settle();
    return device.copyFrom(from.device, CudaBuffer.of(x), n, CudaBuffer.of(out));
  }

  @Override
  public boolean isFinite(Buffer x, int n) {
    return n == 0 || values().isFinite(CudaBuffer.of(x), n);
  }

  @Override
  public void embed(Pass p, Weight table, float scale, Buffer out) {
    CudaPass own = own(p);
    products().look(CudaWeight.of(table), own.ids(), own.rows(), scale, CudaBuffer.of(out));
    adapters.addRows(table, own.ids(), p.input().rows(), scale, CudaBuffer.of(out));
  }

  @Override
  public void embedPositions(Pass p, Weight table, Buffer out) {
    CudaPass own = own(p);
    products().look(CudaWeight.of(table), own.positions(), own.rows(), 1, CudaBuffer.of(out));
  }

  @Override
  public void gatherOutputs(Pass p, Buffer x, Buffer out) {
    int n = p.input().outputs().length;
    if (n > 0) {
      values().gather(CudaBuffer.of(x), own(p).outputs(), n, CudaBuffer.of(out));
    }
  }

  @Override
  public void multiply(List<Product> all, Buffer x, Rows rows) {
    if (rows.count() > 0) {
      joins.multiply(all, CudaBuffer.of(x), rows);
      if (CudaAdapters.adds(all)) {
        joins.settle();
        adapters.add(all, CudaBuffer.of(x), rows);
      }
    }
  }

  @Override
  public void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out) {
    for (int r = 0; r < x.count(); r++) {
      CudaBuffer in = CudaBuffer.of(x.buffer()).columns(x.from() + r * x.step(), x.width());
      CudaBuffer to = CudaBuffer.of(out.buffer()).columns(out.from() + r * out.step(), out.width());
      joins.multiply(List.of(new Product(CudaWeight.of(stack).matrix(r), null, to)), in, rows);
      if (CudaAdapters.adds(stack)) {
        joins.settle();
        adapters.add(stack, r, in, rows, to);
      }
    }
  }

  @Override
  public void normalise(Norm norm, Buffer x, int n, Buffer out) {
    joins.normalise(norm, CudaBuffer.of(x), n, CudaBuffer.of(out));
  }

  @Override
  public void normaliseRuns(Norm norm, Runs x, int n) {
    joins.normaliseRuns(norm, x, n);
  }

  @Override
  public void rotate(Pass p, Rope rope, Runs x) {
    joins.rotate(own(p), rope, x);
  }

  @Override
  public void copyRuns(Runs x, int n, Runs out) {
    values().copyRuns(x, n, out);
  }

  @Override
  public void store(Pass p, int layer, Buffer k, Buffer v) {
    joins.store(own(p), layer, CudaBuffer.of(k), v == null ? null : CudaBuffer.of(v));
  }

  @Override
  public void attend(Pass p, int layer, Attention attention, Buffer q, Buffer out) {
    joins.attend(own(p), layer, attention, CudaBuffer.of(q), CudaBuffer.of(out));
  }

  @Override
  public void convolve(Pass p, int layer, Weight kernel, Weight bias, Buffer x, Buffer out) {
    CudaWeight taps = CudaWeight.of(kernel);
    sequences().convolve(own(p), layer, taps, bias, CudaBuffer.of(x), CudaBuffer.of(out));
  }

  @Override
  public void scan(Pass p, int layer, Scan scan, Buffer out) {
    sequences().scan(own(p), layer, scan, CudaBuffer.of(out));
  }

  @Override
  public void deltaRule(Pass p, int layer, Delta delta, Buffer out) {
    sequences().deltaRule(own(p), layer, delta, CudaBuffer.of(out));
  }

  @Override
  public void activate(Activation f, Buffer x, int n) {
    values().activate(f, CudaBuffer.of(x), n);
  }

  @Override
  public void activate(Xielu f, Buffer x, int n) {
    values().activate(f, CudaBuffer.of(x), n);
  }

  @Override
  public void glu(Gate f, Buffer gate, Buffer up, int n) {
    joins.glu(f, CudaBuffer.of(gate), CudaBuffer.of(up), n);
  }

  @Override
  public void experts(Experts experts, Buffer routed, Buffer x, Rows rows, Buffer out) {
    CudaBuffer r = CudaBuffer.of(routed);
    joins.experts(experts, r, CudaBuffer.of(x), rows, CudaBuffer.of(out));
  }

  @Override
  public void scaleBySigmoid(Buffer gate, Buffer x, int n) {
    values().scaleBySigmoid(CudaBuffer.of(gate), CudaBuffer.of(x), n);
  }

  @Override
  public void addVector(Weight vector, int n, Buffer out) {
    values().addVector(CudaWeight.floats(vector), n, CudaBuffer.of(out));
  }

  @Override
  public void times(Buffer x, int n, Buffer out) {
    values().times(CudaBuffer.of(x), n, CudaBuffer.of(out));
  }

  @Override
  public void temper(Pass p, float scale, int floor, Buffer x) {
    CudaPass own = own(p);
    values().temper(own.positions(), own.rows(), scale, floor, CudaBuffer.of(x));
  }

  @Override
  public void add(Buffer x, int n, float scale, Buffer out) {
    joins.add(CudaBuffer.of(x), n, scale, CudaBuffer.of(out));
  }

  @Override
  public void scale(Buffer x, int n, float scale) {
    values().scale(CudaBuffer.of(x), n, scale);
  }

  @Override
  public void softcap(Buffer x, int n, float cap) {
    values().softcap(CudaBuffer.of(x), n, cap);
  }

  @Override
  public void close() {
    graphs.close();
    sequences.close();
    mixture.close();
    adapters.close();
    values.close();
    products.close();
    rounding.close();
    weights.close();
    pass.close();
    device.close();
  }
}
