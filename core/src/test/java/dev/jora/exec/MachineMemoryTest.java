package dev.jora.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineMemoryTest {
  private static final List<String> MEMINFO =
      List.of("MemTotal:       24000000 kB", "MemAvailable:   20000000 kB", "Cached: 1 kB");

  @Test
  void theLeastOfMachineAndContainer() {
    long machine = 20_000_000L * 1024;
    assertEquals(machine, MachineMemory.available(MEMINFO, List.of()));
    assertEquals(machine, MachineMemory.available(MEMINFO, List.of("max")));
    assertEquals(machine, MachineMemory.available(MEMINFO, List.of("9223372036854771712")));
    assertEquals(1 << 30, MachineMemory.available(MEMINFO, List.of("1073741824")));
  }

  @Test
  void someMemoryIsAlwaysThere() {
    assertTrue(MachineMemory.available() > 1 << 20);
    assertTrue(MachineMemory.available(List.of(), List.of()) > 1 << 20);
  }
}
