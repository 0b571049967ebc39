package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.Traffic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No kernel moves more than its row of the table of limits says. */
class CudaLimitsTest {
  static List<KernelRow> rows() {
    return KernelRow.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void kernelsMoveNoMoreThanTheirLimit(KernelRow row) {
    Traffic traffic = row.run();
    assertNotNull(traffic, row.kernel() + " did not run");
    System.out.printf(
        "%-70s sectors %.3f of %.2f, wavefronts %.3f of %.2f%n",
        row,
        traffic.sectorsToFewest(),
        row.sectors(),
        traffic.wavefrontsToFewest(),
        row.wavefronts());
    assertTrue(traffic.total().sectors() > 0, "it moved nothing");
    assertTrue(traffic.sectorsToFewest() <= row.sectors(), traffic.toString());
    assertTrue(traffic.wavefrontsToFewest() <= row.wavefronts(), traffic.toString());
  }
}
