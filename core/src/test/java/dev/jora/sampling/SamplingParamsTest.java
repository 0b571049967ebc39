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
    assertEquals(new SamplingParams.Temperature(0.8f, 0, 1), d.temperature());
    assertEquals(40, d.topK());
    assertEquals(0.95f, d.topP());
    assertEquals(0.05f, d.minP());
    assertEquals(1, d.typicalP());
    assertEquals(-1, d.topNSigma());
    assertEquals(0, d.topA());
    assertEquals(new SamplingParams.Xtc(0, 0.1f), d.xtc());
    assertEquals(new SamplingParams.Penalties(64, 1, 0, 0), d.penalties());
    assertEquals(new SamplingParams.Dry(0, 1.75f, 2, 64, List.of("\n", ":", "\"", "*")), d.dry());
    assertEquals(new SamplingParams.Mirostat(0, 5, 0.1f), d.mirostat());
    assertEquals(new SamplingParams.AdaptiveP(-1, 0.9f), d.adaptiveP());
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
  void numbersOutOfRangeAreRefusedByFlag() {
    assertEquals(
        "--repeat-penalty must be above 0, not 0",
        message(() -> new SamplingParams.Penalties(64, 0, 0, 0)));
    assertEquals(
        "--repeat-last-n must be at least -1, not -2",
        message(() -> new SamplingParams.Penalties(-2, 1, 0, 0)));
    assertEquals(
        "--xtc-probability must be from 0 to 1, not 1.5",
        message(() -> new SamplingParams.Xtc(1.5f, 0)));
    assertEquals(
        "--mirostat must be from 0 to 2, not 3",
        message(() -> new SamplingParams.Mirostat(3, 5, 0.1f)));
    assertEquals(
        "--adaptive-target must be at most 1, not 1.25",
        message(() -> new SamplingParams.AdaptiveP(1.25f, 0.9f)));
    assertEquals(
        "--adaptive-decay must be from 0 to 0.99, not 1",
        message(() -> new SamplingParams.AdaptiveP(0.5f, 1)));
    assertEquals(
        "--temp must be a finite number, not NaN",
        message(() -> new SamplingParams.Temperature(Float.NaN, 0, 1)));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      refused("--frequency-penalty", () -> new SamplingParams.Penalties(64, 1, bad, 0));
      refused("--presence-penalty", () -> new SamplingParams.Penalties(64, 1, 0, bad));
      refused("--repeat-penalty", () -> new SamplingParams.Penalties(64, bad, 0, 0));
      refused("--dry-multiplier", () -> new SamplingParams.Dry(bad, 1.75f, 2, 64, List.of()));
      refused("--dry-base", () -> new SamplingParams.Dry(1, bad, 2, 64, List.of()));
      refused("--dynatemp-range", () -> new SamplingParams.Temperature(1, bad, 1));
      refused("--mirostat-ent", () -> new SamplingParams.Mirostat(2, bad, 0.1f));
      refused("--top-p", () -> with(b -> b.topP(bad)));
      refused("--min-p", () -> with(b -> b.minP(bad)));
      refused("--top-a", () -> with(b -> b.topA(bad)));
      refused("--typical", () -> with(b -> b.typicalP(bad)));
      refused("--top-nsigma", () -> with(b -> b.topNSigma(bad)));
      refused("--logit-bias of token 7", () -> with(b -> b.logitBias(Map.of(7, bad))));
    }
    refused("--min-keep", () -> with(b -> b.minKeep(-1)));
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
            .mirostat(new SamplingParams.Mirostat(2, 4, 0.2f))
            .adaptiveP(new SamplingParams.AdaptiveP(0.5f, 0.5f))
            .minKeep(3)
            .logitBias(Map.of(1, -2f))
            .ignoreEos(true)
            .build();
    assertEquals(odd, odd.toBuilder().build());
    assertEquals(8, odd.withSeed(8).seed());
    assertEquals(odd, odd.withSeed(8).withSeed(7));
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
