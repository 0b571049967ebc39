package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Somebody who wants a text, and all that came of it: also the logits, to the bit. */
final class EngineUser implements GenerationListener, AutoCloseable {
  /**
   * What is wanted.
   *
   * @param joins the step of the engine before which it comes
   * @param keep see {@link Generator.Options#shiftKeep}
   * @param patience tokens after which it wants no more
   * @param negative what it is led away from, or null
   */
  record Wish(int[] prompt, int joins, int tokens, int keep, int patience, int[] negative) {
    Wish(int[] prompt, int joins, int tokens, int keep, int patience) {
      this(prompt, joins, tokens, keep, patience, null);
    }

    Wish ledAwayFrom(int[] negative) {
      return new Wish(prompt, joins, tokens, keep, patience, negative);
    }

    Wish(int[] prompt, int joins, int tokens) {
      this(prompt, joins, tokens, -1, Integer.MAX_VALUE);
    }
  }

  private static final float SCALE = 1.8f;

  final Wish wish;
  final TextStream stream;
  final List<Integer> logits = new ArrayList<>();
  final StringBuilder shown = new StringBuilder();
  int read;
  private final Sequence sequence;
  private final PromptCache negative;

  EngineUser(Decoder decoder, Tokenizer tokenizer, Wish wish) {
    this.wish = wish;
    this.sequence = decoder.newSequence();
    SamplerChain sampler = sampler(decoder, tokenizer, wish.prompt.length, Map.of());
    Generator.Options options =
        new Generator.Options(wish.tokens, List.of("qx"), id -> false, wish.keep);
    this.stream = new TextStream(sequence, tokenizer, wish.prompt, sampler, options, this);
    this.negative = wish.negative == null ? null : new PromptCache(decoder, wish.keep);
    if (negative != null) {
      stream.guided(new Guidance(SCALE, negative, wish.negative));
    }
  }

  /** llama.cpp's samplers with a seed and biases. */
  static SamplerChain sampler(
      Decoder decoder, Tokenizer tokenizer, int seed, Map<Integer, Float> bias) {
    SamplingParams d = SamplingParams.DEFAULT;
    SamplingParams params =
        new SamplingParams(
            seed,
            d.samplers(),
            d.temperature(),
            d.topK(),
            d.topP(),
            d.minP(),
            d.topA(),
            d.typicalP(),
            d.topNSigma(),
            d.xtc(),
            d.penalties(),
            d.dry(),
            d.mirostat(),
            d.adaptiveP(),
            d.minKeep(),
            bias,
            false);
    return new SamplerChain(
        params, new VocabularyTexts(tokenizer, decoder.model().vocabularySize()));
  }

  /** The same wish, with nobody else there. */
  static EngineUser alone(Decoder decoder, Tokenizer tokenizer, Wish wish) {
    EngineUser user = new EngineUser(decoder, tokenizer, wish);
    Engine engine = new Engine(decoder);
    engine.add(user.stream);
    while (engine.step()) {
      // until it ends
    }
    return user;
  }

  /** All wishes, each from its step on. */
  static List<EngineUser> together(Decoder decoder, Tokenizer tokenizer, List<Wish> wishes) {
    Engine engine = new Engine(decoder);
    List<EngineUser> users =
        wishes.stream().map(wish -> new EngineUser(decoder, tokenizer, wish)).toList();
    int last = wishes.stream().mapToInt(Wish::joins).max().orElse(0);
    boolean more = true;
    for (int step = 0; step <= last || more; step++) {
      for (EngineUser user : users) {
        if (user.wish.joins == step) {
          engine.add(user.stream);
        }
      }
      more = engine.step();
    }
    assertEquals(0, engine.size());
    return users;
  }

  int drawn() {
    return logits.size();
  }

  /** A fault, or why it stopped. */
  Object end() {
    return stream.fault() == null ? stream.stop() : stream.fault().getClass();
  }

  void assertSame(EngineUser other, String what) {
    assertEquals(other.end(), end(), what);
    assertEquals(other.logits, logits, what);
    assertEquals(other.shown.toString(), shown.toString(), what);
    if (stream.fault() == null) {
      Generation found = stream.result();
      Generation expected = other.stream.result();
      assertEquals(Arrays.toString(expected.ids()), Arrays.toString(found.ids()), what);
      assertEquals(expected.text(), found.text(), what);
      assertEquals(expected.timings().promptTokens(), found.timings().promptTokens(), what);
      assertEquals(expected.timings().evalRuns(), found.timings().evalRuns(), what);
      assertEquals(
          Arrays.toString(other.sequence.tokens()), Arrays.toString(sequence.tokens()), what);
      if (negative != null) {
        assertEquals(
            Arrays.toString(other.negative.sequence().tokens()),
            Arrays.toString(negative.sequence().tokens()),
            what);
      }
    }
  }

  @Override
  public void prompt(int done, int total) {
    read = done;
  }

  @Override
  public void token(int id, float[] row) {
    logits.add(31 * Arrays.hashCode(row) + id);
  }

  @Override
  public void text(String piece) {
    shown.append(piece);
  }

  @Override
  public boolean cancelled() {
    return drawn() >= wish.patience;
  }

  @Override
  public void close() {
    sequence.close();
    if (negative != null) {
      negative.close();
    }
  }
}
