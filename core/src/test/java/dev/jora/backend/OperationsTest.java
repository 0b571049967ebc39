package dev.jora.backend;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** The operations of the CPU in every kernel set against the scalar one. */
final class OperationsTest {
  private static Arena arena;
  private static WorkPool pool;

  @BeforeAll
  static void open() {
    arena = Arena.ofShared();
    pool = new WorkPool(2);
  }

  @AfterAll
  static void close() {
    pool.close();
    arena.close();
  }

  @TestFactory
  List<DynamicContainer> everyOperationOfEveryKernelSet() {
    Operations operations = new Operations(new CpuBackend(new ScalarKernels(), pool), arena);
    return KernelSets.all().stream()
        .filter(kernels -> !(kernels instanceof ScalarKernels))
        .map(kernels -> container(kernels, operations))
        .toList();
  }

  private static DynamicContainer container(Kernels kernels, Operations operations) {
    return DynamicContainer.dynamicContainer(
        kernels.name(), operations.of(new CpuBackend(kernels, pool)));
  }
}
