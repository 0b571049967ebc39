package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizableTest {
  /** Whatever the file says: GGML forgets trailing dimensions of 1. */
  @Test
  void aMatrixOfOneRowIsAVector() {
    String name = "blk.0.ffn_gate_inp_shexp.weight";
    assertEquals(false, Quantizable.test(name, Shape.of(64)));
    assertEquals(false, Quantizable.test(name, Shape.of(64, 1)));
    assertEquals(false, Quantizable.test(name, Shape.of(64, 1, 1, 1)));
    assertEquals(true, Quantizable.test(name, Shape.of(64, 2)));
    assertEquals(true, Quantizable.test("blk.0.ffn_up_exps.weight", Shape.of(64, 1, 2)));
    assertEquals(true, Quantizable.test("blk.0.ffn_up.weight", Shape.of(1, 64)));
  }

  /** What the new kinds of layers read as floats. */
  @ParameterizedTest
  @CsvSource({
    "blk.0.ssm_conv1d.weight, 4, 128",
    "blk.0.shortconv.conv.weight, 3, 64",
    "blk.0.ssm_a, 16, 128",
    "blk.0.ssm_d, 1, 8",
    "blk.0.ssm_norm.weight, 32, 2",
    "blk.0.ffn_gate_inp.weight, 64, 4",
    "blk.0.ffn_up_exps.bias, 96, 4",
    "blk.0.attn_q_norm.weight, 32, 4",
    "per_layer_model_proj.weight, 64, 128"
  })
  void theseStayAsTheyAre(String name, long ne0, long ne1) {
    assertEquals(false, Quantizable.test(name, Shape.of(ne0, ne1)));
  }
}
