package dev.jora.serve.dialect;

import dev.jora.sampling.SamplingParams;
import dev.jora.serve.text.TextSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of a text as llama-server repeats them. */
final class GenerationSettings {
  private GenerationSettings() {}

  static Map<String, Object> of(TextSettings s) {
    SamplingParams p = s.sampling();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", p.seed() & 0xffffffffL);
    json.put("temperature", p.temperature().value());
    json.put("dynatemp_range", p.temperature().range());
    json.put("dynatemp_exponent", p.temperature().exponent());
    json.put("top_k", p.topK());
    json.put("top_p", p.topP());
    json.put("min_p", p.minP());
    json.put("top_a", p.topA());
    json.put("top_n_sigma", p.topNSigma());
    json.put("xtc_probability", p.xtc().probability());
    json.put("xtc_threshold", p.xtc().threshold());
    json.put("typical_p", p.typicalP());
    json.put("repeat_last_n", p.penalties().lastN());
    json.put("repeat_penalty", p.penalties().repeat());
    json.put("presence_penalty", p.penalties().presence());
    json.put("frequency_penalty", p.penalties().frequency());
    json.put("dry_multiplier", p.dry().multiplier());
    json.put("dry_base", p.dry().base());
    json.put("dry_allowed_length", p.dry().allowedLength());
    json.put("dry_penalty_last_n", p.dry().lastN());
    json.put("dry_sequence_breakers", p.dry().breakers());
    json.put("mirostat", p.mirostat().version());
    json.put("mirostat_tau", p.mirostat().tau());
    json.put("mirostat_eta", p.mirostat().eta());
    json.put("adaptive_target", p.adaptiveP().target());
    json.put("adaptive_decay", p.adaptiveP().decay());
    json.put("stop", s.stops());
    json.put("max_tokens", s.maxTokens());
    json.put("n_predict", s.maxTokens());
    json.put("n_keep", 0);
    json.put("n_discard", 0);
    json.put("ignore_eos", p.ignoreEos());
    json.put("stream", s.stream());
    json.put("logit_bias", biases(p));
    json.put("n_probs", s.probabilities());
    json.put("min_keep", p.minKeep());
    json.put("grammar", s.grammar());
    json.put("grammar_lazy", !s.triggers().isEmpty());
    json.put("grammar_triggers", s.triggers());
    json.put("preserved_tokens", List.of());
    json.put("chat_format", "Content-only");
    json.put("reasoning_format", "deepseek");
    json.put("reasoning_in_content", false);
    json.put("generation_prompt", "");
    json.put("samplers", p.samplers());
    json.put("speculative.types", "none");
    json.put("timings_per_token", s.timingsPerToken());
    json.put("post_sampling_probs", s.afterSampling());
    json.put("backend_sampling", false);
    json.put("lora", List.of());
    return json;
  }

  private static List<Object> biases(SamplingParams p) {
    List<Object> biases = new ArrayList<>();
    p.logitBias()
        .forEach(
            (id, bias) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("token", id);
              one.put("bias", Float.isInfinite(bias) ? null : bias);
              biases.add(one);
            });
    return biases;
  }
}
