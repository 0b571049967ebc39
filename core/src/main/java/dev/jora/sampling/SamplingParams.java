package dev.jora.sampling;

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
    Temperature temperature,
    int topK,
    float topP,
    float minP,
    float topA,
    float typicalP,
    float topNSigma,
    Xtc xtc,
    Penalties penalties,
    Dry dry,
    Mirostat mirostat,
    AdaptiveP adaptiveP,
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

  /** llama.cpp's defaults. */
  public static final SamplingParams DEFAULT = builder().build();

  /** Always the likeliest token. */
  public static final SamplingParams GREEDY = builder().temperature(0).build();

  /**
   * l / T.
   *
   * @param value T; ≤ 0 takes the likeliest
   * @param range T varies by so much with the entropy; 0 off
   * @param exponent of the entropy's share
   */
  public record Temperature(float value, float range, float exponent) {
    /** Checks the numbers. */
    public Temperature {
      Range.finite("--temp", value);
      Range.atLeast("--dynatemp-range", range, 0);
      Range.finite("--dynatemp-exp", exponent);
    }
  }

  /** Exclude top choices. */
  public record Xtc(float probability, float threshold) {
    /** Checks the numbers. */
    public Xtc {
      Range.within("--xtc-probability", probability, 0, 1);
      Range.atLeast("--xtc-threshold", threshold, 0);
    }
  }

  /**
   * Penalties for tokens seen lately.
   *
   * @param lastN tokens looked at; 0 off, −1 all
   * @param repeat divides positive logits, multiplies negative ones; 1 off
   * @param frequency is subtracted once per occurrence
   * @param presence is subtracted once
   */
  public record Penalties(int lastN, float repeat, float frequency, float presence) {
    /** Checks the numbers. */
    public Penalties {
      Range.atLeast("--repeat-last-n", lastN, -1);
      Range.above("--repeat-penalty", repeat, 0);
      Range.finite("--frequency-penalty", frequency);
      Range.finite("--presence-penalty", presence);
    }
  }

  /**
   * Don't repeat yourself: a penalty that grows with the length of the sequence being repeated.
   *
   * @param multiplier 0 off
   * @param lastN tokens looked at; 0 off, −1 all
   * @param breakers texts that no repetition reaches across
   */
  public record Dry(
      float multiplier, float base, int allowedLength, int lastN, List<String> breakers) {
    /** Checks the numbers. */
    public Dry {
      breakers = List.copyOf(breakers);
      Range.atLeast("--dry-multiplier", multiplier, 0);
      Range.finite("--dry-base", base);
      Range.atLeast("--dry-allowed-length", allowedLength, 0);
      Range.atLeast("--dry-penalty-last-n", lastN, -1);
    }
  }

  /**
   * Mirostat: steers the surprise of the text.
   *
   * @param version 0 off, 1 or 2
   * @param tau the surprise wanted, in bits
   * @param eta how fast it learns
   */
  public record Mirostat(int version, float tau, float eta) {
    /** Checks the numbers. */
    public Mirostat {
      Range.within("--mirostat", version, 0, 2);
      Range.atLeast("--mirostat-ent", tau, 0);
      Range.atLeast("--mirostat-lr", eta, 0);
    }
  }

  /**
   * Adaptive p: steers the probability of the tokens drawn.
   *
   * @param target the probability wanted; below 0 off
   * @param decay how slowly the past is forgotten
   */
  public record AdaptiveP(float target, float decay) {
    /** Checks the numbers. */
    public AdaptiveP {
      Range.finite("--adaptive-target", target);
      if (target > 1) {
        throw new IllegalArgumentException(
            "--adaptive-target must be at most 1, not " + Range.number(target));
      }
      Range.within("--adaptive-decay", decay, 0, 0.99f);
    }
  }

  /** Checks the numbers and the names. */
  public SamplingParams {
    samplers = samplers.stream().map(Samplers::canonical).toList();
    logitBias = Map.copyOf(logitBias);
    Range.finite("--top-p", topP);
    Range.finite("--min-p", minP);
    Range.finite("--top-a", topA);
    Range.finite("--typical", typicalP);
    Range.finite("--top-nsigma", topNSigma);
    Range.atLeast("--min-keep", minKeep, 0);
    logitBias.forEach(
        (id, bias) -> {
          if (Float.isNaN(bias) || bias == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                "--logit-bias of token " + id + " must be a number or -inf, not " + bias);
          }
        });
  }

  /** The same with another seed. */
  public SamplingParams withSeed(int other) {
    return toBuilder().seed(other).build();
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
    private Temperature temperature = new Temperature(0.8f, 0, 1);
    private int topK = 40;
    private float topP = 0.95f;
    private float minP = 0.05f;
    private float topA;
    private float typicalP = 1;
    private float topNSigma = -1;
    private Xtc xtc = new Xtc(0, 0.1f);
    private Penalties penalties = new Penalties(64, 1, 0, 0);
    private Dry dry = new Dry(0, 1.75f, 2, 64, List.of("\n", ":", "\"", "*"));
    private Mirostat mirostat = new Mirostat(0, 5, 0.1f);
    private AdaptiveP adaptiveP = new AdaptiveP(-1, 0.9f);
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
    public Builder temperature(Temperature value) {
      temperature = value;
      return this;
    }

    /** T, as it is for every entropy; 0 takes the likeliest. */
    public Builder temperature(float value) {
      return temperature(new Temperature(value, 0, 1));
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
    public Builder xtc(Xtc value) {
      xtc = value;
      return this;
    }

    /** For tokens seen lately. */
    public Builder penalties(Penalties value) {
      penalties = value;
      return this;
    }

    /** For sequences that repeat. */
    public Builder dry(Dry value) {
      dry = value;
      return this;
    }

    /** In place of all samplers but temperature. */
    public Builder mirostat(Mirostat value) {
      mirostat = value;
      return this;
    }

    /** In place of the plain draw. */
    public Builder adaptiveP(AdaptiveP value) {
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
