package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.Sequence;
import dev.jora.testing.Shared;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device that fails: one sentence, and nothing is left on it. */
class CudaFaultTest {
  private static final int[] TOKENS = {1, 5, 9, 13, 2, 7, 11, 3, 4, 6, 8, 10, 12, 14};

  /** Opens a model on the device, and reads a few tokens. */
  private static void run(SoftwareDriver driver) {
    try (GgufFile file = GgufFile.open(Shared.testdata("architectures/mixtral/model.gguf"));
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        CudaBackend cuda = new CudaBackend(driver, 0)) {
      Model model = Model.of(file);
      int layers = model.layers().size();
      Placement placement = new Placement(cpu, Collections.nCopies(layers, cuda), cuda);
      try (Decoder decoder = new Decoder(model, placement, DecoderOptions.defaults(model));
          Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        batch.add(sequence, TOKENS, 0, TOKENS.length, Batch.Outputs.LAST);
        decoder.forward(batch);
        float[] logits = new float[model.vocabularySize()];
        decoder.logits(0, logits);
      }
    }
  }

  @Test
  void noAllocationThatFailsLeavesAnything() {
    int n = 1;
    for (boolean failed = true; failed; n++) {
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        driver.failAllocation(n);
        try {
          run(driver);
          failed = false;
        } catch (CudaException e) {
          assertEquals(CudaException.OUT_OF_MEMORY, e.code(), e.getMessage());
          assertTrue(e.getMessage().contains("bytes"), e.getMessage());
        }
        assertEquals(List.of(), driver.leaks(), "after allocation " + n);
      }
    }
    assertTrue(n > 20, "allocations: " + n);
  }

  @Test
  void aLaunchThatFailsIsOneSentence() {
    for (int n : new int[] {1, 5, 40}) {
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        driver.failLaunch(n);
        CudaException e = assertThrows(CudaException.class, () -> run(driver));
        assertEquals(1, e.getMessage().lines().count());
      }
    }
  }

  @Test
  void aDeviceWithoutRoomSaysSo() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 16)) {
      CudaException e = assertThrows(CudaException.class, () -> run(driver));
      assertEquals(CudaException.OUT_OF_MEMORY, e.code(), e.getMessage());
      assertEquals(List.of(), driver.leaks());
    }
  }
}
