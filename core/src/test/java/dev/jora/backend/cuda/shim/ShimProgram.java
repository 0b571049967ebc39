package dev.jora.backend.cuda.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.CudaProbe;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.backend.cuda.FunctionFacts;
import dev.jora.backend.cuda.Grid;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** JCuda over the shim, in a process of its own: a line for each check. */
public final class ShimProgram {
  private final Arena arena = Arena.ofAuto();
  private final ShimLibrary shim;
  private final Answers answers = new Answers();
  private final CudaDriver driver;
  private final long stream;

  private ShimProgram(Path folder) throws IOException {
    Path jcuda = folder.resolve("jcuda.so");
    Files.write(jcuda, ShimLibrary.jcuda());
    shim = new ShimLibrary(folder, jcuda);
    shim.answer(answers);
    driver = CudaDrivers.open();
    driver.enter(0);
    stream = driver.newStream();
  }

  /** Checks by name. */
  private Map<String, Runnable> checks() {
    return new TreeMap<>(
        Map.ofEntries(
            Map.entry("the probe finds the driver", this::probe),
            Map.entry("devices", this::devices),
            Map.entry("contexts", this::contexts),
            Map.entry("memory", this::memory),
            Map.entry("out of memory", this::outOfMemory),
            Map.entry("modules and kernels", this::modules),
            Map.entry("what a compiler says", this::compilerWords),
            Map.entry("a struct arrives as it is", this::launch),
            Map.entry("streams and events", this::order),
            Map.entry("graphs", this::graphs),
            Map.entry("what a driver does not have", this::unsupported),
            Map.entry("every refusal is an exception", this::refusals),
            Map.entry("what is lost needs no freeing", this::freeing),
            Map.entry("handles of nothing", this::strangeHandles),
            Map.entry("heap memory", this::heapMemory),
            Map.entry("nothing in the folder for temporary files", this::temporaryFolder)));
  }

  /** Checks all; {@code args} has a folder for files. */
  public static void main(String[] args) throws IOException {
    ShimProgram program = new ShimProgram(Path.of(args[0]));
    program
        .checks()
        .forEach(
            (name, check) -> {
              try {
                program.answers.calls.clear();
                program.answers.refusals.clear();
                check.run();
                System.out.println("ok " + name);
              } catch (RuntimeException | AssertionError e) {
                System.out.println("failed " + name);
                e.printStackTrace(System.out);
              }
            });
  }

  private void probe() {
    assertEquals(new CudaProbe.Found(12040, 2), CudaProbe.ofMachine());
    assertEquals(12040, driver.version());
    assertEquals(2, driver.deviceCount());
  }

  private void devices() {
    DeviceFacts expected =
        new DeviceFacts(
            "Shim 1", 8, 6, 6L << 30, 28, 101376, 2359296, 7501, 192, false, "0000:0b:00");
    assertEquals(expected, driver.device(1));
    CudaException none = assertThrows(CudaException.class, () -> driver.device(2));
    assertEquals(101, none.code());
    assertEquals(
        "asking for device 2: CUDA_ERROR_INVALID_DEVICE (CUDA error 101)", none.getMessage());
    assertEquals(5L << 30, driver.freeMemory());
  }

  private void contexts() {
    driver.enter(1);
    driver.enter(0);
    driver.enter(1);
    driver.enter(0);
    List<String> made = answers.calls.stream().filter(c -> c.contains("Retain")).toList();
    assertTrue(made.size() <= 1, "a context for each device, once: " + made); // device 0 has one
    assertEquals("cuCtxSetCurrent " + 0xc0, answers.calls.getLast());
  }

  private void memory() {
    long bytes = 300;
    long device = driver.allocate(bytes);
    assertEquals(0, device % 256);
    MemorySegment from = driver.allocateHost(bytes);
    MemorySegment to = arena.allocate(100);
    for (int i = 0; i < bytes; i++) {
      from.set(ValueLayout.JAVA_BYTE, i, (byte) i);
    }
    driver.upload(from, device, stream);
    driver.fill(device + 10, (byte) -3, 5, stream);
    driver.copy(device + 200, device + 20, 7, stream);
    driver.download(device + 8, to, stream);
    byte[] expected = new byte[100];
    for (int i = 0; i < 100; i++) {
      int at = i + 8;
      expected[i] = (byte) (at >= 20 && at < 27 ? at + 180 : at >= 10 && at < 15 ? -3 : at);
    }
    assertArrayEquals(expected, to.toArray(ValueLayout.JAVA_BYTE));
    driver.copyFrom(1, device + 3, device, 2, stream);
    assertEquals(
        "cuMemcpyPeerAsync %d %d %d %d 2 %d".formatted(device, 0xc0, device + 3, 0xc1, stream),
        answers.calls.getLast());
    driver.freeHost(from);
    assertEquals("cuMemFreeHost " + from.address(), answers.calls.getLast());
    driver.free(device);
    assertEquals("cuMemFree_v2 " + device, answers.calls.getLast());
  }

  private void outOfMemory() {
    CudaException full = assertThrows(CudaException.class, () -> driver.allocate(1L << 40));
    assertEquals(CudaException.OUT_OF_MEMORY, full.code());
    assertEquals(
        "allocating 1099511627776 bytes on the device: CUDA_ERROR_OUT_OF_MEMORY (CUDA error 2)",
        full.getMessage());
    answers.refusals.put("cuMemHostAlloc", 2);
    assertEquals(
        CudaException.OUT_OF_MEMORY,
        assertThrows(CudaException.class, () -> driver.allocateHost(4096)).code());
  }

  private void modules() {
    String ptx = ".version 8.0\n.target sm_61\n// \u00e4\n";
    long module = driver.loadModule(ptx);
    assertEquals(ptx, answers.ptx);
    long function = driver.function(module, "kernel");
    assertEquals(new FunctionFacts(14, 13, 11, 10), driver.facts(function));
    driver.allowShared(function, 99 * 1024);
    assertEquals("cuFuncSetAttribute %d 8 101376".formatted(function), answers.calls.getLast());
    CudaException none = assertThrows(CudaException.class, () -> driver.function(module, "absent"));
    assertTrue(none.getMessage().startsWith("looking for kernel absent: "), none.getMessage());
    driver.unloadModule(module);
    assertEquals("cuModuleUnload " + module, answers.calls.getLast());
    assertThrows(IllegalArgumentException.class, () -> driver.facts(function));
    assertThrows(IllegalArgumentException.class, () -> driver.function(module, "kernel"));
  }

  private void compilerWords() {
    answers.refusals.put("cuModuleLoadDataEx", CudaException.UNSUPPORTED_PTX_VERSION);
    CudaException old = assertThrows(CudaException.class, () -> driver.loadModule("nonsense"));
    assertEquals(CudaException.UNSUPPORTED_PTX_VERSION, old.code());
    assertTrue(old.getMessage().contains("ptxas says so"), old.getMessage());
  }

  private void launch() {
    MemorySegment struct = arena.allocate(200);
    for (int i = 0; i < 200; i++) {
      struct.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7));
    }
    answers.parameterBytes = 200;
    driver.launch(0x1234, new Grid(70000, 3, 2), 256, 1024, struct, stream);
    assertTrue(
        answers
            .calls
            .getLast()
            .startsWith("cuLaunchKernel 4660 70000 3 2 256 1 1 1024 " + stream + " "),
        answers.calls.getLast());
    assertTrue(answers.calls.getLast().endsWith(" 0"), "no parameters beside");
    assertArrayEquals(struct.toArray(ValueLayout.JAVA_BYTE), answers.parameters);
    answers.refusals.put("cuLaunchKernel", CudaException.LAUNCH_FAILED);
    CudaException failed =
        assertThrows(
            CudaException.class, () -> driver.launch(1, Grid.of(4, 5), 64, 32, struct, stream));
    assertEquals(
        "launching 4 x 5 x 1 blocks of 64 threads, 32 bytes of shared memory and 200 of parameters:"
            + " CUDA_ERROR_LAUNCH_FAILED (CUDA error 719)",
        failed.getMessage());
  }

  private void order() {
    long event = driver.newEvent();
    long other = driver.newStream();
    assertTrue(other != stream && event != 0, "handles differ");
    driver.record(event, stream);
    driver.waitFor(other, event);
    driver.await(event);
    driver.synchronize(other);
    assertEquals(1.5f, driver.elapsed(event, event));
    driver.freeEvent(event);
    driver.freeStream(other);
    assertEquals(
        List.of(
            "cuEventRecord %d %d".formatted(event, stream),
            "cuStreamWaitEvent %d %d 0".formatted(other, event),
            "cuEventSynchronize " + event,
            "cuStreamSynchronize " + other),
        answers.calls.subList(2, 6));
    assertEquals("cuStreamDestroy_v2 " + other, answers.calls.getLast());
  }

  private void graphs() {
    driver.beginCapture(stream);
    long graph = driver.endCapture(stream);
    driver.launchGraph(graph, stream);
    driver.freeGraph(graph);
    List<String> names = answers.calls.stream().map(call -> call.split(" ")[0]).toList();
    assertEquals(
        List.of(
            "cuStreamBeginCapture_v2",
            "cuStreamEndCapture",
            "cuGraphInstantiateWithFlags",
            "cuGraphDestroy",
            "cuGraphLaunch",
            "cuGraphExecDestroy"),
        names);
    assertEquals("cuGraphLaunch %d %d".formatted(graph, stream), answers.calls.get(4));
  }

  private void unsupported() {
    shim.forget("cuGraphLaunch");
    driver.beginCapture(stream);
    long graph = driver.endCapture(stream);
    CudaException absent =
        assertThrows(CudaException.class, () -> driver.launchGraph(graph, stream));
    assertEquals(
        "launching a graph: CUDA_ERROR_NOT_SUPPORTED (CUDA error 801)", absent.getMessage());
    shim.answer(answers);
  }

  private void refusals() {
    long event = driver.newEvent();
    Map<String, Runnable> uses =
        Map.of(
            "cuStreamSynchronize", () -> driver.synchronize(stream),
            "cuEventRecord", () -> driver.record(event, stream),
            "cuEventSynchronize", () -> driver.await(event),
            "cuMemGetInfo_v2", driver::freeMemory,
            "cuCtxSetCurrent", () -> driver.enter(0),
            "cuStreamCreate", driver::newStream,
            "cuStreamBeginCapture_v2", () -> driver.beginCapture(stream),
            "cuStreamEndCapture", () -> driver.endCapture(stream),
            "cuGraphInstantiateWithFlags", () -> driver.endCapture(stream));
    uses.forEach(
        (name, use) -> {
          answers.refusals.put(name, CudaException.ILLEGAL_ADDRESS);
          CudaException refused = assertThrows(CudaException.class, use::run, name);
          assertEquals(CudaException.ILLEGAL_ADDRESS, refused.code(), name);
          answers.refusals.clear();
        });
    driver.freeEvent(event);
  }

  private void freeing() {
    Map<String, Supplier<Runnable>> uses =
        Map.of(
            "cuMemFree_v2", () -> () -> driver.free(0x100),
            "cuMemFreeHost", () -> () -> driver.freeHost(arena.allocate(8)),
            "cuModuleUnload", () -> freed(driver.loadModule("// empty"), driver::unloadModule),
            "cuStreamDestroy_v2", () -> freed(driver.newStream(), driver::freeStream),
            "cuEventDestroy_v2", () -> freed(driver.newEvent(), driver::freeEvent));
    uses.forEach(
        (name, use) -> {
          for (int code : new int[] {4, 214, 700, 716, 719}) {
            answers.refusals.put(name, code);
            use.get().run(); // what is lost with its context is as good as freed
            assertTrue(answers.calls.getLast().startsWith(name), answers.calls.getLast());
          }
          answers.refusals.put(name, 1);
          CudaException refused = assertThrows(CudaException.class, use.get()::run, name);
          assertEquals(1, refused.code(), name);
          answers.refusals.clear();
        });
  }

  private static Runnable freed(long handle, LongConsumer use) {
    return () -> use.accept(handle);
  }

  private void strangeHandles() {
    assertThrows(IllegalArgumentException.class, () -> driver.synchronize(0));
    assertThrows(IllegalArgumentException.class, () -> driver.launchGraph(stream, stream));
    assertThrows(IllegalArgumentException.class, () -> driver.freeEvent(77));
    assertEquals(List.of(), answers.calls);
  }

  private void heapMemory() {
    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
    assertThrows(IllegalArgumentException.class, () -> driver.upload(heap, 0x100, stream));
    assertThrows(IllegalArgumentException.class, () -> driver.download(0x100, heap, stream));
    assertEquals(List.of(), answers.calls);
  }

  private void temporaryFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    assertEquals("temporary", folder.getFileName().toString());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(f -> f.toString().contains("JCuda")).toList());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
