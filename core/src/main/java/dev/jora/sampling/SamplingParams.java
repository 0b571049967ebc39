package dev.jora.sampling;

import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import java.util.List;
import java.util.Map;

/**
 * All that decides how tokens are drawn, with llama.cpp's names and defaults.
 *
 * @param seed −1 for a random one
 * @param samplers names of the chain, in order
 * @param topK keep the K largest; ≤ 0 off
 * @param topP keep the largest until their probabilities sum to P; ≥ 1 off
 * @param minP keep p ≥ P · p_max; ≤ 0 off
 * @param topA keep p ≥ A · p_max²; ≤ 0 off
 * @param typicalP locally typical sampling; ≥ 1 off
 * @param topNSigma keep logits within N standard deviations of the largest; ≤ 0 off
 * @param minKeep samplers that drop candidates leave at least so many
 * @param logitBias added to logits, by token; −∞ forbids
 * @param ignoreEos forbids every token that ends a text
 */
public record SamplingParams(
    int seed,
    List<String> samplers,
    Temperature.Params temperature,
    int topK,
    float topP,
    float minP,
    float topA,
    float typicalP,
    float topNSigma,
    Xtc.Params xtc,
    Penalties.Params penalties,
    Dry.Params dry,
    Mirostat.Params mirostat,
    AdaptiveP.Params adaptiveP,
    int minKeep,
    Map<Integer, Float> logitBias,
    boolean ignoreEos) {

  /** The chain unless somebody wants another. */
  public static final List<String> DEFAULT_SAMPLERS =
      List.of(
          "penalties",
          "dry",
          "top_n_sigma",
          "top_k",
          "typ_p",
          "top_p",
          "min_p",
          "top_a",
          "xtc",
          "temperature");

  static final Parameter LOGIT_BIAS = new Parameter("logit_bias");

  /** llama.cpp's defaults. */
  public static final SamplingParams DEFAULT = builder().build();

  /** Always the likeliest token. */
  public static final SamplingParams GREEDY = builder().temperature(0).build();

  /** Checks the numbers and the names. */
  public SamplingParams {
    samplers = samplers.stream().map(Samplers::canonical).toList();
    logitBias = Map.copyOf(logitBias);
    Range.finite("top_p", topP);
    Range.finite("min_p", minP);
    Range.finite("top_a", topA);
    Range.finite("typical_p", typicalP);
    Range.finite("top_n_sigma", topNSigma);
    Range.atLeast("min_keep", minKeep, 0);
    logitBias.forEach(
        (id, bias) -> {
          if (Float.isNaN(bias) || bias == Float.POSITIVE_INFINITY) {
            throw new ParameterException(
                Sentence.of(
                    "%s of token %d must be a number or -inf, not %s", LOGIT_BIAS, id, bias));
          }
        });
  }

  /** Starts from llama.cpp's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these values. */
  public Builder toBuilder() {
    return new Builder()
        .seed(seed)
        .samplers(samplers)
        .temperature(temperature)
        .topK(topK)
        .topP(topP)
        .minP(minP)
        .topA(topA)
        .typicalP(typicalP)
        .topNSigma(topNSigma)
        .xtc(xtc)
        .penalties(penalties)
        .dry(dry)
        .mirostat(mirostat)
        .adaptiveP(adaptiveP)
        .minKeep(minKeep)
        .logitBias(logitBias)
        .ignoreEos(ignoreEos);
  }

  /** Starts from llama.cpp's defaults; what was set last counts. */
  public static final class Builder {
    private int seed = -1;
    private List<String> samplers = DEFAULT_SAMPLERS;
    private Temperature.Params temperature = Temperature.Params.DEFAULT;
    private int topK = 40;
    private float topP = 0.95f;
    private float minP = 0.05f;
    private float topA;
    private float typicalP = 1;
    private float topNSigma = -1;
    private Xtc.Params xtc = Xtc.Params.DEFAULT;
    private Penalties.Params penalties = Penalties.Params.DEFAULT;
    private Dry.Params dry = Dry.Params.DEFAULT;
    private Mirostat.Params mirostat = Mirostat.Params.DEFAULT;
    private AdaptiveP.Params adaptiveP = AdaptiveP.Params.DEFAULT;
    private int minKeep;
    private Map<Integer, Float> logitBias = Map.of();
    private boolean ignoreEos;

    private Builder() {}

    /** −1 for a random one. */
    public Builder seed(int value) {
      seed = value;
      return this;
    }

    /** Names of the chain, in order. */
    public Builder samplers(List<String> value) {
      samplers = value;
      return this;
    }

    /** Fixed or led by the entropy. */
    public Builder temperature(Temperature.Params value) {
      temperature = value;
      return this;
    }

    /** T, as it is for every entropy; 0 takes the likeliest. */
    public Builder temperature(float value) {
      return temperature(new Temperature.Params(value, 0, 1));
    }

    /** Keeps the K largest; ≤ 0 off. */
    public Builder topK(int value) {
      topK = value;
      return this;
    }

    /** Keeps the largest until their probabilities sum to P; ≥ 1 off. */
    public Builder topP(float value) {
      topP = value;
      return this;
    }

    /** Keeps p ≥ P · p_max; ≤ 0 off. */
    public Builder minP(float value) {
      minP = value;
      return this;
    }

    /** Keeps p ≥ A · p_max²; ≤ 0 off. */
    public Builder topA(float value) {
      topA = value;
      return this;
    }

    /** Locally typical sampling; ≥ 1 off. */
    public Builder typicalP(float value) {
      typicalP = value;
      return this;
    }

    /** Keeps logits within N standard deviations of the largest; ≤ 0 off. */
    public Builder topNSigma(float value) {
      topNSigma = value;
      return this;
    }

    /** Excludes top choices. */
    public Builder xtc(Xtc.Params value) {
      xtc = value;
      return this;
    }

    /** For tokens seen lately. */
    public Builder penalties(Penalties.Params value) {
      penalties = value;
      return this;
    }

    /** For sequences that repeat. */
    public Builder dry(Dry.Params value) {
      dry = value;
      return this;
    }

    /** In place of all samplers but temperature. */
    public Builder mirostat(Mirostat.Params value) {
      mirostat = value;
      return this;
    }

    /** In place of the plain draw. */
    public Builder adaptiveP(AdaptiveP.Params value) {
      adaptiveP = value;
      return this;
    }

    /** Samplers that drop candidates leave at least so many. */
    public Builder minKeep(int value) {
      minKeep = value;
      return this;
    }

    /** Added to logits, by token; −∞ forbids. */
    public Builder logitBias(Map<Integer, Float> value) {
      logitBias = value;
      return this;
    }

    /** Forbids every token that ends a text. */
    public Builder ignoreEos(boolean value) {
      ignoreEos = value;
      return this;
    }

    /**
     * The finished parameters.
     *
     * @throws IllegalArgumentException if a number is out of its range, or a sampler unknown
     */
    public SamplingParams build() {
      return new SamplingParams(
          seed,
          samplers,
          temperature,
          topK,
          topP,
          minP,
          topA,
          typicalP,
          topNSigma,
          xtc,
          penalties,
          dry,
          mirostat,
          adaptiveP,
          minKeep,
          logitBias,
          ignoreEos);
    }
  }
}
