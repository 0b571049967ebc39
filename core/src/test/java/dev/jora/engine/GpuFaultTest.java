package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.backend.cuda.software.SoftwareDriver.Call;
import dev.jora.fault.ParameterFault;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GPUs that fail under a model: one sentence, and nothing is left on them. */
final class GpuFaultTest {
  /** Positions of a page of the KV cache. */
  private static final int PAGE = 64;

  /** Passes, the first of which begins a page. */
  private static final int[] STEPS = {2, 1};

  private static Path file(String name) {
    return Shared.testdata("architectures/" + name + "/model.gguf");
  }

  private static LoadOptions load(SoftwareDriver driver, int layers) {
    return new LoadOptions(
        256,
        PAGE,
        GgmlType.F16,
        GgmlType.F16,
        RopeOptions.Overrides.NONE,
        1,
        1,
        () -> KernelSelector.atMost("scalar"),
        null,
        Offload.DEFAULT.withDriver(() -> driver).withGpuLayers(layers).withMargin(0));
  }

  /** A text that is read and goes on, past the end of its first page. */
  private static final class Text implements AutoCloseable {
    private final Decoder decoder;
    private final Sequence sequence;
    private final float[] logits;
    private boolean read;

    Text(LoadedModel model) {
      decoder = model.decoder();
      try {
        sequence = decoder.newSequence();
      } catch (RuntimeException e) {
        decoder.close();
        throw e;
      }
      logits = new float[model.model().vocabularySize()];
    }

    /** Reads n more tokens. */
    float[] read(int n) {
      int[] ids = new int[n];
      for (int i = 0; i < n; i++) {
        ids[i] = 3 + (sequence.length() + i) % 20;
      }
      Batch batch = new Batch();
      if (!read) { // else only its logits are missing
        if (n == 1) {
          batch.addSingle(sequence, ids, 0, n, Batch.Outputs.LAST);
        } else {
          batch.add(sequence, ids, 0, n, Batch.Outputs.LAST);
        }
        decoder.forward(batch);
        read = true;
      }
      decoder.logits(0, logits);
      read = false;
      return logits.clone();
    }

    float[] some() {
      read(5);
      return read(1);
    }

    @Override
    public void close() {
      sequence.close();
      decoder.close();
    }
  }

  private static float[] run(Path file, SoftwareDriver driver) {
    try (LoadedModel model = LoadedModel.open(file, load(driver, Offload.ALL));
        Text text = new Text(model)) {
      return text.some();
    }
  }

  private static long calls(Path file, Call call) {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    run(file, driver);
    assertEquals(List.of(), driver.leaks());
    return driver.calls(call);
  }

  /** What is thrown where a GPU refuses; behind it is the refusal as the driver told it. */
  private static RuntimeException refused(Executable work) {
    RuntimeException e = assertThrows(RuntimeException.class, work);
    assertTrue(e instanceof OffloadException || e instanceof CudaException, e::toString);
    assertInstanceOf(CudaException.class, e.getCause());
    return e;
  }

  /** One sentence: the device, what failed, the code, and what to do. */
  private static void tells(RuntimeException e, int code, String what) {
    assertEquals(code, ((CudaException) e.getCause()).code());
    assertTrue(!(e instanceof CudaException told) || told.code() == code);
    assertEquals(e.getMessage(), ((ParameterFault) e).sentence().toString());
    assertEquals(1, e.getMessage().lines().count());
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertTrue(e.getMessage().contains("gpu_layers"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "LAUNCH, 719, unspecified launch failure (CUDA error 719)",
    "LAUNCH, 700, an illegal memory access was encountered (CUDA error 700)",
    "SYNCHRONIZE, 719, unspecified launch failure (CUDA error 719)",
    "UPLOAD, 719, unspecified launch failure (CUDA error 719)",
    "DOWNLOAD, 1, invalid argument (CUDA error 1)",
    "EVENT, 2, out of memory (CUDA error 2)",
    "EVENT, 719, unspecified launch failure (CUDA error 719)",
    "STREAM, 2, out of memory (CUDA error 2)",
    "STREAM, 46, CUDA error 46",
    "LOAD_MODULE, 222, the NVIDIA driver is too old for jora's kernels: install 525 or later",
    "LOAD_MODULE, 209, need compute capability 6.1 or later",
    "ALLOCATE_HOST, 2, out of memory (CUDA error 2)",
    "ALLOCATE, 719, unspecified launch failure (CUDA error 719)",
    "LOAD_MODULE, 2, a GPU's memory is full (free now: CUDA0 1",
    "ALLOCATE, 2, a GPU's memory is full (free now: CUDA0 1"
  })
  void everyCallThatFailsIsOneSentence(Call call, int code, String what) {
    Path file = file("llama");
    long calls = calls(file, call);
    assertTrue(calls > 0);
    long step = Math.max(1, calls / 5);
    for (long n = 1; n <= calls; n += n < 2 ? 1 : step) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      driver.fail(call, (int) n, code);
      RuntimeException e = refused(() -> run(file, driver));
      boolean opening = e.getMessage().startsWith("gpu_layers all needs a GPU: ");
      assertTrue(opening || e.getMessage().contains("CUDA0"), e.getMessage());
      tells(e, code, opening ? "CUDA error " + code : what);
      assertEquals(List.of(), driver.leaks(), call + " " + n);
    }
  }

  /** Layers on two devices hand rows over; what is recurrent begins with zeros. */
  @ParameterizedTest
  @CsvSource({"COPY, 1", "COPY, 719", "FILL, 1", "FILL, 719"})
  void copiesAndFillsThatFailAreOneSentence(Call call, int code) {
    Path file = file(call == Call.COPY ? "llama" : "mamba2-groups");
    SoftwareDriver whole = new SoftwareDriver(2, 1L << 30);
    run(file, whole);
    assertTrue(whole.calls(call) > 0);
    for (int n : new int[] {1, (int) whole.calls(call)}) {
      SoftwareDriver driver = new SoftwareDriver(2, 1L << 30);
      driver.fail(call, n, code);
      RuntimeException e = refused(() -> run(file, driver));
      tells(e, code, " failed: ");
      assertTrue(e.getMessage().matches("CUDA[01] .*"), e.getMessage());
      assertEquals(List.of(), driver.leaks(), call + " " + n);
    }
  }

  /** Tokens one by one: launches by themselves, then a graph that is captured, then that again. */
  private static void oneByOne(Path file, SoftwareDriver driver) {
    try (LoadedModel model = LoadedModel.open(file, load(driver, Offload.ALL));
        Text text = new Text(model)) {
      for (int i = 0; i < 8; i++) {
        text.read(1);
      }
    }
  }

  @Test
  void everyLaunchThatFailsIsOneSentenceInAGraphToo() {
    Path file = file("llama");
    SoftwareDriver whole = new SoftwareDriver(1, 1L << 30);
    oneByOne(file, whole);
    long launches = whole.calls(Call.LAUNCH);
    assertTrue(launches > whole.commands(), "no graph");
    for (long n = 1; n <= launches; n += Math.max(1, launches / 16)) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      driver.fail(Call.LAUNCH, (int) n, n % 2 == 0 ? 719 : 701);
      RuntimeException e = refused(() -> oneByOne(file, driver));
      tells(e, n % 2 == 0 ? 719 : 701, "CUDA0 failed: launch of ");
      assertEquals(List.of(), driver.leaks(), "launch " + n);
    }
  }

  @Test
  void whatDoesNotStartIsNoGpuForWhoDidNotAsk() {
    for (Call call : List.of(Call.STREAM, Call.ALLOCATE_HOST)) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      driver.fail(call, 1, CudaException.OUT_OF_MEMORY);
      try (LoadedModel model = LoadedModel.open(file("llama"), load(driver, Offload.AUTO))) {
        assertEquals(0, model.plan().gpuLayers());
        assertTrue(model.gpuAbsence().contains("CUDA error 2"), model.gpuAbsence());
      }
      assertEquals(List.of(), driver.leaks());
    }
  }

  @Test
  void afterAKernelsFaultNothingWorksAndTheCpuDoes() {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    try (LoadedModel model = LoadedModel.open(file("llama"), load(driver, 1));
        Text text = new Text(model)) {
      text.read(5);
      driver.fail(Call.LAUNCH, 1, CudaException.ILLEGAL_ADDRESS);
      RuntimeException first = refused(() -> text.read(1));
      tells(first, 700, "CUDA0 failed: launch of ");
      tells(first, 700, "what was on it is lost, start again");
      RuntimeException again = refused(() -> text.read(1));
      tells(again, 700, "CUDA0 failed: ");
      tells(refused(model::decoder), 700, "CUDA0 failed: ");
    }
    assertEquals(List.of(), driver.leaks());
    SoftwareDriver none = new SoftwareDriver(1, 1L << 30);
    try (LoadedModel model = LoadedModel.open(file("llama"), load(none, 0));
        Text text = new Text(model)) {
      text.some();
    }
  }

  /** What a sequence has read stays read: with memory again it goes on as if nothing had been. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mamba2-groups"})
  void aStepWithoutMemoryCanBeDoneAgain(String name) {
    float[] expected = null;
    try (LoadedModel model =
            LoadedModel.open(file(name), load(new SoftwareDriver(1, 1L << 30), Offload.ALL));
        Text text = new Text(model)) {
      for (int n : STEPS) {
        expected = text.read(n);
      }
    }
    List<String> told = new ArrayList<>();
    for (int n = 1; told.size() == n - 1; n++) {
      SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
      try (LoadedModel model = LoadedModel.open(file(name), load(driver, Offload.ALL));
          Text text = new Text(model)) {
        driver.failFrom(Call.ALLOCATE, n, CudaException.OUT_OF_MEMORY);
        float[] found = null;
        for (int count : STEPS) {
          try {
            found = text.read(count);
          } catch (CudaException e) {
            told.add(e.getMessage());
            driver.mend(Call.ALLOCATE);
            found = text.read(count);
          }
        }
        assertArrayEquals(expected, found, "without allocation " + n);
      }
      assertEquals(List.of(), driver.leaks());
    }
    assertTrue(told.size() > 2, told.toString());
    for (String message : told) {
      assertTrue(
          message.matches(
              "a GPU's memory is full \\(free now: CUDA0 \\d+ MiB\\): CUDA0 has \\d+ MiB of the"
                  + " model, and \\d+ MiB were planned for \\d+ layers and 256 tokens; somebody"
                  + " else has taken the rest, or try a smaller gpu_layers or ctx_size"),
          message);
    }
  }
}
