package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.Sequence;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that fails: one sentence, and nothing is left on it. */
class CudaFaultTest {
  private static final int[] TOKENS = {1, 5, 9, 13, 2, 7, 11, 3, 4, 6, 8, 10, 12, 14};

  /** Opens a model on the device, and reads a few tokens. */
  private static void run(SoftwareDriver driver) {
    run(driver, Shared.testdata("architectures/mixtral/model.gguf"), () -> {});
  }

  /** Likewise, and something happens when the file is open. */
  private static void run(SoftwareDriver driver, Path path, Runnable opened) {
    try (GgufFile file = GgufFile.open(path);
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        CudaBackend cuda = new CudaBackend(driver, 0)) {
      Model model = Model.of(file);
      opened.run();
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

  /** What fails; the n-th of them. */
  private interface Fault {
    void set(SoftwareDriver driver, int n);
  }

  /** Lets everything of a kind fail, one after the other, until there is none any more. */
  private static int everyOne(Fault fault, int code) {
    int n = 0;
    for (boolean failed = true; failed; ) {
      n++;
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        fault.set(driver, n);
        try {
          run(driver);
          failed = false;
        } catch (CudaException e) {
          assertEquals(code, e.code(), e.getMessage());
          assertEquals(1, e.getMessage().lines().count());
          assertEquals(0, e.getSuppressed().length);
        }
        assertEquals(List.of(), driver.leaks(), "after fault " + n);
      }
    }
    return n - 1;
  }

  @Test
  void noAllocationThatFailsLeavesAnything() {
    int n = everyOne(SoftwareDriver::failAllocation, CudaException.OUT_OF_MEMORY);
    assertTrue(n > 20, "allocations: " + n);
  }

  @Test
  void noAllocationOfTheHostThatFailsLeavesAnything() {
    int n = everyOne(SoftwareDriver::failHostAllocation, CudaException.OUT_OF_MEMORY);
    assertTrue(n > 3, "allocations: " + n);
  }

  @Test
  void noLaunchThatIsRefusedLeavesAnything() {
    for (int n : new int[] {1, 2, 7, 20, 40}) { // the first ones are of loading
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        driver.refuseLaunch(n);
        CudaException e = assertThrows(CudaException.class, () -> run(driver));
        assertEquals(701, e.code());
        assertEquals(List.of(), driver.leaks(), "after launch " + n);
      }
    }
  }

  @Test
  void aFileThatIsCutWhileItIsLoadedLeavesNothing(@TempDir Path folder) throws IOException {
    Path whole = Shared.testdata("architectures/mixtral/model.gguf");
    for (int part = 1; part < 8; part++) {
      Path cut = Files.copy(whole, folder.resolve("cut" + part + ".gguf"));
      long left = Files.size(whole) * part / 8;
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        GgufException e =
            assertThrows(GgufException.class, () -> run(driver, cut, () -> cutAt(cut, left)));
        assertTrue(e.getMessage().contains(cut.toString()), e.getMessage());
        assertEquals(List.of(), driver.leaks());
      }
    }
  }

  private static void cutAt(Path file, long bytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was on a device that is lost is gone; to close what is left of it says no more. */
  @Test
  void aLaunchThatFailsIsOneSentence() {
    for (int n : new int[] {1, 5, 40}) {
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        driver.failLaunch(n);
        CudaException e = assertThrows(CudaException.class, () -> run(driver));
        assertEquals(1, e.getMessage().lines().count());
        assertEquals(0, e.getSuppressed().length);
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
