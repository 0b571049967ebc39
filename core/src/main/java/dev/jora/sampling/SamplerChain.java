package dev.jora.sampling;

import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.TokenMask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws tokens: biases, the samplers a user asked for in their order, then one draw. The chain of
 * mirostat is temperature and mirostat alone. A grammar, where there is one, may refuse the token
 * drawn; as in llama.cpp it is then drawn again, with the grammar between biases and samplers. One
 * chain per sequence, one thread at a time.
 */
public final class SamplerChain {
  private static final Forbidden NONE = new Forbidden();

  private final int seed;
  private final Map<Integer, Float> bias;
  private final List<Sampler> samplers;
  private final Drawer drawer;
  private final int vocabulary;
  private final Candidates candidates;
  private final boolean greedy;
  private GrammarState root; // null for no grammar
  private GrammarState grammar;
  private int accepted;

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
    root = other.root;
    grammar = other.grammar;
    accepted = other.accepted;
  }

  /** A chain that goes on as this one would, apart from it: for the fork of a sequence. */
  public SamplerChain copy() {
    return new SamplerChain(this);
  }

  /** Holds the text to a grammar from here on. */
  public void hold(GrammarState state) {
    root = state;
    grammar = state;
  }

  /** The seed in use, drawn at random where none was given. */
  public int seed() {
    return seed;
  }

  /** True if the text has come to the end of its grammar, and no token could say so. */
  public boolean isOver() {
    return grammar != null && grammar.isOver();
  }

  /** True if the text may end where it is: there is no grammar, or it is complete. */
  public boolean isComplete() {
    return grammar == null || grammar.isAccepting();
  }

  /**
   * Draws a token. Does not {@link #accept} it. Where all logits are −∞, the first.
   *
   * @param logits of the whole vocabulary; not changed; a NaN counts as −∞
   * @throws NoTokenException if biases and grammar forbid all that the logits allow
   * @throws dev.jora.grammar.GrammarException if the text can be read in too many ways
   */
  public int sample(float[] logits) {
    return sample(logits, NONE);
  }

  /**
   * Likewise, without tokens that are forbidden at this place.
   *
   * @throws NoTokenException as above; if some are forbidden it names their phrase
   */
  public int sample(float[] logits, Forbidden forbidden) {
    int id = draw(logits, forbidden, null);
    return grammar == null || !grammar.accept(id).isDead()
        ? id
        : draw(logits, forbidden, grammar.mask());
  }

  private int draw(float[] logits, Forbidden forbidden, TokenMask mask) {
    candidates.fill(logits);
    bias.forEach((id, value) -> candidates.logit(id, candidates.logit(id) + value));
    forbidden.apply(candidates);
    boolean any = mask == null || candidates.keep(mask);
    boolean narrowed = !bias.isEmpty() || mask != null || !forbidden.isEmpty();
    if (!any || narrowed && candidates.max() == Float.NEGATIVE_INFINITY) {
      throw new NoTokenException(vocabulary, mask != null, forbidden.phrase());
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

  /** A token of the prompt was read: samplers look back at it, a grammar does not see it. */
  public void acceptPrompt(int id) {
    accepted++;
    for (Sampler sampler : samplers) {
      sampler.accept(id);
    }
  }

  /** A token of the text was drawn, or put there. */
  public void accept(int id) {
    acceptPrompt(id);
    if (grammar != null) {
      grammar = grammar.accept(id);
    }
  }

  /** The place before the token that is drawn next. */
  public ChainMark mark() {
    return new ChainMark(accepted, drawer.learned(), grammar);
  }

  /**
   * Goes back to a place of this text: to what samplers and grammar knew there. Random numbers go
   * on.
   */
  public void rewind(ChainMark mark) {
    for (; accepted > mark.accepted; accepted--) {
      samplers.forEach(Sampler::takeBack);
    }
    drawer.learned(mark.learned);
    grammar = mark.grammar;
  }

  /**
   * True if at a place another token than one could be drawn.
   *
   * @param logits at that place
   */
  public boolean leavesOther(ChainMark mark, float[] logits, Forbidden forbidden, int than) {
    TokenMask mask = mark.grammar == null ? null : mark.grammar.mask();
    for (int id = 0; id < logits.length; id++) {
      float logit = Candidates.guarded(logits[id]) + bias.getOrDefault(id, 0f);
      if (Candidates.guarded(logit) > Float.NEGATIVE_INFINITY
          && id != than
          && !forbidden.contains(id)
          && (mask == null || mask.allows(id))) {
        return true;
      }
    }
    return false;
  }

  /** True if a grammar says what may come. */
  public boolean hasGrammar() {
    return grammar != null;
  }

  /** As new. */
  public void reset() {
    accepted = 0;
    samplers.forEach(Sampler::reset);
    drawer.reset();
    grammar = root;
  }

  /** What the last draw chose from. */
  public Candidates candidates() {
    return candidates;
  }
}
