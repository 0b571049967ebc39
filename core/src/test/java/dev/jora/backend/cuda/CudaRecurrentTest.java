package dev.jora.backend.cuda;

import dev.jora.backend.Operations;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.ScalarKernels;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Convolutions and scans of all sizes on both kinds of cards, against the CPU's. */
final class CudaRecurrentTest {
  private static Arena arena;
  private static WorkPool pool;
  private static SoftwareDriver old;
  private static SoftwareDriver driver;

  @BeforeAll
  static void open() {
    arena = Arena.ofShared();
    pool = new WorkPool(2);
    old = new SoftwareDriver(1, 1L << 30, 61);
    driver = new SoftwareDriver(1, 1L << 30);
  }

  @AfterAll
  static void close() {
    old.close();
    driver.close();
    pool.close();
    arena.close();
  }

  @TestFactory
  List<DynamicTest> onAnOldCard() {
    return recurrences(old);
  }

  @TestFactory
  List<DynamicTest> onANewCard() {
    return recurrences(driver);
  }

  private static List<DynamicTest> recurrences(SoftwareDriver on) {
    Operations operations = new Operations(new CpuBackend(new ScalarKernels(), pool), arena);
    return operations.ofRounding(new CudaBackend(on, 0)).stream()
        .filter(test -> test.getDisplayName().startsWith("convolve and scan"))
        .toList();
  }
}
