package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.CpuBackend;
import dev.jora.backend.NotFiniteException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that computes no numbers says so, and which tensor it is. */
class NumberFaultTest {
  @ParameterizedTest
  @CsvSource({
    "token_embd.weight, embeddings",
    "blk.0.attn_norm.weight, layer 0",
    "blk.1.attn_v.weight, layer 1",
    "blk.1.ffn_down.weight, layer 1",
    "output_norm.weight, output norm"
  })
  void theTensorIsNamed(String name, String place) {
    try (GgufFile file = GgufFile.open(Shared.testdata("architectures/llama/model.gguf"));
        Arena arena = Arena.ofShared();
        WorkPool pool = new WorkPool(1);
        CpuBackend backend = new CpuBackend(new ScalarKernels(), pool)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
      Tensor t = tensors.get(name);
      MemorySegment broken = arena.allocate(t.bytes(), 64);
      broken.fill((byte) 0xFF); // NaN in every float type and scale
      tensors.put(name, new Tensor(name, t.type(), t.shape(), broken));
      Model model = Model.of(file.metadata(), tensors);
      DecoderOptions options =
          new DecoderOptions(64, 16, GgmlType.F32, GgmlType.F32, RopeOptions.Overrides.NONE);
      try (Decoder decoder = new Decoder(model, Placement.all(backend, model), options);
          Sequence sequence = decoder.newSequence()) {
        Batch batch = new Batch();
        batch.add(sequence, new int[] {1, 2, 3}, 0, 3, Batch.Outputs.LAST);
        String message =
            assertThrows(NotFiniteException.class, () -> decoder.forward(batch)).getMessage();
        assertTrue(message.contains(place) && message.contains("tensor " + name), message);
      }
    }
  }
}
