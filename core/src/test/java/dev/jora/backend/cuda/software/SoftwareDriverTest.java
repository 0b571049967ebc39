package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver of the software device: what a real one does, and what it refuses. */
final class SoftwareDriverTest {
  /** Adds {@code by} to a word for each thread; a table is there to be an address. */
  private static final String PTX =
      """
      .version 8.0
      .target sm_61
      .address_size 64
      .const .align 4 .b8 TABLE[8] = {1, 0, 0, 0, 2, 0, 0, 0};
      .extern .shared .align 16 .b8 buffer[];
      .visible .entry add(
        .param .align 8 .b8 add_param_0[16]
      )
      .maxntid 64, 1, 1
      {
        .reg .b32 %r<8>;
        .reg .b64 %rd<8>;
        .shared .align 4 .b8 room[256];
        .loc 1 7 3
        ld.param.u64 %rd1, [add_param_0];
        ld.param.u32 %r1, [add_param_0+8];
        mov.u32 %r2, %tid.x;
        mul.wide.u32 %rd2, %r2, 4;
        cvta.to.global.u64 %rd3, %rd1;
        add.s64 %rd4, %rd3, %rd2;
        .loc 1 8 3
        ld.global.u32 %r3, [%rd4];
        add.s32 %r4, %r3, %r1;
        st.global.u32 [%rd4], %r4;
        mov.u64 %rd5, buffer;
        mov.u64 %rd6, room;
        ret;
      }
      .visible .entry table(
        .param .align 8 .b8 table_param_0[8]
      )
      {
        .reg .b32 %r<8>;
        .reg .b64 %rd<8>;
        ld.param.u64 %rd1, [table_param_0];
        mov.u64 %rd2, TABLE;
        ld.const.u32 %r1, [%rd2+4];
        ld.const.u32 %r2, [TABLE];
        st.global.v2.u32 [%rd1], {%r1, %r2};
        ret;
      }
      .file 1 "kernels.cu"
      """;

  private final Bench bench = new Bench();
  private final SoftwareDriver driver = bench.driver;

  private static void refused(int code, String words, Runnable action) {
    CudaException e = assertThrows(CudaException.class, action::run);
    assertEquals(code, e.code(), e.getMessage());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static MemorySegment struct(Arena arena, Object... values) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, Bench.struct(values));
  }

  @Test
  void aKernelRuns() {
    long at = bench.put(1, 2, 3);
    bench.launch(bench.kernel(PTX, "add"), Grid.of(1), 3, at, 10, 0);
    assertArrayEquals(new int[] {11, 12, 13}, bench.ints(at, 3));
    long out = bench.room(8);
    bench.launch(bench.kernel(PTX, "table"), Grid.of(1), 1, out);
    assertArrayEquals(new int[] {2, 1}, bench.ints(out, 2));
  }

  @Test
  void launchesAreChecked() {
    long at = bench.put(new int[64]);
    long add = bench.kernel(PTX, "add");
    refused(1, "65 threads", () -> bench.launch(add, Grid.of(1), 65, at, 1, 0));
    refused(1, "0 threads", () -> bench.launch(add, Grid.of(1), 0, at, 1, 0));
    refused(1, "12 bytes of parameters, it has 16", () -> bench.launch(add, Grid.of(1), 1, at, 1));
    refused(1, "Grid", () -> bench.launch(add, Grid.of(1, 65536), 1, at, 1, 0));
    long table = bench.kernel(PTX, "table");
    refused(1, "1025 threads", () -> bench.launch(table, Grid.of(1), 1025, at));
    refused(400, "no Function", () -> bench.launch(bench.stream, Grid.of(1), 1, at));
    refused(400, "no Stream", () -> driver.synchronize(0));
    refused(500, "kernel none", () -> bench.kernel(PTX, "none"));
    bench.launch(add, Grid.of(1), 64, at, 1, 0);
  }

  @Test
  void sharedMemoryIsAllowedOrNot() {
    long add = bench.kernel(PTX, "add");
    assertEquals(256, driver.facts(add).sharedBytes());
    assertEquals(64, driver.facts(add).threads());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = struct(arena, bench.put(1), 1, 0);
      int most = (48 << 10) - 256;
      driver.launch(add, Grid.of(1), 1, most, params, bench.stream);
      refused(
          1,
          "shared memory",
          () -> driver.launch(add, Grid.of(1), 1, most + 1, params, bench.stream));
      driver.allowShared(add, 64 << 10);
      driver.launch(add, Grid.of(1), 1, 64 << 10, params, bench.stream);
      refused(1, "shared memory", () -> driver.allowShared(add, 163 << 10));
    }
  }

  @Test
  void memoryEndsAndComesBack() {
    long before = driver.freeMemory();
    long at = driver.allocate(before);
    assertEquals(0, at % 256);
    refused(CudaException.OUT_OF_MEMORY, "0 are free", () -> driver.allocate(1));
    driver.free(at);
    assertEquals(before, driver.freeMemory());
    refused(1, "not allocated here", () -> driver.free(at));
    long a = driver.allocate(100);
    long b = driver.allocate(100);
    assertTrue(Math.abs(b - a) >= 512, "a gap between");
    refused(1, "which was freed", () -> bench.get(at, 4));
    refused(1, "behind the end", () -> bench.get(a, 101));
  }

  @Test
  void whatNobodyWroteIsFound() {
    long at = bench.room(8);
    assertEquals(-1, bench.ints(at, 1)[0], "and is no number");
    long add = bench.kernel(PTX, "add");
    refused(
        719,
        "add, kernels.cu:8, block (0, 0, 0), thread 0: reads 4 bytes at",
        () -> bench.launch(add, Grid.of(1), 1, at, 1, 0));
    refused(719, "nobody wrote", () -> driver.allocate(1));
    refused(719, "after", () -> driver.synchronize(bench.stream));
  }

  @Test
  void copiesCarryWhatIsKnown() {
    long from = bench.room(8);
    long to = bench.put(1, 2);
    driver.fill(from, (byte) 3, 4, bench.stream);
    driver.copy(from, to, 8, bench.stream);
    assertEquals(0x03030303, bench.ints(to, 1)[0]);
    long add = bench.kernel(PTX, "add");
    bench.launch(add, Grid.of(1), 1, to, 1, 0);
    refused(719, "nobody wrote", () -> bench.launch(add, Grid.of(1), 2, to, 1, 0));
  }

  @Test
  void devicesHaveTheirOwnMemory() {
    try (SoftwareDriver two = new SoftwareDriver(2, 1 << 20)) {
      refused(201, "no device", () -> two.allocate(1));
      refused(101, "device 2 of 2", () -> two.enter(2));
      two.enter(0);
      long first = two.allocate(64);
      long stream = two.newStream();
      two.fill(first, (byte) 7, 64, stream);
      two.enter(1);
      long second = two.allocate(64);
      long other = two.newStream();
      refused(1, "no allocation of this device", () -> two.fill(first, (byte) 1, 4, other));
      refused(400, "no Stream", () -> two.synchronize(stream));
      two.copyFrom(0, first, second, 64, other);
      long add = two.function(two.loadModule(PTX), "add");
      try (Arena arena = Arena.ofConfined()) {
        two.launch(add, Grid.of(1), 16, 0, struct(arena, second, 1, 0), other);
        MemorySegment back = arena.allocate(64);
        two.download(second, back, other);
        assertEquals(0x07070708, back.get(ValueLayout.JAVA_INT, 60));
        refused(
            700,
            "near no allocation of this device",
            () -> two.launch(add, Grid.of(1), 1, 0, struct(arena, first, 1, 0), other));
      }
      two.enter(0);
      two.synchronize(stream);
      assertEquals(1 << 20, two.freeMemory() + 256);
    }
  }

  @Test
  void faultsAreMade() {
    driver.failAllocation(2);
    driver.allocate(4);
    refused(CudaException.OUT_OF_MEMORY, "allocation of 4", () -> driver.allocate(4));
    driver.allocate(4);
    long at = bench.put(1);
    long add = bench.kernel(PTX, "add");
    driver.failLaunch(2);
    bench.launch(add, Grid.of(1), 1, at, 1, 0);
    refused(719, "launch of add", () -> bench.launch(add, Grid.of(1), 1, at, 1, 0));
    refused(719, "launch of add", () -> bench.launch(add, Grid.of(1), 1, at, 1, 0));
    refused(719, "launch of add", driver::freeMemory);
  }

  @Test
  void aGraphRepeatsWithTheParametersItWasGiven() {
    long at = bench.put(0);
    long add = bench.kernel(PTX, "add");
    driver.beginCapture(bench.stream);
    refused(900, "synchronize", () -> driver.synchronize(bench.stream));
    refused(900, "allocation", () -> driver.allocate(4));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = struct(arena, at, 5, 0);
      driver.launch(add, Grid.of(1), 1, 0, params, bench.stream);
      params.fill((byte) 0);
    }
    long event = driver.newEvent();
    long side = driver.newStream();
    driver.record(event, bench.stream);
    driver.waitFor(side, event);
    driver.copy(at, at, 4, side);
    driver.record(event, side);
    driver.waitFor(bench.stream, event);
    long graph = driver.endCapture(bench.stream);
    assertEquals(0, driver.launches());
    assertEquals(0, bench.ints(at, 1)[0]);
    driver.launchGraph(graph, bench.stream);
    driver.launchGraph(graph, side);
    assertEquals(10, bench.ints(at, 1)[0]);
    assertEquals(2, driver.launches());
    driver.freeGraph(graph);
    refused(400, "no Graph", () -> driver.launchGraph(graph, bench.stream));
  }

  @Test
  void deferredStreamsWaitForTheirTime() {
    driver.defer();
    long slow = driver.newStream();
    long other = driver.newStream();
    long at = bench.put(1);
    driver.fill(at, (byte) 0, 4, slow);
    assertEquals(1, bench.ints(at, 1)[0], "nobody waited");
    long event = driver.newEvent();
    driver.record(event, slow);
    driver.fill(at, (byte) 1, 4, slow);
    driver.await(event);
    assertEquals(0, bench.ints(at, 1)[0], "up to the mark");
    driver.waitFor(other, event);
    driver.record(event, slow);
    driver.waitFor(other, event);
    long last = driver.newEvent();
    driver.record(last, other);
    refused(600, "elapsed", () -> driver.elapsed(event, last));
    driver.synchronize(other);
    assertEquals(0x01010101, bench.ints(at, 1)[0], "through the other stream");
    assertTrue(driver.elapsed(event, last) >= 0);
  }

  @Test
  void whatIsLeftIsCounted() {
    MemorySegment host = driver.allocateHost(10);
    long at = driver.allocate(4);
    long module = driver.loadModule(PTX);
    assertEquals(4, driver.leaks().size(), driver.leaks()::toString);
    driver.unloadModule(module);
    driver.freeHost(host);
    refused(1, "host memory", () -> driver.freeHost(host));
    driver.close();
    assertEquals(2, driver.leaks().size());
    assertTrue(driver.leaks().get(0).contains("of 4 bytes of device 0"), driver.leaks()::toString);
    assertNotEquals(0, at);
  }

  @Test
  void modulesAreRefused() {
    refused(218, "no instruction jump", () -> driver.loadModule(PTX.replace("add.s32", "jump")));
    refused(222, "8.5", () -> driver.loadModule(PTX.replace("8.0", "8.5")));
    refused(209, "90 on 80", () -> driver.loadModule(PTX.replace("sm_61", "sm_90")));
    assertEquals(List.of(), driver.traffic());
  }
}
