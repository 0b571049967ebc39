package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains that go back: what they know is what they knew, but their random numbers go on. */
class RewindTest {
  private static final int SIZE = 50;

  static Stream<SamplingParams.Builder> chains() {
    Stream.Builder<SamplingParams.Builder> all = Stream.builder();
    for (int lastN : new int[] {-1, 1, 5, 64}) {
      all.add(
          SamplingParams.builder()
              .penalties(new Penalties.Params(lastN, 1.4f, 0.2f, 0.3f))
              .dry(new Dry.Params(2, 1.75f, 1, lastN, List.of())));
    }
    for (int version = 1; version <= 2; version++) {
      all.add(SamplingParams.builder().mirostat(new Mirostat.Params(version, 2, 0.5f)));
    }
    return all.add(SamplingParams.builder().adaptiveP(new AdaptiveP.Params(0.3f, 0.9f))).build();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void whatItKnowsIsWhatItKnew(SamplingParams.Builder params) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      SamplerChain chain = new SamplerChain(params.seed(seed).build(), Chains.vocabulary(SIZE));
      int step = go(chain, 1000 * seed, random.nextInt(90));
      ChainMark mark = chain.mark();
      SamplerChain control = chain.copy();
      for (int time = 0; time < 3; time++) {
        go(chain, 1000 * seed + 500 + step, random.nextInt(80));
        chain.rewind(mark);
        float[] logits = Chains.random(seed, SIZE);
        SamplerChain other = control.copy();
        chain.sample(logits);
        other.sample(logits);
        assertEquals(seen(other), seen(chain), "seed " + seed);
        chain.rewind(mark);
      }
    }
  }

  private static int go(SamplerChain chain, int first, int tokens) {
    for (int i = 0; i < tokens; i++) {
      chain.accept(chain.sample(Chains.random(first + i, SIZE)) % 7);
    }
    return tokens;
  }

  private static List<String> seen(SamplerChain chain) {
    Candidates c = chain.candidates();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < c.count(); i++) {
      all.add(c.id(i) + " " + c.p(i));
    }
    return all;
  }

  @Test
  void randomNumbersGoOn() {
    SamplerChain chain =
        new SamplerChain(SamplingParams.builder().seed(3).build(), Chains.vocabulary(SIZE));
    float[] even = new float[SIZE];
    ChainMark mark = chain.mark();
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      drawn.add(chain.sample(even));
      chain.rewind(mark);
    }
    assertTrue(drawn.stream().distinct().count() > 5, drawn.toString());
  }

  @Test
  void whatIsForbiddenIsNotDrawn() {
    for (SamplingParams.Builder params :
        List.of(
            Chains.everything(),
            SamplingParams.builder().temperature(new Temperature.Params(0, 0, 1)))) {
      SamplerChain chain = new SamplerChain(params.seed(1).build(), Chains.vocabulary(SIZE));
      Forbidden forbidden = new Forbidden();
      for (int left = SIZE; left > 0; left--) {
        int id = chain.sample(Chains.random(5, SIZE), forbidden);
        assertTrue(!forbidden.contains(id));
        assertEquals(
            left > 1, chain.leavesOther(chain.mark(), Chains.random(5, SIZE), forbidden, id));
        forbidden.add(id, "some words");
      }
      String message =
          assertThrows(
                  NoTokenException.class, () -> chain.sample(Chains.random(5, SIZE), forbidden))
              .getMessage();
      assertTrue(message.contains("the banned phrase 'some words'"), message);
    }
  }
}
