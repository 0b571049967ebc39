package dev.jora.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.TensorInfo;
import dev.jora.kernel.KernelSelector;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What speed is measured with: random weights, models of them, and the order of events. */
class BenchTest {
  @Test
  void randomBlocksOfEveryTypeHaveSaneValues() {
    for (BlockFormat format : BlockFormats.all()) {
      GgmlType type = format.type();
      int n = 1 << 14;
      float[] values = new float[n];
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment w = arena.allocate(type.rowBytes(n), 64);
        new RandomBlocks(type, 0.02, 1).fill(w, 3);
        format.dequantize(w, 0, values, 0, n);
      }
      double sum = 0;
      for (float value : values) {
        sum += (double) value * value;
      }
      double rms = Math.sqrt(sum / n);
      assertTrue(rms >= 0.01 && rms <= 0.04, type + ": " + rms);
    }
  }

  @Test
  void aSyntheticModelRunsAndIsTheSameEachTime() {
    float[] first = logits("llama-135m:Q4_K_M");
    for (float value : first) {
      assertTrue(Float.isFinite(value), "" + value);
    }
    assertArrayEquals(first, logits("llama-135m:q4_k_m"));
  }

  private static float[] logits(String spec) {
    try (WorkPool pool = new WorkPool(2);
        SyntheticModel synthetic = SyntheticModel.of(SyntheticSpec.parse(spec), pool);
        CpuBackend backend = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      DecoderOptions options =
          new DecoderOptions(8, 8, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
      Decoder decoder =
          new Decoder(synthetic.model(), Placement.all(backend, synthetic.model()), options);
      float[] logits = new float[synthetic.model().vocabularySize()];
      try (Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        batch.add(sequence, new int[] {1, 2, 3}, 0, 3, Batch.Outputs.LAST);
        decoder.forward(batch);
        decoder.logits(0, logits);
      }
      return logits;
    }
  }

  @Test
  void aSyntheticModelHasTheTypesOfARealOne() {
    try (WorkPool pool = new WorkPool(2);
        SyntheticModel synthetic =
            SyntheticModel.of(SyntheticSpec.parse("llama-1b:Q4_K_M"), pool)) {
      ModelFacts facts = ModelFacts.of(synthetic.model());
      assertEquals("llama 1B Q4_K - Medium", facts.type());
      assertEquals(1_235_814_432 - 32, facts.parameters()); // without Llama 3's rope factors
      assertEquals(GgmlType.Q6_K, synthetic.model().tokenEmbeddings().type());
      List<GgmlType> values =
          IntStream.range(0, synthetic.model().layers().size())
              .mapToObj(
                  il -> synthetic.model().tensors().get("blk." + il + ".attn_v.weight").type())
              .toList();
      assertEquals(8, values.stream().filter(type -> type == GgmlType.Q6_K).count());
      assertEquals(GgmlType.Q4_K, synthetic.model().tensors().get("blk.5.attn_q.weight").type());
    }
  }

  /** Small shapes of every architecture run, and say nothing that is not a number. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lfm2-350m:Q4_K_M",
        "qwen3.5-0.8b:Q4_K_M",
        "mamba-130m:Q4_K_M",
        "mamba2-130m:Q4_K_M",
      })
  void aSmallShapeRuns(String spec) {
    for (float value : logits(spec)) {
      assertTrue(Float.isFinite(value), spec + ": " + value);
    }
  }

  /** What large models take, by the sizes of the real ones; and the tensors are those they have. */
  @ParameterizedTest
  @CsvSource({
    "qwen3-30b-a3b:Q4_K_M, 30.53, 18.55",
    "gpt-oss-20b:MXFP4, 20.91, 12.10",
    "gemma-4-e4b:Q4_K_M, 7.52, 5.3",
    "lfm2-1.2b:Q4_K_M, 1.170, 0.73",
    "qwen3.5-4b:Q4_K_M, 4.21, 2.7",
    "mamba-1.4b:Q4_K_M, 1.372, 0.82",
    "mamba2-2.7b:Q4_K_M, 2.702, 1.56",
    "apertus-8b:Q4_K_M, 8.05, 5.0",
  })
  void aShapeIsAsLargeAsTheModel(String text, double parameters, double gigabytes) {
    SyntheticSpec spec = SyntheticSpec.parse(text);
    long values = spec.tensors().stream().mapToLong(t -> t.shape().elements()).sum();
    assertEquals(parameters, values / 1e9, parameters / 100);
    assertEquals(gigabytes, SyntheticModel.bytes(spec) / 1e9, gigabytes / 20);
  }

  /** Every shape has the tensors that its architecture asks for, and no other. */
  @Test
  @SuppressWarnings("restricted")
  void everyShapeBinds() {
    try (Arena arena = Arena.ofConfined()) {
      for (String name : SyntheticShape.names()) {
        SyntheticSpec spec = SyntheticSpec.parse(name + ":Q4_K_M");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorInfo info : spec.tensors()) {
          boolean small = info.bytes() <= 1 << 12; // binding reads small ones, of factors
          MemorySegment data =
              small ? arena.allocate(info.bytes()) : MemorySegment.NULL.reinterpret(info.bytes());
          if (info.name().equals("rope_freqs.weight")) {
            data.copyFrom(MemorySegment.ofArray(ones(info)));
          }
          tensors.put(info.name(), new Tensor(info.name(), info.type(), info.shape(), data));
        }
        Model model =
            Model.of(new GgufMetadata(Path.of(name), SyntheticModel.metadata(spec)), tensors);
        assertEquals(List.of(), model.unused(), name);
      }
    }
  }

  private static float[] ones(TensorInfo info) {
    float[] values = new float[(int) info.shape().elements()];
    Arrays.fill(values, 1);
    return values;
  }

  @Test
  void expertsAloneAreOfFourBitsWhereTheTypeIsTheirs() {
    Map<String, GgmlType> types =
        SyntheticSpec.parse("gpt-oss-20b:MXFP4").tensors().stream()
            .collect(Collectors.toMap(TensorInfo::name, TensorInfo::type));
    assertEquals(GgmlType.MXFP4, types.get("blk.3.ffn_down_exps.weight"));
    assertEquals(GgmlType.Q8_0, types.get("blk.3.attn_q.weight"));
    assertEquals(GgmlType.Q8_0, types.get("output.weight"));
    assertEquals(GgmlType.F32, types.get("blk.3.ffn_gate_inp.weight"));
    assertEquals(GgmlType.F32, types.get("blk.3.ffn_up_exps.bias"));
  }

  @Test
  void aFileHoldsWhatTheModelInMemoryDoes(@TempDir Path folder) throws IOException {
    SyntheticSpec spec = SyntheticSpec.parse("llama-135m:Q4_K_M");
    Path path = folder.resolve("random.gguf");
    SyntheticModel.write(spec, path);
    try (WorkPool pool = new WorkPool(2);
        SyntheticModel synthetic = SyntheticModel.of(spec, pool);
        GgufFile file = GgufFile.open(path)) {
      Model model = synthetic.model();
      assertEquals(model.metadata().values(), file.metadata().values());
      assertEquals(List.of(), Model.of(file).unused());
      assertEquals(List.copyOf(model.tensors().keySet()), List.copyOf(file.tensors().keySet()));
      for (Tensor tensor : file.tensors().values()) {
        assertEquals(-1, tensor.data().mismatch(model.tensors().get(tensor.name()).data()));
      }
    }
  }

  @Test
  void anUnknownSpecSaysWhatThereIs() {
    for (String bad : List.of("llama-1b", "llama-9b:Q4_K", "llama-1b:Q9", "a:b:c")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> SyntheticSpec.parse(bad)).getMessage();
      assertTrue(message.contains("llama-1b") || message.contains("Q4_K_M"), message);
    }
  }

  @Test
  void theDepthIsReadOnceAndEveryRunIsAnnounced() {
    try (WorkPool pool = new WorkPool(1);
        SyntheticModel synthetic = SyntheticModel.of(SyntheticSpec.parse("llama-135m:Q8_0"), pool);
        CpuBackend backend = new CpuBackend(KernelSelector.best().kernels(), pool)) {
      Workload work = new Workload(5, 2, 3);
      DecoderOptions options =
          new DecoderOptions(
              work.context(), 2, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
      Decoder decoder =
          new Decoder(synthetic.model(), Placement.all(backend, synthetic.model()), options);
      List<String> steps = new ArrayList<>();
      long[] nanos =
          new DecoderSpeed(decoder, 4)
              .measure(work, 2, true, (what, step) -> steps.add(what + " " + step));
      assertEquals(List.of("depth 0", "warm-up 0", "run 1", "run 2"), steps);
      assertEquals(2, nanos.length);
      assertTrue(nanos[0] > 0 && nanos[1] > 0);
    }
  }

  @Test
  void parametersAreRoundedToTheSizesPeopleSay() {
    assertEquals("135M", ModelFacts.rounded(134_515_008));
    assertEquals("1B", ModelFacts.rounded(1_235_814_400));
    assertEquals("1.5B", ModelFacts.rounded(1_543_714_304));
    assertEquals("3B", ModelFacts.rounded(3_212_749_888L));
    assertEquals("8B", ModelFacts.rounded(8_030_261_312L));
  }
}
