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
  public static final SamplingParams DEFAULT =
      new SamplingParams(
          -1,
          DEFAULT_SAMPLERS,
          new Temperature(0.8f, 0, 1),
          40,
          0.95f,
          0.05f,
          0,
          1,
          -1,
          new Xtc(0, 0.1f),
          new Penalties(64, 1, 0, 0),
          new Dry(0, 1.75f, 2, 64, List.of("\n", ":", "\"", "*")),
          new Mirostat(0, 5, 0.1f),
          new AdaptiveP(-1, 0.9f),
          0,
          Map.of(),
          false);

  /** Always the likeliest token. */
  public static final SamplingParams GREEDY = DEFAULT.with(new Temperature(0, 0, 1));

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
      finite("--temp", value);
      atLeast("--dynatemp-range", range, 0);
      finite("--dynatemp-exp", exponent);
    }
  }

  /** Exclude top choices. */
  public record Xtc(float probability, float threshold) {
    /** Checks the numbers. */
    public Xtc {
      within("--xtc-probability", probability, 0, 1);
      atLeast("--xtc-threshold", threshold, 0);
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
      atLeast("--repeat-last-n", lastN, -1);
      above("--repeat-penalty", repeat, 0);
      finite("--frequency-penalty", frequency);
      finite("--presence-penalty", presence);
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
      atLeast("--dry-multiplier", multiplier, 0);
      finite("--dry-base", base);
      atLeast("--dry-allowed-length", allowedLength, 0);
      atLeast("--dry-penalty-last-n", lastN, -1);
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
      within("--mirostat", version, 0, 2);
      atLeast("--mirostat-ent", tau, 0);
      atLeast("--mirostat-lr", eta, 0);
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
      finite("--adaptive-target", target);
      if (target > 1) {
        throw new IllegalArgumentException(
            "--adaptive-target must be at most 1, not " + number(target));
      }
      within("--adaptive-decay", decay, 0, 0.99f);
    }
  }

  /** Checks the numbers and the names. */
  public SamplingParams {
    samplers = samplers.stream().map(Samplers::canonical).toList();
    logitBias = Map.copyOf(logitBias);
    finite("--top-p", topP);
    finite("--min-p", minP);
    finite("--top-a", topA);
    finite("--typical", typicalP);
    finite("--top-nsigma", topNSigma);
    atLeast("--min-keep", minKeep, 0);
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
    return new SamplingParams(
        other,
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

  /** The same at another temperature. */
  public SamplingParams with(Temperature other) {
    return new SamplingParams(
        seed, samplers, other, topK, topP, minP, topA, typicalP, topNSigma, xtc, penalties, dry,
        mirostat, adaptiveP, minKeep, logitBias, ignoreEos);
  }

  private static void finite(String flag, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(flag + " must be a finite number, not " + value);
    }
  }

  private static void atLeast(String flag, float value, float least) {
    finite(flag, value);
    if (value < least) {
      throw new IllegalArgumentException(
          flag + " must be at least " + number(least) + ", not " + number(value));
    }
  }

  private static void above(String flag, float value, float bound) {
    finite(flag, value);
    if (value <= bound) {
      throw new IllegalArgumentException(
          flag + " must be above " + number(bound) + ", not " + number(value));
    }
  }

  private static void within(String flag, float value, float least, float most) {
    finite(flag, value);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          flag
              + " must be from "
              + number(least)
              + " to "
              + number(most)
              + ", not "
              + number(value));
    }
  }

  /** Whole numbers without a fraction. */
  private static String number(float value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
  }
}
