package dev.jora.cli;

import dev.jora.sampling.Samplers;
import dev.jora.sampling.SamplingParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How tokens are drawn: llama.cpp's flags and defaults. */
final class SamplingOptions {
  @Option(
      names = {"-s", "--seed"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Seed of the random numbers (default: -1, a random one).")
  long seed;

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
      defaultValue = "0.8",
      description = "Temperature; 0 takes the likeliest token (default: ${DEFAULT-VALUE}).")
  float temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "40",
      description = "Keep the N likeliest, 0 off (default: ${DEFAULT-VALUE}).")
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description = "Keep the likeliest up to a sum of P, 1 off (default: ${DEFAULT-VALUE}).")
  float topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0.05",
      description = "Drop below P times the likeliest, 0 off (default: ${DEFAULT-VALUE}).")
  float minP;

  @Option(
      names = "--top-a",
      paramLabel = "A",
      defaultValue = "0",
      description = "Drop below A times the likeliest squared, 0 off (default: ${DEFAULT-VALUE}).")
  float topA;

  @Option(
      names = {"--top-nsigma", "--top-n-sigma"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Drop beyond N standard deviations, -1 off (default: ${DEFAULT-VALUE}).")
  float topNSigma;

  @Option(
      names = {"--typical", "--typical-p"},
      paramLabel = "P",
      defaultValue = "1",
      description = "Locally typical sampling, 1 off (default: ${DEFAULT-VALUE}).")
  float typical;

  @Option(
      names = "--xtc-probability",
      paramLabel = "P",
      defaultValue = "0",
      description = "Chance of excluding top choices, 0 off (default: ${DEFAULT-VALUE}).")
  float xtcProbability;

  @Option(
      names = "--xtc-threshold",
      paramLabel = "P",
      defaultValue = "0.1",
      description = "XTC excludes above P, 1 off (default: ${DEFAULT-VALUE}).")
  float xtcThreshold;

  @Option(
      names = "--repeat-last-n",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens that penalties look at, 0 off, -1 all (default: ${DEFAULT-VALUE}).")
  int repeatLastN;

  @Option(
      names = "--repeat-penalty",
      paramLabel = "N",
      defaultValue = "1",
      description = "Penalty for repeated tokens, 1 off (default: ${DEFAULT-VALUE}).")
  float repeatPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "N",
      defaultValue = "0",
      description = "Penalty for tokens that have come (default: ${DEFAULT-VALUE}).")
  float presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "N",
      defaultValue = "0",
      description = "Penalty per time a token has come (default: ${DEFAULT-VALUE}).")
  float frequencyPenalty;

  @Option(
      names = "--dry-multiplier",
      paramLabel = "N",
      defaultValue = "0",
      description = "DRY penalty for repeated sequences, 0 off (default: ${DEFAULT-VALUE}).")
  float dryMultiplier;

  @Option(
      names = "--dry-base",
      paramLabel = "N",
      defaultValue = "1.75",
      description = "DRY: base of the penalty (default: ${DEFAULT-VALUE}).")
  float dryBase;

  @Option(
      names = "--dry-allowed-length",
      paramLabel = "N",
      defaultValue = "2",
      description = "DRY: repetitions up to N tokens are free (default: ${DEFAULT-VALUE}).")
  int dryAllowedLength;

  @Option(
      names = "--dry-penalty-last-n",
      paramLabel = "N",
      defaultValue = "64",
      description = "DRY: tokens looked at, 0 off, -1 all (default: ${DEFAULT-VALUE}).")
  int dryLastN;

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
      defaultValue = "0",
      description = "Temperature varies by N with the entropy, 0 off (default: ${DEFAULT-VALUE}).")
  float dynatempRange;

  @Option(
      names = "--dynatemp-exp",
      paramLabel = "N",
      defaultValue = "1",
      description = "Exponent of the entropy in it (default: ${DEFAULT-VALUE}).")
  float dynatempExponent;

  @Option(
      names = "--mirostat",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Mirostat 1 or 2 in place of other samplers, 0 off (default: ${DEFAULT-VALUE}).")
  int mirostat;

  @Option(
      names = "--mirostat-lr",
      paramLabel = "N",
      defaultValue = "0.1",
      description = "Mirostat's learning rate, eta (default: ${DEFAULT-VALUE}).")
  float mirostatEta;

  @Option(
      names = "--mirostat-ent",
      paramLabel = "N",
      defaultValue = "5",
      description = "Mirostat's target entropy, tau (default: ${DEFAULT-VALUE}).")
  float mirostatTau;

  @Option(
      names = "--adaptive-target",
      paramLabel = "P",
      defaultValue = "-1",
      description = "Adaptive p: draw near probability P, below 0 off (default: ${DEFAULT-VALUE}).")
  float adaptiveTarget;

  @Option(
      names = "--adaptive-decay",
      paramLabel = "N",
      defaultValue = "0.9",
      description = "Adaptive p: how slowly the past is forgotten (default: ${DEFAULT-VALUE}).")
  float adaptiveDecay;

  @Option(
      names = "--min-keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "Samplers leave at least N tokens (default: ${DEFAULT-VALUE}).")
  int minKeep;

  @Option(
      names = {"-l", "--logit-bias"},
      paramLabel = "ID(+/-)BIAS",
      description = "Makes a token more or less likely: 15043+1, 29905-inf; repeatable.")
  List<String> logitBias = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "Never draw a token that ends the text.")
  boolean ignoreEos;

  /** The parameters that these options make. */
  SamplingParams params() {
    try {
      return new SamplingParams(
          seed(),
          chain(),
          new SamplingParams.Temperature(temperature, dynatempRange, dynatempExponent),
          topK,
          topP,
          minP,
          topA,
          typical,
          topNSigma,
          new SamplingParams.Xtc(xtcProbability, xtcThreshold),
          new SamplingParams.Penalties(
              repeatLastN, repeatPenalty, frequencyPenalty, presencePenalty),
          new SamplingParams.Dry(dryMultiplier, dryBase, dryAllowedLength, dryLastN, breakers()),
          new SamplingParams.Mirostat(mirostat, mirostatTau, mirostatEta),
          new SamplingParams.AdaptiveP(adaptiveTarget, adaptiveDecay),
          minKeep,
          biases(),
          ignoreEos);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(e.getMessage(), e);
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
