package dev.jora.testing;

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
import dev.jora.backend.SequenceState;
import dev.jora.backend.StateSpec;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A backend that works as a device does: it queues operations, and has another backend do them when
 * somebody reads a value or looks into a state. Arguments are copied when an operation is queued,
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
  public boolean supports(GgmlType type) {
    return backend.supports(type);
  }

  @Override
  public DeviceMemory memory() {
    return backend.memory();
  }

  @Override
  public Room open() {
    return new QueuedRoom(backend.open());
  }

  /** A pass that begins when it is worked off. */
  private static final class QueuedPass implements Pass {
    private final PassInput input;
    private Pass begun;

    QueuedPass(PassInput input) {
      this.input = input;
    }

    @Override
    public PassInput input() {
      return input;
    }
  }

  private static Pass begun(Pass pass) {
    return ((QueuedPass) pass).begun;
  }

  @Override
  public Pass begin(PassInput input) {
    QueuedPass pass = new QueuedPass(input);
    List<SequenceState> own =
        input.states().stream().map(state -> ((QueuedState) state).state).toList();
    later("begin", () -> pass.begun = backend.begin(input.with(own)));
    return pass;
  }

  @Override
  public void end(Pass pass) {
    later("end", () -> backend.end(begun(pass)));
  }

  @Override
  public void write(MemorySegment src, int n, Buffer out) {
    MemorySegment copy = MemorySegment.ofArray(new float[n * out.cols()]);
    copy.copyFrom(src.asSlice(0, copy.byteSize()));
    later("write", () -> backend.write(copy, n, out));
  }

  @Override
  public void read(Buffer x, int n, MemorySegment dst) {
    reads++;
    work();
    backend.read(x, n, dst);
  }

  @Override
  public boolean isFinite(Buffer x, int n) {
    reads++;
    work();
    return backend.isFinite(x, n);
  }

  @Override
  public void embed(Pass pass, Weight table, float scale, Buffer out) {
    later("embed", () -> backend.embed(begun(pass), table, scale, out));
  }

  @Override
  public void embedPositions(Pass pass, Weight table, Buffer out) {
    later("embedPositions", () -> backend.embedPositions(begun(pass), table, out));
  }

  @Override
  public void gatherOutputs(Pass pass, Buffer x, Buffer out) {
    later("gatherOutputs", () -> backend.gatherOutputs(begun(pass), x, out));
  }

  @Override
  public void multiply(List<Product> products, Buffer x, Rows rows) {
    List<Product> copy = List.copyOf(products);
    later("multiply", () -> backend.multiply(copy, x, rows));
  }

  @Override
  public void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out) {
    later("multiplyRuns", () -> backend.multiplyRuns(stack, x, rows, out));
  }

  @Override
  public void normalise(Norm norm, Buffer x, int n, Buffer out) {
    later("normalise", () -> backend.normalise(norm, x, n, out));
  }

  @Override
  public void normaliseRuns(Norm norm, Runs x, int n) {
    later("normaliseRuns", () -> backend.normaliseRuns(norm, x, n));
  }

  @Override
  public void rotate(Pass pass, Rope rope, Runs x) {
    later("rotate", () -> backend.rotate(begun(pass), rope, x));
  }

  @Override
  public void copyRuns(Runs x, int n, Runs out) {
    later("copyRuns", () -> backend.copyRuns(x, n, out));
  }

  @Override
  public void store(Pass pass, int layer, Buffer k, Buffer v) {
    later("store", () -> backend.store(begun(pass), layer, k, v));
  }

  @Override
  public void attend(Pass pass, int layer, Attention attention, Buffer q, Buffer out) {
    later("attend", () -> backend.attend(begun(pass), layer, attention, q, out));
  }

  @Override
  public void convolve(Pass pass, int layer, Weight kernel, Weight bias, Buffer x, Buffer out) {
    later("convolve", () -> backend.convolve(begun(pass), layer, kernel, bias, x, out));
  }

  @Override
  public void scan(Pass pass, int layer, Scan scan, Buffer out) {
    later("scan", () -> backend.scan(begun(pass), layer, scan, out));
  }

  @Override
  public void deltaRule(Pass pass, int layer, Delta delta, Buffer out) {
    later("deltaRule", () -> backend.deltaRule(begun(pass), layer, delta, out));
  }

  @Override
  public void activate(Activation f, Buffer x, int n) {
    later("activate", () -> backend.activate(f, x, n));
  }

  @Override
  public void glu(Gate f, Buffer gate, Buffer up, int n) {
    later("glu", () -> backend.glu(f, gate, up, n));
  }

  @Override
  public void experts(Experts experts, Buffer routed, Buffer x, Rows rows, Buffer out) {
    later("experts", () -> backend.experts(experts, routed, x, rows, out));
  }

  @Override
  public void scaleBySigmoid(Buffer gate, Buffer x, int n) {
    later("scaleBySigmoid", () -> backend.scaleBySigmoid(gate, x, n));
  }

  @Override
  public void addVector(Weight vector, int n, Buffer out) {
    later("addVector", () -> backend.addVector(vector, n, out));
  }

  @Override
  public void times(Buffer x, int n, Buffer out) {
    later("times", () -> backend.times(x, n, out));
  }

  @Override
  public void activate(Xielu f, Buffer x, int n) {
    later("activate", () -> backend.activate(f, x, n));
  }

  @Override
  public void temper(Pass pass, float scale, int floor, Buffer x) {
    later("temper", () -> backend.temper(begun(pass), scale, floor, x));
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

  /** A room whose states are queued ones. */
  private final class QueuedRoom implements Room {
    private final Room room;

    QueuedRoom(Room room) {
      this.room = room;
    }

    @Override
    public Weight upload(Tensor tensor) {
      return room.upload(tensor);
    }

    @Override
    public Weight uploadFloats(Tensor tensor) {
      return room.uploadFloats(tensor);
    }

    @Override
    public Weight uploadTurned(Tensor tensor) {
      return room.uploadTurned(tensor);
    }

    @Override
    public Buffer allocate(int rows, int cols) {
      return room.allocate(rows, cols);
    }

    @Override
    public SequenceState newState(List<StateSpec> layers) {
      return new QueuedState(room.newState(layers));
    }

    @Override
    public void close() {
      work();
      room.close();
    }
  }

  /** A state that has what was queued for it done before anybody looks at it. */
  private final class QueuedState implements SequenceState {
    private final SequenceState state;

    QueuedState(SequenceState state) {
      this.state = state;
    }

    private SequenceState state() {
      work();
      return state;
    }

    @Override
    public int length() {
      return state().length();
    }

    @Override
    public boolean canTruncate(int length) {
      return state().canTruncate(length);
    }

    @Override
    public void truncate(int length) {
      state().truncate(length);
    }

    @Override
    public boolean canShift(int keep, int discard) {
      return state().canShift(keep, discard);
    }

    @Override
    public void shift(int keep, int discard) {
      state().shift(keep, discard);
    }

    @Override
    public SequenceState fork() {
      return new QueuedState(state().fork());
    }

    @Override
    public int first(int layer) {
      return state().first(layer);
    }

    @Override
    public void save(int layer, MemorySegment out) {
      state().save(layer, out);
    }

    @Override
    public void load(int layer, int first, int length, MemorySegment in) {
      state().load(layer, first, length, in);
    }

    @Override
    public long bytes() {
      return state().bytes();
    }

    @Override
    public void close() {
      state().close();
    }
  }
}
