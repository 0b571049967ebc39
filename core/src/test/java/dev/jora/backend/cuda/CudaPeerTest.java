package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Room;
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
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that go from device to device, and from the host: in order, while nobody waits. */
class CudaPeerTest {
  private static final int ROWS = 5;
  private static final int COLS = 6;

  private static float[] rows(float first) {
    float[] values = new float[ROWS * COLS];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    return values;
  }

  private static float[] read(Backend backend, Buffer x) {
    float[] values = new float[ROWS * x.cols()];
    backend.read(x, ROWS, MemorySegment.ofArray(values));
    return values;
  }

  @Test
  void rowsGoAsTheyAreWhenTheyAreAskedFor() {
    try (SoftwareDriver driver = new SoftwareDriver(2, 1L << 26).defer();
        CudaBackend a = new CudaBackend(driver, 0);
        CudaBackend b = new CudaBackend(driver, 1);
        Room roomA = a.open();
        Room roomB = b.open()) {
      Buffer x = roomA.allocate(ROWS, COLS);
      Buffer y = roomB.allocate(ROWS, COLS);
      a.write(MemorySegment.ofArray(rows(1)), ROWS, x);
      assertTrue(b.copyFrom(a, x, ROWS, y));
      a.write(MemorySegment.ofArray(rows(1000)), ROWS, x);
      assertEquals(0, driver.waits(), "nobody has waited for anything");
      assertEquals(0, driver.downloads());
      assertArrayEquals(rows(1000), read(a, x));
      assertArrayEquals(rows(1), read(b, y));
    }
  }

  @Test
  void partsOfRowsGoAsWell() {
    try (SoftwareDriver driver = new SoftwareDriver(2, 1L << 26).defer();
        CudaBackend a = new CudaBackend(driver, 0);
        CudaBackend b = new CudaBackend(driver, 1);
        Room roomA = a.open();
        Room roomB = b.open()) {
      Buffer x = roomA.allocate(ROWS, COLS);
      Buffer y = roomB.allocate(ROWS, COLS);
      a.write(MemorySegment.ofArray(rows(1)), ROWS, x);
      b.write(MemorySegment.ofArray(rows(-100)), ROWS, y);
      assertTrue(b.copyFrom(a, x.columns(1, 2), ROWS, y.columns(3, 2)));
      float[] expected = rows(-100);
      for (int i = 0; i < ROWS; i++) {
        expected[i * COLS + 3] = 2 + i * COLS;
        expected[i * COLS + 4] = 3 + i * COLS;
      }
      assertArrayEquals(expected, read(b, y));
      assertEquals(1, driver.waits(), "only who reads waits");
    }
  }

  @Test
  void otherBackendsAreLeftToTheHost() {
    try (SoftwareDriver one = new SoftwareDriver(1, 1L << 26);
        SoftwareDriver two = new SoftwareDriver(1, 1L << 26);
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        CudaBackend a = new CudaBackend(one, 0);
        CudaBackend b = new CudaBackend(two, 0);
        Room roomA = a.open();
        Room roomB = b.open()) {
      Buffer x = roomA.allocate(1, 4);
      Buffer y = roomB.allocate(1, 4);
      assertFalse(b.copyFrom(a, x, 1, y));
      assertFalse(b.copyFrom(cpu, x, 1, y));
      assertFalse(cpu.copyFrom(a, x, 1, y));
    }
  }

  /** What a model says, how often the host was told something, and how often it waited. */
  private record Told(float[][] logits, long downloads, long waits) {}

  private static Told run(String name, int devices) {
    try (GgufFile file = GgufFile.open(Shared.testdata("architectures/" + name + "/model.gguf"));
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(KernelSelector.best().kernels(), pool);
        SoftwareDriver driver = new SoftwareDriver(2, 1L << 28).defer();
        CudaBackend first = new CudaBackend(driver, 0);
        CudaBackend second = new CudaBackend(driver, devices - 1)) {
      Model model = Model.of(file);
      int count = model.layers().size();
      List<Backend> layers = new ArrayList<>();
      for (int il = 0; il < count; il++) {
        layers.add(devices == 1 || il < count / 2 ? first : second);
      }
      Placement placement = new Placement(cpu, layers, layers.getLast());
      DecoderOptions options =
          new DecoderOptions(64, 32, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
      float[][] logits = new float[5][model.vocabularySize()];
      int[] ids = {1, 5, 9, 13, 2, 7, 11, 3, 4, 8};
      Batch batch = new Batch();
      try (Decoder decoder = new Decoder(model, placement, options);
          Sequence text = decoder.newSequence()) {
        for (int i = 0; i < logits.length; i++) {
          batch.clear();
          if (i == 0) {
            batch.add(text, ids, 0, 6, Batch.Outputs.LAST);
          } else { // drawn: the third such pass is a graph
            batch.addSingle(text, ids, 5 + i, 1, Batch.Outputs.LAST);
          }
          decoder.forward(batch);
          decoder.logits(0, logits[i]);
        }
      }
      return new Told(logits, driver.downloads(), driver.waits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gptoss", "mamba2-groups"})
  void aModelOnTwoDevicesIsThatOnOne(String name) {
    Told one = run(name, 1);
    Told two = run(name, 2);
    for (int i = 0; i < one.logits().length; i++) {
      assertArrayEquals(one.logits()[i], two.logits()[i]);
    }
    assertEquals(one.downloads(), two.downloads(), "nothing goes by way of the host");
    assertEquals(one.waits(), two.waits(), "the host waits for what it reads");
  }
}
