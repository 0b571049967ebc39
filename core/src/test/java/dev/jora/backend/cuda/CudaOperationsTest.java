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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** All operations of the CUDA backend, on a device in software, against the CPU's scalar ones. */
@Tag("slow")
final class CudaOperationsTest {
  private static Arena arena;
  private static WorkPool pool;
  private static SoftwareDriver driver;

  @BeforeAll
  static void open() {
    arena = Arena.ofShared();
    pool = new WorkPool(2);
    driver = new SoftwareDriver(1, 4L << 30);
  }

  @AfterAll
  static void close() {
    driver.close();
    pool.close();
    arena.close();
  }

  @TestFactory
  List<DynamicTest> everyOperation() {
    Operations operations = new Operations(new CpuBackend(new ScalarKernels(), pool), arena);
    return operations.ofRounding(new CudaBackend(driver, 0));
  }
}
