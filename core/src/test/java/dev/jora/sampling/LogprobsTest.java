package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Log-probabilities of raw logits. */
class LogprobsTest {
  @Test
  void likeliestFirstTiesById() {
    float[] logits = Chains.logits(.1, .3, .3, .2, .1);
    List<Logprobs.Entry> top = Logprobs.top(logits, 4);
    int[] ids = top.stream().mapToInt(Logprobs.Entry::id).toArray();
    assertArrayEquals(new int[] {1, 2, 3, 0}, ids);
    assertEquals(Math.log(.3), top.get(0).logprob(), 1e-6);
    assertEquals(.2, top.get(2).probability(), 1e-6);
    assertEquals(logits[3], top.get(2).logit());
    assertEquals(top.get(3), Logprobs.of(logits, 0));
  }

  @Test
  void shiftsDoNotMatter() {
    float[] logits = {1000, 1001, 1002};
    double whole = 1 + Math.exp(-1) + Math.exp(-2);
    assertEquals(-Math.log(whole), Logprobs.of(logits, 2).logprob(), 1e-9);
    assertEquals(1002 + Math.log(whole), Logprobs.logSumExp(logits), 1e-9);
  }

  @Test
  void askingForMoreOrNone() {
    assertEquals(3, Logprobs.top(new float[3], 9).size());
    assertEquals(200, Logprobs.top(new float[300], 200).size());
    assertEquals(List.of(), Logprobs.top(new float[3], 0));
  }

  @Test
  void forbiddenAndNotANumber() {
    float[] logits = {Float.NaN, 0, Float.NEGATIVE_INFINITY};
    assertEquals(0, Logprobs.of(logits, 1).logprob());
    assertEquals(Double.NEGATIVE_INFINITY, Logprobs.of(logits, 0).logprob());
    assertEquals(0, Logprobs.of(logits, 2).probability());
    assertEquals(List.of(Logprobs.of(logits, 1)), Logprobs.top(logits, 3));
    float[] none = {Float.NEGATIVE_INFINITY, Float.NaN};
    assertEquals(Double.NEGATIVE_INFINITY, Logprobs.of(none, 0).logprob());
  }
}
