package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Room;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.Activation;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.Sequence;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong where nobody looks: other threads, memory that is not there, what is kept. */
class CudaHazardsTest {
  private static Path model(String name) {
    return Shared.testdata("architectures/" + name).resolve("model.gguf");
  }

  /** A driver knows of each thread which device it is on. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mamba2-groups"})
  void passesOnOneThreadAfterTheOther(String name) throws Exception {
    int[] tokens = {1, 5, 9};
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        TestModel m = new TestModel(model(name), new CudaBackend(driver, 0), GgmlType.F16);
        Sequence text = m.decoder.newSequence()) {
      float[][] expected = m.single(tokens);
      for (int i = 0; i < tokens.length; i++) {
        int at = i;
        float[][] found = new float[1][];
        Throwable[] thrown = new Throwable[1];
        Thread thread =
            new Thread(() -> found[0] = m.draw(text, new int[] {tokens[at]}, 0)[0], "pass " + i);
        thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
        thread.start();
        thread.join();
        assertEquals(null, thrown[0]);
        assertArrayEquals(expected[i], found[0], 0);
      }
    }
  }

  @Test
  void logitsOfDrawnTokensAreComputedOnce() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        TestModel m = new TestModel(model("llama"), new CudaBackend(driver, 0), GgmlType.F16);
        Sequence text = m.decoder.newSequence()) {
      Batch batch = new Batch();
      long launches = 0;
      for (int i = 0; i < 6; i++) {
        long before = driver.launches();
        batch.clear();
        batch.addSingle(text, new int[] {i}, 0, 1, Batch.Outputs.LAST);
        m.decoder.forward(batch);
        if (i == 5) {
          assertEquals(1, m.decoder.computeLogits(0));
          batch.clear();
          m.decoder.hidden(0, 1, new float[m.model.hyperparameters().embeddingLength()]);
          assertEquals(launches, driver.launches() - before);
        }
        launches = driver.launches() - before;
      }
    }
  }

  /** Whichever allocation finds no memory, the next pass is as if there had been none. */
  @Test
  void aPassAfterOneWithoutMemory() {
    int[] tokens = {1, 5, 9};
    float[][] expected = null;
    int failed = 0;
    long allocations = 0;
    for (int n = 0; n <= allocations; n++) {
      try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30)) {
        try (TestModel m = new TestModel(model("llama"), new CudaBackend(driver, 0), GgmlType.F16);
            Sequence text = m.decoder.newSequence()) {
          long before = driver.calls(SoftwareDriver.Call.ALLOCATE);
          try (Sequence other = m.decoder.newSequence()) {
            Batch batch = new Batch();
            batch.addSingle(other, tokens, 0, 3, Batch.Outputs.ALL);
            if (n > 0) {
              driver.failAllocation(n);
            }
            m.decoder.forward(batch);
          } catch (CudaException e) {
            failed++;
          }
          long made = driver.calls(SoftwareDriver.Call.ALLOCATE) - before;
          float[][] found = m.draw(text, tokens, 0);
          if (n == 0) {
            allocations = made;
            expected = found;
          }
          assertArrayEquals(expected, found, "allocation " + n);
        }
        assertEquals(List.of(), driver.leaks(), "allocation " + n);
      }
    }
    assertTrue(failed > 2, failed + " passes failed of " + allocations + " allocations");
  }

  /** Decoders that come and go leave nothing behind on a backend, nor in its passes. */
  @Test
  void decodersThatComeAndGo() {
    int[] tokens = {1, 5, 9, 13};
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        GgufFile file = GgufFile.open(model("llama"));
        WorkPool pool = new WorkPool(1);
        CpuBackend cpu = new CpuBackend(new ScalarKernels(), pool);
        CudaBackend cuda = new CudaBackend(driver, 0)) {
      Model model = Model.of(file);
      int layers = model.layers().size();
      Placement placement = new Placement(cpu, Collections.nCopies(layers, cuda), cuda);
      long held = 0;
      for (int i = 0; i < 6; i++) {
        try (Decoder decoder = new Decoder(model, placement, DecoderOptions.defaults(model));
            Sequence text = decoder.newSequence()) {
          Batch batch = new Batch();
          for (int token : tokens) {
            batch.clear();
            batch.addSingle(text, new int[] {token}, 0, 1, Batch.Outputs.LAST);
            decoder.forward(batch);
          }
        }
        held = i == 2 ? cuda.memory().held() : held;
      }
      assertEquals(held, cuda.memory().held());
    }
  }

  /** A router that reads other rows than its experts, all of them rounded. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void routersThatReadRowsOfTheirOwn(int single) {
    Random random = new Random(7);
    int n = 3;
    int width = 64;
    int count = 4;
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
        Arena arena = Arena.ofConfined();
        CudaBackend cuda = new CudaBackend(driver, 0);
        Room room = cuda.open()) {
      Tensor router = q8(arena, random, Shape.of(width, count));
      Tensor floats = floats(arena, TensorValues.of(router), router.shape());
      Weight gate = room.upload(q8(arena, random, Shape.of(width, width, count)));
      Weight up = room.upload(q8(arena, random, Shape.of(width, width, count)));
      Weight down = room.upload(q8(arena, random, Shape.of(width, width, count)));
      Buffer routed = buffer(cuda, room, random, n, width);
      Buffer x = buffer(cuda, room, random, n, width);
      Rows rows = new Rows(n, single, new BitSet());
      float[][] found = new float[2][n * width];
      for (int i = 0; i < 2; i++) {
        Weight by = room.upload(i == 0 ? floats : router);
        Routing routing =
            new Routing(
                by, null, Routing.Gating.SOFTMAX, null, count, 1, 1, null, false, 1); // all of them
        Gate silu = Gate.of(Activation.SILU);
        Experts experts = new Experts(routing, gate, up, down, null, null, null, silu);
        Buffer out = room.allocate(n, width);
        cuda.experts(experts, routed, x, rows, out);
        cuda.read(out, n, MemorySegment.ofArray(found[i]));
      }
      double difference = 0;
      double all = 0;
      for (int i = 0; i < n * width; i++) {
        difference += Math.pow(found[0][i] - found[1][i], 2);
        all += Math.pow(found[0][i], 2);
      }
      assertTrue(difference < 1e-3 * all, difference + " of " + all);
    }
  }

  private static Buffer buffer(CudaBackend cuda, Room room, Random random, int n, int width) {
    float[] values = new float[n * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Buffer buffer = room.allocate(n, width);
    cuda.write(MemorySegment.ofArray(values), n, buffer);
    return buffer;
  }

  private static Tensor q8(Arena arena, Random random, Shape shape) {
    byte[] bytes = new byte[(int) (shape.elements() / 32 * 34)];
    random.nextBytes(bytes);
    for (int at = 0; at < bytes.length; at += 34) {
      bytes[at] = 0;
      bytes[at + 1] = 0x18; // 2^-9
    }
    MemorySegment data = arena.allocate(bytes.length, 64);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new Tensor("q8", GgmlType.Q8_0, shape, data);
  }

  private static Tensor floats(Arena arena, float[] values, Shape shape) {
    MemorySegment data = arena.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    return new Tensor("floats", GgmlType.F32, shape, data);
  }

  /** Of blocks in y there are 65535. */
  @Test
  void rowsOfManyExpertsAreReadInTurn() {
    for (int used : new int[] {1, 2, 6, 8, 10, 22, 70000}) {
      int rows = CudaMixture.mostRows(used);
      assertTrue(rows > 0 && (rows == 1 || rows * used <= 65535), used + ": " + rows);
    }
  }
}
