package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Names, letters, defaults and limits. */
class SamplingParamsTest {
  @Test
  void llamaCppDefaults() {
    SamplingParams d = SamplingParams.DEFAULT;
    assertEquals(-1, d.seed());
    assertEquals(new Temperature.Params(0.8f, 0, 1), d.temperature());
    assertEquals(40, d.topK());
    assertEquals(0.95f, d.topP());
    assertEquals(0.05f, d.minP());
    assertEquals(1, d.typicalP());
    assertEquals(-1, d.topNSigma());
    assertEquals(0, d.topA());
    assertEquals(new Xtc.Params(0, 0.1f), d.xtc());
    assertEquals(new Penalties.Params(64, 1, 0, 0), d.penalties());
    assertEquals(new Dry.Params(0, 1.75f, 2, 64, List.of("\n", ":", "\"", "*")), d.dry());
    assertEquals(new Mirostat.Params(0, 5, 0.1f), d.mirostat());
    assertEquals(new AdaptiveP.Params(-1, 0.9f), d.adaptiveP());
  }

  @Test
  void theDefaultChainIsLlamaCppsWithTopA() {
    List<String> chain = new ArrayList<>(SamplingParams.DEFAULT_SAMPLERS);
    chain.remove("top_a");
    assertEquals(Samplers.parseLetters("edskypmxt"), chain);
    assertEquals(
        List.of(
            "penalties",
            "dry",
            "top_n_sigma",
            "top_k",
            "typ_p",
            "top_p",
            "min_p",
            "xtc",
            "temperature"),
        chain);
    for (String name : SamplingParams.DEFAULT_SAMPLERS) {
      assertTrue(Samplers.names().contains(name));
    }
  }

  @Test
  void namesAliasesAndSpellings() {
    assertEquals(
        List.of("top_k", "top_k", "top_k", "top_p", "top_p", "typ_p", "typ_p", "typ_p"),
        Samplers.parseNames("top_k;top-k;topk;nucleus;top-p;typical;typ;typical-p"));
    assertEquals(
        List.of("temperature", "temperature", "min_p", "top_n_sigma", "xtc", "adaptive_p"),
        Samplers.parseNames("temp; temperature;minp;top-n-sigma;xtc;adaptive-p"));
    assertEquals(List.of(), Samplers.parseNames(""));
    assertEquals(List.of("adaptive_p", "top_a"), Samplers.parseLetters("aA"));
  }

  @Test
  void unknownNamesAreRefusedWithTheList() {
    String name = message(() -> Samplers.parseNames("top_k;topq"));
    assertTrue(name.contains("'topq'") && name.contains("min_p (m)"), name);
    String letter = message(() -> Samplers.parseLetters("kz"));
    assertTrue(letter.contains("'z'") && letter.contains("temperature (t)"), letter);
    SamplingParams.Builder builder = SamplingParams.builder();
    builder.samplers(List.of("warmth"));
    assertTrue(message(builder::build).contains("'warmth'"));
  }

  @Test
  void numbersOutOfRangeAreRefusedByName() {
    assertEquals(
        "repeat_penalty must be above 0, not 0", message(() -> new Penalties.Params(64, 0, 0, 0)));
    assertEquals(
        "repeat_last_n must be at least -1, not -2",
        message(() -> new Penalties.Params(-2, 1, 0, 0)));
    assertEquals(
        "xtc_probability must be from 0 to 1, not 1.5", message(() -> new Xtc.Params(1.5f, 0)));
    assertEquals(
        "mirostat must be from 0 to 2, not 3", message(() -> new Mirostat.Params(3, 5, 0.1f)));
    assertEquals(
        "adaptive_target must be at most 1, not 1.25",
        message(() -> new AdaptiveP.Params(1.25f, 0.9f)));
    assertEquals(
        "adaptive_decay must be from 0 to 0.99, not 1",
        message(() -> new AdaptiveP.Params(0.5f, 1)));
    assertEquals(
        "temperature must be a finite number, not NaN",
        message(() -> new Temperature.Params(Float.NaN, 0, 1)));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      refused("frequency_penalty", () -> new Penalties.Params(64, 1, bad, 0));
      refused("presence_penalty", () -> new Penalties.Params(64, 1, 0, bad));
      refused("repeat_penalty", () -> new Penalties.Params(64, bad, 0, 0));
      refused("dry_multiplier", () -> new Dry.Params(bad, 1.75f, 2, 64, List.of()));
      refused("dry_base", () -> new Dry.Params(1, bad, 2, 64, List.of()));
      refused("dynatemp_range", () -> new Temperature.Params(1, bad, 1));
      refused("mirostat_tau", () -> new Mirostat.Params(2, bad, 0.1f));
      refused("top_p", () -> with(b -> b.topP(bad)));
      refused("min_p", () -> with(b -> b.minP(bad)));
      refused("top_a", () -> with(b -> b.topA(bad)));
      refused("typical_p", () -> with(b -> b.typicalP(bad)));
      refused("top_n_sigma", () -> with(b -> b.topNSigma(bad)));
      refused("logit_bias of token 7", () -> with(b -> b.logitBias(Map.of(7, bad))));
    }
    refused("min_keep", () -> with(b -> b.minKeep(-1)));
  }

  @Test
  void aBiasOutsideTheVocabularyIsRefused() {
    SamplingParams params = with(b -> b.logitBias(Map.of(10, 1f)));
    String message = message(() -> new SamplerChain(params, Chains.vocabulary(10)));
    assertTrue(message.contains("token 10") && message.contains("10"), message);
  }

  @Test
  void theGivenListsMayChangeAfterwards() {
    List<String> names = new ArrayList<>(List.of("top_k"));
    SamplingParams params = with(b -> b.samplers(names));
    names.clear();
    assertEquals(List.of("top_k"), params.samplers());
  }

  @Test
  void aBuilderStartsFromTheDefaultsOrFromOthers() {
    assertEquals(SamplingParams.DEFAULT, SamplingParams.builder().build());
    SamplingParams odd =
        Chains.everything()
            .seed(7)
            .samplers(List.of("top_k", "xtc"))
            .topK(11)
            .topP(0.5f)
            .minP(0.25f)
            .mirostat(new Mirostat.Params(2, 4, 0.2f))
            .adaptiveP(new AdaptiveP.Params(0.5f, 0.5f))
            .minKeep(3)
            .logitBias(Map.of(1, -2f))
            .ignoreEos(true)
            .build();
    assertEquals(odd, odd.toBuilder().build());
    SamplingParams other = odd.toBuilder().seed(8).build();
    assertEquals(8, other.seed());
    assertEquals(odd, other.toBuilder().seed(7).build());
  }

  private static SamplingParams with(Consumer<SamplingParams.Builder> change) {
    SamplingParams.Builder builder = SamplingParams.builder();
    change.accept(builder);
    return builder.build();
  }

  private static void refused(String flag, Executable made) {
    String message = message(made);
    assertTrue(message.startsWith(flag), message);
  }

  private static String message(Executable made) {
    return assertThrows(IllegalArgumentException.class, made).getMessage();
  }
}
