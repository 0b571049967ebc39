package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.x86.VnniProducts;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoded token leaves next to nothing for the garbage collector. */
class AllocationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TOKENS = 200;
  private static final long BOUND = 16 * 1024;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTokenAllocatesFewBytes(int threads) {
    String obstacle = VnniProducts.obstacle();
    Assumptions.assumeTrue(obstacle == null, () -> "skipped, for assembled kernels: " + obstacle);
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Assumptions.assumeTrue(
        bean.isThreadAllocatedMemorySupported() && bean.isThreadAllocatedMemoryEnabled(),
        "skipped: this JVM does not count what threads allocate");
    long id = Thread.currentThread().threadId();
    try (TestModel model =
            new TestModel(
                Shared.testdata("jora-demo.gguf"),
                KernelSelector.best().kernels(),
                threads,
                GgmlType.F16);
        Sequence sequence = model.decoder.newSequence()) {
      Batch batch = new Batch();
      float[] logits = new float[model.model.vocabularySize()];
      int[] token = {1};
      long perToken = Long.MAX_VALUE;
      // Once compiled, code allocates little; when that is, a busy machine decides.
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (perToken > BOUND && System.nanoTime() < end) {
        long before = bean.getThreadAllocatedBytes(id);
        for (int i = 0; i < TOKENS; i++) {
          if (sequence.length() == model.decoder.options().contextSize()) {
            sequence.truncate(0);
          }
          batch.clear();
          batch.addSingle(sequence, token, 0, 1, Batch.Outputs.LAST);
          model.decoder.forward(batch);
          model.decoder.logits(0, logits);
          token[0] = Golden.argmax(logits);
        }
        perToken = (bean.getThreadAllocatedBytes(id) - before) / TOKENS;
      }
      long least = perToken;
      assertTrue(
          least <= BOUND, () -> "bytes allocated for a token on the calling thread: " + least);
    }
  }
}
