package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.SoftwareDriver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks cut out of slabs: apart, within the device's memory, and gone when nobody has any. */
class CudaPoolTest {
  private static final long MIB = 1 << 20;

  @Test
  void blocksAreApartWhateverComesAndGoes() {
    long[] sizes = {1, 255, 4096, 70_000, 300_001, 5 * MIB};
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        CudaDevice device = new CudaDevice(driver, 0)) {
      CudaPool pool = new CudaPool(device);
      Random random = new Random(7);
      TreeMap<Long, Long> held = new TreeMap<>();
      for (int i = 0; i < 2000; i++) {
        if (held.size() < 60 && random.nextInt(5) < 3) {
          long size = sizes[random.nextInt(sizes.length)];
          long address = pool.allocate(size);
          assertEquals(0, address % 256);
          Map.Entry<Long, Long> below = held.lowerEntry(address + size);
          assertTrue(below == null || below.getKey() + below.getValue() <= address);
          device.fill(address, (byte) 1, size); // it is the device's
          held.put(address, size);
        } else if (!held.isEmpty()) {
          List<Long> all = new ArrayList<>(held.keySet());
          long gone = all.get(random.nextInt(all.size()));
          held.remove(gone);
          pool.free(gone);
        }
      }
      held.keySet().forEach(pool::free);
      assertEquals(0, device.held());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 8192, 65_536, 262_144, 3 << 20, 40 << 20})
  void itTakesWhatIsSaidBeforehand(long size) {
    int most = (int) Math.max(3, 200 * MIB / Math.max(size, 100_000));
    try (SoftwareDriver driver = new SoftwareDriver(1, 2L << 30);
        CudaDevice device = new CudaDevice(driver, 0)) {
      CudaPool pool = new CudaPool(device);
      List<Long> all = new ArrayList<>();
      for (int n = 1; n <= most; n++) {
        all.add(pool.allocate(size));
        if (n % 7 == 1) {
          assertEquals(device.held(), CudaPool.bytes(size, n), n + " blocks");
        }
      }
      Collections.shuffle(all, new Random(1));
      all.forEach(pool::free);
      assertEquals(0, device.held());
    }
    assertEquals(0, CudaPool.bytes(size, 0));
  }

  @Test
  void theDriverIsAskedSeldom() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        CudaDevice device = new CudaDevice(driver, 0)) {
      CudaPool pool = new CudaPool(device);
      driver.failAllocation(16); // that one would fail
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < 3000; i++) { // 187 MiB
        all.add(pool.allocate(1 << 16));
      }
      all.forEach(pool::free);
    }
  }

  @Test
  void whereThereIsNoRoomForASlabASmallerOneDoes() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 3 * MIB);
        CudaDevice device = new CudaDevice(driver, 0)) {
      CudaPool pool = new CudaPool(device);
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < 46; i++) { // of 48 that would fit
        all.add(pool.allocate(1 << 16));
      }
      CudaException e =
          assertThrows(
              CudaException.class,
              () -> {
                for (int i = 0; i < 3; i++) {
                  all.add(pool.allocate(1 << 16));
                }
              });
      assertEquals(CudaException.OUT_OF_MEMORY, e.code());
      all.forEach(pool::free);
      assertEquals(0, device.held());
      pool.free(pool.allocate(2 * MIB)); // all of it is there again
    }
  }
}
