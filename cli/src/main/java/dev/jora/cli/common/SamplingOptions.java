package dev.jora.cli.common;

import dev.jora.engine.BannedPhrases;
import dev.jora.sampling.AdaptiveP;
import dev.jora.sampling.Dry;
import dev.jora.sampling.Mirostat;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.Samplers;
import dev.jora.sampling.SamplingParams;
import dev.jora.sampling.Temperature;
import dev.jora.sampling.Xtc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How tokens are drawn: llama.cpp's flags and defaults. */
public final class SamplingOptions {
  @Option(
      names = {"-s", "--seed"},
      paramLabel = "N",
      description = "Seed of the random numbers (default: -1, a random one).")
  long seed = -1;

  @Option(
      names = "--samplers",
      paramLabel = "A;B;C",
      description =
          "Samplers in order, separated by ';' (default: penalties; dry; top_n_sigma; top_k; typ_p;"
              + " top_p; min_p; top_a; xtc; temperature).")
  String samplers;

  @Option(
      names = {"--sampling-seq", "--sampler-seq"},
      paramLabel = "LETTERS",
      description =
          "The same, a letter each, as llama.cpp has them (edskypmxt, A for top_a, a for"
              + " adaptive_p).")
  String samplingSeq;

  @Option(
      names = {"--temp", "--temperature"},
      paramLabel = "N",
      description = "Temperature; 0 takes the likeliest token (default: ${DEFAULT-VALUE}).")
  float temperature = 0.8f;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Keep the N likeliest, 0 off (default: ${DEFAULT-VALUE}).")
  int topK = 40;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keep the likeliest up to a sum of P, 1 off (default: ${DEFAULT-VALUE}).")
  float topP = 0.95f;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Drop below P times the likeliest, 0 off (default: ${DEFAULT-VALUE}).")
  float minP = 0.05f;

  @Option(
      names = "--top-a",
      paramLabel = "A",
      description = "Drop below A times the likeliest squared, 0 off (default: ${DEFAULT-VALUE}).")
  float topA;

  @Option(
      names = {"--top-nsigma", "--top-n-sigma"},
      paramLabel = "N",
      description = "Drop beyond N standard deviations, -1 off (default: ${DEFAULT-VALUE}).")
  float topNSigma = -1f;

  @Option(
      names = {"--typical", "--typical-p"},
      paramLabel = "P",
      description = "Locally typical sampling, 1 off (default: ${DEFAULT-VALUE}).")
  float typical = 1f;

  @Option(
      names = "--xtc-probability",
      paramLabel = "P",
      description = "Chance of excluding top choices, 0 off (default: ${DEFAULT-VALUE}).")
  float xtcProbability;

  @Option(
      names = "--xtc-threshold",
      paramLabel = "P",
      description = "XTC excludes above P, 1 off (default: ${DEFAULT-VALUE}).")
  float xtcThreshold = 0.1f;

  @Option(
      names = "--repeat-last-n",
      paramLabel = "N",
      description = "Tokens that penalties look at, 0 off, -1 all (default: ${DEFAULT-VALUE}).")
  int repeatLastN = 64;

  @Option(
      names = "--repeat-penalty",
      paramLabel = "N",
      description = "Penalty for repeated tokens, 1 off (default: ${DEFAULT-VALUE}).")
  float repeatPenalty = 1f;

  @Option(
      names = "--presence-penalty",
      paramLabel = "N",
      description = "Penalty for tokens that have come (default: ${DEFAULT-VALUE}).")
  float presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "N",
      description = "Penalty per time a token has come (default: ${DEFAULT-VALUE}).")
  float frequencyPenalty;

  @Option(
      names = "--dry-multiplier",
      paramLabel = "N",
      description = "DRY penalty for repeated sequences, 0 off (default: ${DEFAULT-VALUE}).")
  float dryMultiplier;

  @Option(
      names = "--dry-base",
      paramLabel = "N",
      description = "DRY: base of the penalty (default: ${DEFAULT-VALUE}).")
  float dryBase = 1.75f;

  @Option(
      names = "--dry-allowed-length",
      paramLabel = "N",
      description = "DRY: repetitions up to N tokens are free (default: ${DEFAULT-VALUE}).")
  int dryAllowedLength = 2;

  @Option(
      names = "--dry-penalty-last-n",
      paramLabel = "N",
      description = "DRY: tokens looked at, 0 off, -1 all (default: ${DEFAULT-VALUE}).")
  int dryLastN = 64;

  @Option(
      names = "--dry-sequence-breaker",
      paramLabel = "TEXT",
      description =
          "DRY: text that ends a sequence; repeatable, replaces the defaults (line end, ':', '\"',"
              + " '*'); 'none' for none.")
  List<String> dryBreakers = new ArrayList<>();

  @Option(
      names = "--dynatemp-range",
      paramLabel = "N",
      description = "Temperature varies by N with the entropy, 0 off (default: ${DEFAULT-VALUE}).")
  float dynatempRange;

  @Option(
      names = "--dynatemp-exp",
      paramLabel = "N",
      description = "Exponent of the entropy in it (default: ${DEFAULT-VALUE}).")
  float dynatempExponent = 1f;

  @Option(
      names = "--mirostat",
      paramLabel = "N",
      description =
          "Mirostat 1 or 2 in place of other samplers, 0 off (default: ${DEFAULT-VALUE}).")
  int mirostat;

  @Option(
      names = "--mirostat-lr",
      paramLabel = "N",
      description = "Mirostat's learning rate, eta (default: ${DEFAULT-VALUE}).")
  float mirostatEta = 0.1f;

  @Option(
      names = "--mirostat-ent",
      paramLabel = "N",
      description = "Mirostat's target entropy, tau (default: ${DEFAULT-VALUE}).")
  float mirostatTau = 5f;

  @Option(
      names = "--adaptive-target",
      paramLabel = "P",
      description = "Adaptive p: draw near probability P, below 0 off (default: ${DEFAULT-VALUE}).")
  float adaptiveTarget = -1f;

  @Option(
      names = "--adaptive-decay",
      paramLabel = "N",
      description = "Adaptive p: how slowly the past is forgotten (default: ${DEFAULT-VALUE}).")
  float adaptiveDecay = 0.9f;

  @Option(
      names = "--min-keep",
      paramLabel = "N",
      description = "Samplers leave at least N tokens (default: ${DEFAULT-VALUE}).")
  int minKeep;

  @Option(
      names = {"-l", "--logit-bias"},
      paramLabel = "ID(+/-)BIAS",
      description = "Makes a token more or less likely: 15043+1, 29905-inf; repeatable.")
  List<String> logitBias = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "Never draw a token that ends the text.")
  boolean ignoreEos;

  @Mixin BanOptions ban = new BanOptions();

  /** Takes its texts as they are meant; once, before any is used. */
  public void unescape(EscapeOptions escapes) {
    dryBreakers.replaceAll(escapes::text);
    ban.unescape(escapes);
  }

  /** Refuses options that mean nothing on a command line. */
  public void check() {
    ban.check();
  }

  /** What must not come. */
  public BannedPhrases banned() {
    return ban.phrases();
  }

  /** The parameters that these options make. */
  public SamplingParams params() {
    return params(0);
  }

  /**
   * Likewise, for the n-th of several texts.
   *
   * @param text from 0; each has a seed of its own
   */
  public SamplingParams params(int text) {
    try {
      return SamplingParams.builder()
          .seed(seed() == -1 ? -1 : seed() + text)
          .samplers(chain())
          .temperature(new Temperature.Params(temperature, dynatempRange, dynatempExponent))
          .topK(topK)
          .topP(topP)
          .minP(minP)
          .topA(topA)
          .typicalP(typical)
          .topNSigma(topNSigma)
          .xtc(new Xtc.Params(xtcProbability, xtcThreshold))
          .penalties(
              new Penalties.Params(repeatLastN, repeatPenalty, frequencyPenalty, presencePenalty))
          .dry(new Dry.Params(dryMultiplier, dryBase, dryAllowedLength, dryLastN, breakers()))
          .mirostat(new Mirostat.Params(mirostat, mirostatTau, mirostatEta))
          .adaptiveP(new AdaptiveP.Params(adaptiveTarget, adaptiveDecay))
          .minKeep(minKeep)
          .logitBias(biases())
          .ignoreEos(ignoreEos)
          .build();
    } catch (IllegalArgumentException e) {
      throw UserException.usage(Flags.message(e), e);
    }
  }

  /** Seeds are 32 bits, signed or not. */
  private int seed() {
    if (seed < Integer.MIN_VALUE || seed > 0xffffffffL) {
      throw UserException.usage("--seed must fit into 32 bits, " + seed + " does not");
    }
    return (int) seed;
  }

  private List<String> chain() {
    if (samplingSeq != null) {
      return Samplers.parseLetters(samplingSeq);
    }
    return samplers == null ? SamplingParams.DEFAULT_SAMPLERS : Samplers.parseNames(samplers);
  }

  private List<String> breakers() {
    if (dryBreakers.isEmpty()) {
      return SamplingParams.DEFAULT.dry().breakers();
    }
    return dryBreakers.equals(List.of("none")) ? List.of() : dryBreakers;
  }

  private Map<Integer, Float> biases() {
    Map<Integer, Float> biases = new HashMap<>();
    for (String list : logitBias) {
      for (String entry : list.split(",")) {
        int sign = Math.max(entry.indexOf('+', 1), entry.indexOf('-', 1));
        try {
          int id = Integer.parseInt(entry.substring(0, sign).strip());
          String value = entry.substring(sign + 1).strip();
          float bias = value.equals("inf") ? Float.POSITIVE_INFINITY : Float.parseFloat(value);
          biases.put(id, entry.charAt(sign) == '-' ? -bias : bias);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
          throw UserException.usage(
              "--logit-bias takes ID+BIAS or ID-BIAS, as in 15043+1.5 or 29905-inf, not '"
                  + entry
                  + "'",
              e);
        }
      }
    }
    return biases;
  }
}
