package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of quantized weights: the logits of transformers with the same values. */
class QuantizedFoldersTest {
  @TempDir Path temporary;

  private static Path folder(String name) {
    return Shared.path("golden/formats/hf-quantized").resolve(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-awq",
        "llama-exl2",
        "llama-fp8",
        "llama-gptq3",
        "llama-gptq4",
        "llama-gptq8-v2",
        "llama-nf4"
      })
  void theLogitsAreThoseOfTransformers(String name) throws IOException {
    Path made = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(folder(name), made);
    JsonNode golden = Golden.json(folder(name).resolve("expected.json"));
    ByteBuffer logits =
        ByteBuffer.wrap(Files.readAllBytes(folder(name).resolve("logits.f32")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int[] tokens = Golden.ints(golden.get("tokens"));
    try (TestModel model = new TestModel(made, new ScalarKernels(), 1, GgmlType.F32)) {
      double worst = 0;
      for (float[] row : model.logits(tokens, tokens.length)) {
        for (float value : row) {
          worst = Math.max(worst, Math.abs(value - logits.getFloat()));
        }
      }
      assertTrue(worst < 2e-4, "off by " + worst);
    }
  }

  @Test
  void blocksOfMxfp4AreMovedAsLlamaCppMovesThem() throws IOException {
    Path made = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(folder("gptoss-mxfp4"), made);
    try (GgufFile expected = GgufFile.open(folder("gptoss-mxfp4").resolve("expected.gguf"));
        GgufFile found = GgufFile.open(made)) {
      assertEquals(List.copyOf(expected.tensors().keySet()), List.copyOf(found.tensors().keySet()));
      for (Tensor tensor : expected.tensors().values()) {
        Tensor other = found.tensor(tensor.name());
        assertEquals(tensor.type(), other.type());
        assertEquals(tensor.shape(), other.shape());
        assertEquals(-1, tensor.data().mismatch(other.data()), tensor.name());
      }
    }
    assertArrayEquals(
        Files.readAllBytes(folder("gptoss-mxfp4").resolve("expected.gguf")),
        Files.readAllBytes(made));
  }
}
