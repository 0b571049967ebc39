package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.NotFiniteException;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.BrokenModel;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that computes no numbers says so, and which tensor it is. */
class NumberFaultTest {
  private static final int[] TOKENS = {1, 2, 3, 4, 5};
  private static final String DAMAGED = "so the file is damaged or was not converted well";

  @TempDir Path folder;

  /** A decoder over a golden model with other tensors. */
  private static final class Broken implements AutoCloseable {
    final GgufFile file;
    final WorkPool pool = new WorkPool(1);
    final CpuBackend backend;
    final Decoder decoder;
    final Batch batch = new Batch();
    final float[] logits;

    Broken(String name, Kernels kernels, Function<GgufFile, Map<String, Tensor>> tensors) {
      file = GgufFile.open(Shared.golden("architectures/" + name + "/model.gguf"));
      backend = new CpuBackend(kernels, pool);
      Model model = Model.of(file.metadata(), tensors.apply(file));
      DecoderOptions options =
          new DecoderOptions(300, 16, GgmlType.F32, GgmlType.F16, RopeOptions.Overrides.NONE);
      decoder = new Decoder(model, Placement.all(backend, model), options);
      logits = new float[model.vocabularySize()];
    }

    /** Reads tokens in passes of {@code step}; only the last is asked for logits. */
    void read(Sequence sequence, int[] tokens, int step) {
      for (int from = 0; from < tokens.length; from += step) {
        int n = Math.min(step, tokens.length - from);
        boolean last = from + n == tokens.length;
        batch.clear();
        batch.add(sequence, tokens, from, n, last ? Batch.Outputs.LAST : Batch.Outputs.NONE);
        decoder.forward(batch);
      }
      decoder.logits(0, logits);
    }

    String message(int[] tokens, int step) {
      try (Sequence sequence = decoder.newSequence()) {
        return assertThrows(NotFiniteException.class, () -> read(sequence, tokens, step))
            .getMessage();
      }
    }

    @Override
    public void close() {
      decoder.close();
      backend.close();
      pool.close();
      file.close();
    }
  }

  private static Broken broken(String model, Kernels kernels, BrokenModel place) {
    return new Broken(model, kernels, place::tensors);
  }

  private static Broken broken(String model, String tensor, int row, int column, float value) {
    return broken(model, new ScalarKernels(), new BrokenModel(tensor, row, column, value));
  }

  /** One value is enough, whatever it is, whatever computes, however the tokens are read. */
  @ParameterizedTest
  @CsvSource({
    "llama, token_embd.weight, 3, 7, 'first in the embeddings'",
    "llama, blk.0.attn_norm.weight, 0, 63, 'first in layer 0'",
    "llama, blk.1.attn_q.weight, 0, 0, 'first in layer 1'",
    "llama, blk.1.attn_k.weight, 31, 5, 'first in layer 1'",
    "llama, blk.1.attn_v.weight, 31, 63, 'first in layer 1'",
    "llama, blk.0.attn_output.weight, 63, 1, 'first in layer 0'",
    "llama, blk.0.ffn_gate.weight, 159, 1, 'first in layer 0'",
    "llama, blk.1.ffn_up.weight, 9, 9, 'first in layer 1'",
    "llama, blk.1.ffn_down.weight, 2, 159, 'first in layer 1'",
    "llama, output_norm.weight, 0, 17, 'first after the output norm'",
    "mixtral, blk.0.ffn_norm.weight, 0, 1, 'first in layer 0'",
    "mixtral, blk.1.ffn_gate_exps.weight, -1, 3, 'first in layer 1'",
    "mixtral, blk.1.ffn_up_exps.weight, -1, 3, 'first in layer 1'",
    "mixtral, blk.1.ffn_down_exps.weight, -1, 3, 'first in layer 1'",
    "mixtral, blk.1.ffn_gate_inp.weight, -1, 3, 'first in layer 1'",
    "gpt2, position_embd.weight, 4, 0, 'first in the embeddings'",
    "gpt2, blk.0.attn_norm.bias, 0, 3, 'first in layer 0'",
    "gpt2, blk.1.attn_qkv.bias, 0, 3, 'first in layer 1'",
    "gpt2, blk.1.attn_qkv.bias, 0, 100, 'first in layer 1'",
    "gpt2, blk.1.attn_qkv.bias, 0, 191, 'first in layer 1'",
    "gpt2, blk.0.attn_output.bias, 0, 3, 'first in layer 0'",
    "gpt2, blk.0.ffn_up.bias, 0, 3, 'first in layer 0'",
    "gpt2, blk.0.ffn_down.bias, 0, 3, 'first in layer 0'",
    "gpt2, output_norm.bias, 0, 3, 'first after the output norm'",
    "gemma2, blk.2.post_attention_norm.weight, 0, 3, 'first in layer 2'",
    "gemma2, blk.3.post_ffw_norm.weight, 0, 3, 'first in layer 3'",
    "gemma2, blk.2.attn_q.weight, 3, 3, 'first in layer 2'",
    "gemma2, blk.2.ffn_gate.weight, 3, 3, 'first in layer 2'",
    "gptoss, blk.1.ffn_gate_exps.bias, -1, 3, 'first in layer 1'",
    "gptoss, blk.1.ffn_up_exps.bias, -1, 3, 'first in layer 1'",
    "gptoss, blk.1.ffn_up_exps.weight, -1, 3, 'first in layer 1'",
    "mamba, blk.1.ssm_a, 3, 3, 'first in layer 1'",
    "mamba, blk.1.ssm_dt.bias, 0, 3, 'first in layer 1'",
    "mamba2, blk.1.ssm_a, 3, 0, 'first in layer 1'",
    "mamba2, blk.1.ssm_dt.bias, 0, 3, 'first in layer 1'",
    "deepseek3, blk.1.exp_probs_b.bias, 0, 3, 'first in layer 1'",
    "deepseek3, blk.1.ffn_gate_inp.weight, 3, 3, 'first in layer 1'",
    "glm4moe, blk.1.exp_probs_b.bias, 0, 3, 'first in layer 1'",
    "qwen35, blk.1.ssm_a, 0, 3, 'first in layer 1'",
    "qwen35, blk.1.ssm_dt.bias, 0, 3, 'first in layer 1'",
    "qwen35, blk.1.ssm_beta.weight, 3, 3, 'first in layer 1'",
    "qwen35, blk.1.ssm_alpha.weight, 3, 3, 'first in layer 1'",
    "qwen35, blk.3.attn_q.weight, 40, 3, 'first in layer 3'", // of a gate
    "qwen3next, blk.1.ssm_ba.weight, 3, 3, 'first in layer 1'",
    "qwen3next, blk.1.ffn_gate_inp_shexp.weight, 0, 3, 'first in layer 1'",
    "nemotron, blk.1.ffn_up.weight, 3, 3, 'first in layer 1'",
    "lfm2, blk.0.shortconv.conv.weight, 3, 1, 'first in layer 0'",
    "gemma4e, blk.1.inp_gate.weight, 3, 3, 'first in layer 1'"
  })
  void theTensorIsNamed(String model, String tensor, int row, int column, String place) {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (Kernels kernels : KernelSets.all()) {
        try (Broken broken = broken(model, kernels, new BrokenModel(tensor, row, column, value))) {
          int firstRow = Math.max(0, row);
          String expected =
              "model.gguf: what the model computes is not a number, %s: tensor %s has %s in row %d, column %d; expected finite weights, "
                      .formatted(place, tensor, value, firstRow, column)
                  + DAMAGED;
          for (int step : new int[] {1, 5}) {
            // From token to token, a fault of what nobody asked for is met where it is read again.
            String message = broken.message(TOKENS, step);
            String found = "tensor " + tensor + " has " + value + " in row " + firstRow;
            assertTrue(step == 1 || message.endsWith(expected), kernels.name() + ": " + message);
            assertTrue(message.contains(found), kernels.name() + ": " + message);
          }
        }
      }
    }
  }

  /** Scales of blocks are weights too. */
  @ParameterizedTest
  @CsvSource({"token_embd.weight, embeddings", "blk.1.attn_v.weight, layer 1"})
  void aTensorThatIsBrokenThroughoutIsNamed(String name, String place) {
    try (Arena arena = Arena.ofShared();
        Broken broken =
            new Broken(
                "llama",
                new ScalarKernels(),
                file -> {
                  Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
                  Tensor t = tensors.get(name);
                  long bytes = GgmlType.Q8_0.rowBytes(t.shape().ne0()) * t.shape().rows();
                  MemorySegment data = arena.allocate(bytes, 64);
                  data.fill((byte) 0xFF); // NaN in every scale
                  tensors.put(name, new Tensor(name, GgmlType.Q8_0, t.shape(), data));
                  return tensors;
                })) {
      String message = broken.message(TOKENS, 5);
      assertTrue(message.contains("first in " + (place.startsWith("e") ? "the " : "") + place));
      assertTrue(message.contains("tensor " + name + " has NaN in row 0, column 0"), message);
    }
  }

  /** The passes before the last have been asked for nothing, and nobody has looked at them. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "16"})
  void aTokenReadEarlierIsFoundLater(int step) {
    try (Broken broken = broken("llama", "token_embd.weight", 2, 7, Float.NaN)) {
      String message = broken.message(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, step);
      assertTrue(message.contains("tensor token_embd.weight has NaN in row 2, column 7"), message);
    }
  }

  /** Windows that have lost what a second look needs. */
  @Test
  void behindALongTextItIsFoundStill() {
    try (Broken broken = broken("gemma2", "token_embd.weight", 9, 7, Float.NaN)) {
      int[] text = new int[250];
      Arrays.fill(text, 5);
      try (Sequence sequence = broken.decoder.newSequence()) {
        // Tied: the row is an output too, so that nothing is asked until it is read.
        for (int from = 0; from < 240; from += 16) {
          broken.batch.clear();
          broken.batch.add(sequence, text, from, 16, Batch.Outputs.NONE);
          broken.decoder.forward(broken.batch);
        }
        broken.batch.clear();
        broken.batch.add(sequence, new int[] {9, 5}, 0, 2, Batch.Outputs.LAST);
        String message =
            assertThrows(NotFiniteException.class, () -> broken.decoder.forward(broken.batch))
                .getMessage();
        assertTrue(message.contains("tensor token_embd.weight has NaN in row 9"), message);
      }
    }
  }

  /** Numbers stay numbers as long as the broken row is not read. */
  @Test
  void aTokenThatIsNotReadHarmsNobody() {
    try (Broken broken = broken("llama", "token_embd.weight", 77, 7, Float.NaN);
        Broken sound = broken("llama", "none", 0, 0, 0);
        Sequence one = broken.decoder.newSequence();
        Sequence other = sound.decoder.newSequence()) {
      broken.read(one, TOKENS, 5);
      sound.read(other, TOKENS, 5);
      assertEquals(
          List.of(sound.logits[3], sound.logits[9]), List.of(broken.logits[3], broken.logits[9]));
      assertThrows(NotFiniteException.class, () -> broken.read(one, new int[] {77}, 1));
      assertEquals(TOKENS.length, one.length(), "as after a cancelled pass");
      broken.read(one, new int[] {6}, 1);
      sound.read(other, new int[] {6}, 1);
      assertEquals(sound.logits[3], broken.logits[3], "it goes on");
    }
  }

  /** One sequence of several in a pass; the others are as before it. */
  @Test
  void oneOfSeveralSequencesIsEnough() {
    for (Kernels kernels : KernelSets.all()) {
      for (int at = 0; at < 4; at++) {
        BrokenModel place = new BrokenModel("token_embd.weight", 77, 7, Float.NaN);
        try (Broken broken = broken("llama", kernels, place)) {
          Sequence[] all = new Sequence[4];
          broken.batch.clear();
          for (int i = 0; i < 4; i++) {
            all[i] = broken.decoder.newSequence();
            int[] tokens = {1, i == at ? 77 : 2, 3};
            broken.batch.add(all[i], tokens, 0, 3, Batch.Outputs.LAST);
          }
          String message =
              assertThrows(NotFiniteException.class, () -> broken.decoder.forward(broken.batch))
                  .getMessage();
          assertTrue(message.contains("first in the embeddings: tensor token_embd"), message);
          broken.batch.clear();
          for (int i = 0; i < 4; i++) {
            assertEquals(0, all[i].length());
            broken.batch.add(all[i], new int[] {1, 2}, 0, 2, Batch.Outputs.LAST);
          }
          broken.decoder.forward(broken.batch);
          for (int i = 0; i < 4; i++) {
            int output = i;
            assertDoesNotThrow(() -> broken.decoder.logits(output, broken.logits));
            all[i].close();
          }
        }
      }
    }
  }

  /**
   * A saved sequence whose last value, of the last layer, is none, and which is whole otherwise.
   */
  @Test
  void aCachedValueThatIsNoNumber() throws IOException {
    try (Broken sound = broken("llama", "none", 0, 0, 0);
        Sequence sequence = sound.decoder.newSequence()) {
      sound.read(sequence, TOKENS, 5);
      Path file = folder.resolve("sequence");
      SequenceFile.save(file, sound.decoder, sequence, List.of());
      byte[] bytes = Files.readAllBytes(file);
      int end = bytes.length - 4;
      bytes[end - 1] = bytes[end - 2] = (byte) 0xFF; // a NaN of 16 bits
      CRC32C sum = new CRC32C();
      sum.update(bytes, 0, end);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) sum.getValue());
      Files.write(file, bytes);
      try (Sequence again = sound.decoder.newSequence()) {
        SequenceFile.load(file, sound.decoder, again);
        String message =
            assertThrows(NotFiniteException.class, () -> sound.read(again, new int[] {6}, 1))
                .getMessage();
        assertTrue(
            message.contains("first in layer 1, though all weights are finite: a value is"),
            message);
        assertTrue(message.endsWith("or a saved sequence is damaged"), message);
      }
    }
  }

  /** −∞ of all is no distribution; −∞ of some is one. */
  @Test
  void logits() {
    float inf = Float.POSITIVE_INFINITY;
    try (Broken broken = broken("llama", "output.weight", -1, 2, inf)) {
      String message = broken.message(TOKENS, 5);
      assertTrue(message.contains("first in the logits: tensor output.weight has Inf"), message);
    }
    try (Broken broken = broken("llama", "output.weight", -1, 2, -inf)) {
      String message = broken.message(TOKENS, 5);
      assertTrue(message.contains("first in the logits: tensor output.weight has -Inf"), message);
    }
    // One row: a logit of +∞ where its sign is that of the hidden state, else −∞.
    int legal = 0;
    for (float value : new float[] {inf, -inf}) {
      try (Broken broken = broken("llama", "output.weight", 9, 2, value);
          Sequence sequence = broken.decoder.newSequence()) {
        broken.read(sequence, TOKENS, 5);
        assertEquals(-inf, broken.logits[9]);
        legal++;
      } catch (NotFiniteException e) {
        assertTrue(e.getMessage().contains("has " + value + " in row 9, column 2"));
      }
    }
    assertEquals(1, legal);
  }

  /** What a softcap makes of infinity is a number, and means nothing. */
  @Test
  void aSoftcapHidesNothing() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int row : new int[] {-1, 77}) {
        for (Kernels kernels : KernelSets.all()) {
          BrokenModel place = new BrokenModel("output.weight", row, 2, value);
          try (Broken broken =
              new Broken(
                  "gemma2",
                  kernels,
                  file -> {
                    Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
                    Tensor t = tensors.get("token_embd.weight"); // tied, and that is read before
                    tensors.put(
                        "output.weight",
                        new Tensor("output.weight", t.type(), t.shape(), t.data()));
                    return place.in(tensors);
                  })) {
            String message = broken.message(TOKENS, 5);
            String found = "first in the logits: tensor output.weight has " + value;
            assertTrue(message.contains(found), kernels.name() + ": " + message);
          }
        }
      }
    }
  }

  /** Finite weights may make numbers that are too large. */
  @ParameterizedTest
  @CsvSource({
    "blk.0.attn_norm.weight, 3e38, 'first in layer 0'",
    "blk.1.ffn_norm.weight, 3e38, 'first in layer 1'",
    "output_norm.weight, 3e38, 'first after the output norm'"
  })
  void whatIsTooLargeIsSaid(String tensor, float value, String place) {
    try (Broken broken = broken("llama", tensor, -1, -1, value)) {
      String message = broken.message(TOKENS, 5);
      assertTrue(
          message.endsWith(
              place
                  + ", though all weights are finite: a value is larger than its type can hold, or"
                  + " a saved sequence is damaged"),
          message);
      assertFalse(message.contains("tensor"), message);
    }
  }
}
