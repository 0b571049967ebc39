package dev.jora.sampling;

import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws tokens: biases, the samplers a user asked for in their order, then one draw. The chain of
 * mirostat is temperature and mirostat alone. A grammar, when there is one, refuses the token
 * drawn; the draw is then repeated with the grammar between biases and samplers. One chain per
 * sequence, one thread at a time.
 */
public final class SamplerChain {
  private final int seed;
  private final Map<Integer, Float> bias;
  private final List<Sampler> samplers;
  private final Drawer drawer;
  private final int vocabulary;
  private final Candidates candidates;
  private final boolean greedy;

  /** A chain with these parameters over a vocabulary. */
  public SamplerChain(SamplingParams params, TokenTexts vocabulary) {
    this.seed = params.seed() == -1 ? new SplittableRandom().nextInt() : params.seed();
    Samplers.Context context = new Samplers.Context(params, seed, vocabulary);
    this.bias = new HashMap<>(params.logitBias());
    for (int id : bias.keySet()) {
      if (id < 0 || id >= vocabulary.size()) {
        throw new ParameterException(
            Sentence.of(
                "%s: token %d is outside the vocabulary of %d",
                SamplingParams.LOGIT_BIAS, id, vocabulary.size()));
      }
    }
    if (params.ignoreEos()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        if (vocabulary.isEog(id)) {
          bias.put(id, Float.NEGATIVE_INFINITY);
        }
      }
    }
    this.samplers = Samplers.chain(context);
    this.drawer = Samplers.drawer(context);
    this.vocabulary = vocabulary.size();
    this.candidates = new Candidates(this.vocabulary);
    boolean cold =
        samplers.stream()
            .anyMatch(
                s ->
                    s instanceof Temperature t
                        && t.params().value() <= 0
                        && t.params().range() == 0);
    this.greedy =
        cold && drawer instanceof Distribution && samplers.stream().allMatch(Sampler::keepsLargest);
  }

  private SamplerChain(SamplerChain other) {
    seed = other.seed;
    bias = other.bias;
    samplers = other.samplers.stream().map(Sampler::copy).toList();
    drawer = other.drawer.copy();
    candidates = new Candidates(other.vocabulary);
    vocabulary = other.vocabulary;
    greedy = other.greedy;
  }

  /** A chain that goes on as this one would, apart from it: for the fork of a sequence. */
  public SamplerChain copy() {
    return new SamplerChain(this);
  }

  /** The seed in use, drawn at random where none was given. */
  public int seed() {
    return seed;
  }

  /**
   * Draws a token. Does not {@link #accept} it. Where all logits are −∞, the first.
   *
   * @param logits of the whole vocabulary; not changed; a NaN counts as −∞
   * @throws NoTokenException if biases forbid all that the logits allow
   */
  public int sample(float[] logits) {
    candidates.fill(logits);
    bias.forEach((id, value) -> candidates.logit(id, candidates.logit(id) + value));
    if (!bias.isEmpty() && candidates.max() == Float.NEGATIVE_INFINITY) {
      throw new NoTokenException(vocabulary);
    }
    if (greedy) {
      candidates.keepOnly(candidates.argmax());
      return candidates.id(0);
    }
    for (Sampler sampler : samplers) {
      sampler.apply(candidates);
    }
    return candidates.id(drawer.draw(candidates));
  }

  /** A token of prompt or text was read. */
  public void accept(int id) {
    for (Sampler sampler : samplers) {
      sampler.accept(id);
    }
  }

  /** As new. */
  public void reset() {
    samplers.forEach(Sampler::reset);
    drawer.reset();
  }

  /** What the last draw chose from. */
  public Candidates candidates() {
    return candidates;
  }
}
