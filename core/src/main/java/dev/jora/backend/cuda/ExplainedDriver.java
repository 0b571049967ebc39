package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A driver whose refusals are explained by somebody who knows more: what of, and what to do. They
 * stay refusals with their codes, so whoever has a way out takes it.
 */
public final class ExplainedDriver implements CudaDriver {
  /** Tells a driver's refusal in other words. */
  public interface Explainer {
    /**
     * Explains a refusal.
     *
     * @param memory what was to be had, if that was memory
     * @param kernel the one that was started last; empty for none
     */
    CudaException explain(CudaException refusal, Memory memory, String kernel);
  }

  /** Memory that was asked for. */
  public enum Memory {
    /** None. */
    NONE,
    /** Of a device. */
    DEVICE,
    /** Of the host, which the device copies from and to. */
    HOST
  }

  private final CudaDriver driver;
  private final Explainer explainer;
  private final Map<Long, String> names = new ConcurrentHashMap<>();
  private volatile long last; // function that was started last

  /** Everything is done by {@code driver}. */
  public ExplainedDriver(CudaDriver driver, Explainer explainer) {
    this.driver = driver;
    this.explainer = explainer;
  }

  private CudaException explained(CudaException refusal, Memory memory) {
    return explainer.explain(refusal, memory, names.getOrDefault(last, ""));
  }

  private <T> T asked(Memory memory, Supplier<T> call) {
    try {
      return call.get();
    } catch (CudaException e) {
      throw explained(e, memory);
    }
  }

  private <T> T asked(Supplier<T> call) {
    return asked(Memory.NONE, call);
  }

  private void done(Runnable call) {
    try {
      call.run();
    } catch (CudaException e) {
      throw explained(e, Memory.NONE);
    }
  }

  // ---- devices ------------------------------------------------------------------------------

  @Override
  public CudaDriver actual() {
    return driver.actual();
  }

  @Override
  public int version() {
    return asked(() -> driver.version());
  }

  @Override
  public int deviceCount() {
    return asked(() -> driver.deviceCount());
  }

  @Override
  public DeviceFacts device(int ordinal) {
    return asked(() -> driver.device(ordinal));
  }

  @Override
  public void enter(int ordinal) {
    try {
      driver.enter(ordinal);
    } catch (CudaException e) {
      throw explained(e, Memory.NONE);
    }
  }

  @Override
  public long freeMemory() {
    return asked(() -> driver.freeMemory());
  }

  // ---- memory -------------------------------------------------------------------------------

  @Override
  public long allocate(long bytes) {
    return asked(Memory.DEVICE, () -> driver.allocate(bytes));
  }

  @Override
  public void free(long address) {
    done(() -> driver.free(address));
  }

  @Override
  public MemorySegment allocateHost(long bytes) {
    return asked(Memory.HOST, () -> driver.allocateHost(bytes));
  }

  @Override
  public void freeHost(MemorySegment memory) {
    done(() -> driver.freeHost(memory));
  }

  @Override
  public void upload(MemorySegment src, long dst, long stream) {
    done(() -> driver.upload(src, dst, stream));
  }

  @Override
  public void download(long src, MemorySegment dst, long stream) {
    done(() -> driver.download(src, dst, stream));
  }

  @Override
  public void copy(long src, long dst, long bytes, long stream) {
    done(() -> driver.copy(src, dst, bytes, stream));
  }

  @Override
  public void copyFrom(int from, long src, long dst, long bytes, long stream) {
    done(() -> driver.copyFrom(from, src, dst, bytes, stream));
  }

  @Override
  public void fill(long address, byte value, long bytes, long stream) {
    done(() -> driver.fill(address, value, bytes, stream));
  }

  // ---- code ---------------------------------------------------------------------------------

  @Override
  public long loadModule(String ptx) {
    return asked(Memory.DEVICE, () -> driver.loadModule(ptx));
  }

  @Override
  public void unloadModule(long module) {
    done(() -> driver.unloadModule(module));
  }

  @Override
  public long function(long module, String name) {
    long found = asked(() -> driver.function(module, name));
    names.put(found, name);
    return found;
  }

  @Override
  public void allowShared(long function, int bytes) {
    done(() -> driver.allowShared(function, bytes));
  }

  @Override
  public FunctionFacts facts(long function) {
    return asked(() -> driver.facts(function));
  }

  @Override
  public void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream) {
    last = function;
    try {
      driver.launch(function, blocks, threads, shared, params, stream);
    } catch (CudaException e) {
      throw explained(e, Memory.NONE);
    }
  }

  // ---- order --------------------------------------------------------------------------------

  @Override
  public long newStream() {
    return asked(() -> driver.newStream());
  }

  @Override
  public void freeStream(long stream) {
    done(() -> driver.freeStream(stream));
  }

  @Override
  public void synchronize(long stream) {
    done(() -> driver.synchronize(stream));
  }

  @Override
  public long newEvent() {
    return asked(() -> driver.newEvent());
  }

  @Override
  public void freeEvent(long event) {
    done(() -> driver.freeEvent(event));
  }

  @Override
  public void record(long event, long stream) {
    done(() -> driver.record(event, stream));
  }

  @Override
  public void await(long event) {
    done(() -> driver.await(event));
  }

  @Override
  public void waitFor(long stream, long event) {
    done(() -> driver.waitFor(stream, event));
  }

  @Override
  public float elapsed(long from, long to) {
    return asked(() -> driver.elapsed(from, to));
  }

  // ---- graphs -------------------------------------------------------------------------------

  @Override
  public void beginCapture(long stream) {
    done(() -> driver.beginCapture(stream));
  }

  @Override
  public long endCapture(long stream) {
    return asked(() -> driver.endCapture(stream));
  }

  @Override
  public void launchGraph(long graph, long stream) {
    done(() -> driver.launchGraph(graph, stream));
  }

  @Override
  public void freeGraph(long graph) {
    done(() -> driver.freeGraph(graph));
  }

  @Override
  public void close() {
    done(driver::close);
  }
}
