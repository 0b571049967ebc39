package dev.jora.convert.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParameterCountsTest {
  @Test
  void labelsAreLlamaCpps() {
    for (JsonNode row : Goldens.rows("sizes")) {
      JsonNode c = row.get(0);
      ParameterCounts counts =
          new ParameterCounts(
              c.get(0).longValue(),
              c.get(1).longValue(),
              c.get(2).longValue(),
              c.get(3).intValue());
      assertEquals(Optional.of(row.get(1).textValue()), counts.sizeLabel(), c.toString());
    }
  }

  /** As llama.cpp has it since its Python package 0.19, which said 1000K. */
  @Test
  void roundCountsHaveTheGreaterUnit() {
    assertEquals(Optional.of("1.0M"), new ParameterCounts(1_000_000, 0, 0, 0).sizeLabel());
    assertEquals(Optional.of("1.0B"), new ParameterCounts(1_000_000_000, 0, 0, 0).sizeLabel());
    assertEquals(Optional.of("1.0T"), new ParameterCounts(1_000_000_000_000L, 0, 0, 0).sizeLabel());
  }

  @Test
  void nothingAndAdaptersHaveNoLabel() {
    assertEquals(Optional.empty(), new ParameterCounts(0, 0, 0, 0).sizeLabel());
    assertEquals(Optional.empty(), new ParameterCounts(-5000, 5000, 0, 0).sizeLabel());
  }

  @Test
  void anExpertIsCountedOnceALayer() {
    assertEquals(
        new ParameterCounts(4 * 6 + 10 + 4 * 6 + 12, 10 + 12, 6 + 6, 4),
        ParameterCounts.of(
            List.of(
                tensor("token_embd.weight", 5, 2),
                tensor("blk.0.ffn_up_exps.weight", 2, 3, 4),
                tensor("blk.0.ffn_down_exps.weight", 3, 2, 4),
                // Of two dimensions it is shared, whatever its name.
                tensor("blk.0.ffn_up_exps.bias", 3, 4))));
  }

  /** Layers of 4 and of 2 experts: 3 on average; a bias of three dimensions has them second. */
  @Test
  void expertsAreAveraged() {
    assertEquals(
        new ParameterCounts(40 + 20 + 24, 0, 10 + 10 + 6, 3),
        ParameterCounts.of(
            List.of(
                tensor("blk.0.ffn_up_exps.weight", 2, 5, 4),
                tensor("blk.1.ffn_up_exps.weight", 2, 5, 2),
                tensor("blk.2.ffn_up_exps.bias", 3, 4, 2))));
  }

  @Test
  void adaptersCountWhatTheyChangeBelowZero() {
    assertEquals(
        new ParameterCounts(-(64 * 32), 64 * 32, 0, 0),
        ParameterCounts.of(
            List.of(
                tensor("blk.0.attn_q.weight.lora_a", 64, 4),
                tensor("blk.0.attn_q.weight.lora_b", 4, 32))));
    assertEquals(
        new ParameterCounts(0, 0, 0, 0),
        ParameterCounts.of(
            List.of(
                tensor("blk.0.attn_k.weight.lora_a", 64, 4),
                tensor("blk.0.attn_q.weight.lora_b", 4, 32))));
    assertEquals(
        new ParameterCounts(0, 0, 0, 0),
        ParameterCounts.of(List.of(tensor("blk.0.attn_q.weight.lora_b", 4, 32))));
  }

  @Test
  void noExpertsAreNoFault() {
    assertEquals(
        new ParameterCounts(0, 0, 0, 0),
        ParameterCounts.of(List.of(tensor("blk.0.ffn_up_exps.weight", 2, 5, 0))));
  }

  private static TensorInfo tensor(String name, long... ne) {
    return new TensorInfo(name, GgmlType.F32, Shape.of(ne), 0);
  }
}
