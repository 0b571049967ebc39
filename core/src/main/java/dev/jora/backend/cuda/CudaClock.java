package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Times what a backend's device does, by marks in its stream: what the host does meanwhile does not
 * count, unless the device waits for it.
 */
public final class CudaClock implements AutoCloseable {
  /** A kernel that does nothing, for any card. */
  private static final String EMPTY =
      """
      .version 8.0
      .target sm_61
      .address_size 64
      .visible .entry empty(.param .align 8 .b8 empty_param_0[8])
      {
        ret;
      }
      """;

  private final CudaDevice device;
  private final CudaDriver driver;
  private final Runnable settle;
  private final long from;
  private final long to;

  /** What launches cost, each: until the host goes on, and on the device. */
  public record Launches(double hostMicros, double deviceMicros) {}

  /** With what issues operations that wait for the next. */
  CudaClock(CudaDevice device, Runnable settle) {
    this.device = device;
    this.settle = settle;
    this.driver = device.driver();
    device.enter();
    from = driver.newEvent();
    to = driver.newEvent();
  }

  /** Milliseconds from the beginning of what {@code work} asks of the backend to its end. */
  public double millis(Runnable work) {
    settle.run();
    device.enter();
    driver.record(from, device.stream());
    work.run();
    settle.run();
    device.enter();
    driver.record(to, device.stream());
    driver.await(to);
    return driver.elapsed(from, to);
  }

  /** Of a kernel that does nothing, {@code n} times in a row. */
  public Launches launches(int n) {
    return withEmpty(function -> timed(n, () -> launch(function, n)));
  }

  /** Likewise in a graph, which is launched as one. */
  public Launches graph(int n) {
    return withEmpty(
        function -> {
          driver.beginCapture(device.stream());
          launch(function, n);
          long graph = driver.endCapture(device.stream());
          try {
            return timed(n, () -> driver.launchGraph(graph, device.stream()));
          } finally {
            driver.freeGraph(graph);
          }
        });
  }

  /** Once for the driver to get ready, then timed. */
  private Launches timed(int n, Runnable work) {
    work.run();
    driver.synchronize(device.stream());
    long[] host = new long[1];
    double millis =
        millis(
            () -> {
              long start = System.nanoTime();
              work.run();
              host[0] = System.nanoTime() - start;
            });
    return new Launches(host[0] / 1e3 / n, millis * 1e3 / n);
  }

  private void launch(long function, int n) {
    MemorySegment struct = device.params().pointer(0).segment();
    for (int i = 0; i < n; i++) {
      driver.launch(function, Grid.of(1), 32, 0, struct, device.stream());
    }
  }

  private Launches withEmpty(LongFunction<Launches> body) {
    device.enter();
    long module = driver.loadModule(EMPTY);
    try {
      return body.apply(driver.function(module, "empty"));
    } finally {
      driver.unloadModule(module);
    }
  }

  /** Bytes per second of a copy of pinned memory to the device, or from it. */
  public double copies(long bytes, boolean up, int times) {
    device.enter();
    MemorySegment host = driver.allocateHost(bytes);
    long address = 0;
    try {
      address = device.send(host.fill((byte) 0)); // what is copied from has been written
      long there = address;
      Runnable copy =
          () -> {
            for (int i = 0; i < times; i++) {
              if (up) {
                driver.upload(host, there, device.stream());
              } else {
                driver.download(there, host, device.stream());
              }
            }
          };
      return bytes * times / (millis(copy) / 1e3);
    } finally {
      device.free(address, bytes);
      driver.freeHost(host);
    }
  }

  @Override
  public void close() {
    device.enter();
    driver.freeEvent(from);
    driver.freeEvent(to);
  }
}
