package dev.jora.serve.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.engine.BannedPhrases;
import dev.jora.sampling.AdaptiveP;
import dev.jora.sampling.Dry;
import dev.jora.sampling.Mirostat;
import dev.jora.sampling.Penalties;
import dev.jora.sampling.SamplingParams;
import dev.jora.sampling.Temperature;
import dev.jora.sampling.Xtc;
import dev.jora.serve.model.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as they are being read: each field is what {@link TextSettings} has, or makes it. */
final class Draft {
  int seed;
  List<String> samplers;
  float temperature;
  float dynatempRange;
  float dynatempExponent;
  int topK;
  float topP;
  float minP;
  float topA;
  float typicalP;
  float topNSigma;
  float xtcProbability;
  float xtcThreshold;
  int repeatLastN;
  float repeatPenalty;
  float frequencyPenalty;
  float presencePenalty;
  float dryMultiplier;
  float dryBase;
  int dryAllowedLength;
  int dryLastN;
  List<String> dryBreakers;
  int mirostat;
  float mirostatTau;
  float mirostatEta;
  float adaptiveTarget;
  float adaptiveDecay;
  int minKeep;
  final Map<Integer, Float> logitBias;
  boolean ignoreEos;
  int maxTokens;
  final List<String> stops;
  boolean trimStop = true;
  final List<String> banned = new ArrayList<>();
  boolean bannedIgnoreCase;
  String grammar = "";
  final List<String> triggers = new ArrayList<>();
  ObjectNode schema;
  int probabilities;
  boolean afterSampling;
  boolean stream;
  boolean reuse = true;
  boolean returnTokens;
  boolean timingsPerToken;
  boolean progress;
  boolean special;
  float cfgScale = 1;
  String negativePrompt = "";
  int most;
  int texts = 1;

  /** From what the server's owner says. */
  Draft(Offer offer) {
    SamplingParams p = offer.sampling();
    seed = p.seed();
    samplers = p.samplers();
    temperature = p.temperature().value();
    dynatempRange = p.temperature().range();
    dynatempExponent = p.temperature().exponent();
    topK = p.topK();
    topP = p.topP();
    minP = p.minP();
    topA = p.topA();
    typicalP = p.typicalP();
    topNSigma = p.topNSigma();
    xtcProbability = p.xtc().probability();
    xtcThreshold = p.xtc().threshold();
    repeatLastN = p.penalties().lastN();
    repeatPenalty = p.penalties().repeat();
    frequencyPenalty = p.penalties().frequency();
    presencePenalty = p.penalties().presence();
    dryMultiplier = p.dry().multiplier();
    dryBase = p.dry().base();
    dryAllowedLength = p.dry().allowedLength();
    dryLastN = p.dry().lastN();
    dryBreakers = p.dry().breakers();
    mirostat = p.mirostat().version();
    mirostatTau = p.mirostat().tau();
    mirostatEta = p.mirostat().eta();
    adaptiveTarget = p.adaptiveP().target();
    adaptiveDecay = p.adaptiveP().decay();
    minKeep = p.minKeep();
    logitBias = new HashMap<>(p.logitBias());
    ignoreEos = p.ignoreEos();
    maxTokens = offer.maxTokens();
    stops = new ArrayList<>(offer.stops());
  }

  /**
   * The settings.
   *
   * @throws dev.jora.fault.ParameterException if a number is out of its range
   */
  TextSettings settings() {
    SamplingParams sampling =
        SamplingParams.builder()
            .seed(seed)
            .samplers(samplers)
            .temperature(
                new Temperature.Params(
                    Math.max(0, temperature), Math.max(0, dynatempRange), dynatempExponent))
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .topA(topA)
            .typicalP(typicalP)
            .topNSigma(topNSigma)
            .xtc(new Xtc.Params(xtcProbability, xtcThreshold))
            .penalties(
                new Penalties.Params(repeatLastN, repeatPenalty, frequencyPenalty, presencePenalty))
            .dry(new Dry.Params(dryMultiplier, dryBase, dryAllowedLength, dryLastN, dryBreakers))
            .mirostat(new Mirostat.Params(mirostat, mirostatTau, mirostatEta))
            .adaptiveP(new AdaptiveP.Params(adaptiveTarget, adaptiveDecay))
            .minKeep(minKeep)
            .logitBias(logitBias)
            .ignoreEos(ignoreEos)
            .build();
    return new TextSettings(
        sampling,
        maxTokens,
        List.copyOf(stops),
        trimStop,
        banned.isEmpty() ? BannedPhrases.NONE : new BannedPhrases(banned, bannedIgnoreCase),
        grammar,
        List.copyOf(triggers),
        schema,
        probabilities,
        afterSampling,
        stream,
        reuse,
        returnTokens,
        timingsPerToken,
        progress,
        special,
        cfgScale,
        negativePrompt,
        most,
        texts);
  }
}
