package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.model.arch.Architectures;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.model.checkpoint.TensorRule;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every class that a {@code config.json} may name, and how it is held: by a folder in {@code
 * testdata/checkpoints} or {@code golden/hf}, or for a reason that stands here.
 */
class ClassesTest {
  /** Classes that are another's by name, or whose code transformers does not have. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("LLaMAForCausalLM", "LlamaForCausalLM"),
          Map.entry("VLlama3ForCausalLM", "LlamaForCausalLM"),
          Map.entry("BaiChuanForCausalLM", "BaichuanForCausalLM"),
          Map.entry("BloomModel", "BloomForCausalLM"),
          Map.entry("MistralModel", "LlamaForCausalLM"),
          Map.entry("DotsOCRForCausalLM", "Qwen2ForCausalLM"),
          Map.entry("Ernie4_5_ForCausalLM", "Ernie4_5ForCausalLM"),
          Map.entry("ExaoneMoEForCausalLM", "ExaoneMoeForCausalLM"),
          Map.entry("KimiK25ForConditionalGeneration", "DeepseekV3ForCausalLM"),
          Map.entry("KimiVLForConditionalGeneration", "DeepseekV3ForCausalLM"),
          Map.entry("YoutuVLForConditionalGeneration", "YoutuForCausalLM"),
          Map.entry("LFM2ForCausalLM", "Lfm2ForCausalLM"),
          Map.entry("LlavaStableLMEpochForCausalLM", "StableLmForCausalLM"),
          Map.entry("StableLMEpochForCausalLM", "StableLmForCausalLM"),
          Map.entry("MambaLMHeadModel", "MambaForCausalLM"),
          Map.entry("Phi4ForCausalLMV", "Phi3ForCausalLM"),
          Map.entry("Qwen2VLModel", "Qwen2VLForConditionalGeneration"),
          Map.entry("Qwen2_5OmniModel", "Qwen2_5OmniForConditionalGeneration"),
          Map.entry("RWForCausalLM", "FalconForCausalLM"));

  /** Heads of encoders that have folders in {@code testdata/encoders}. */
  private static final Set<String> ENCODERS =
      Set.of(
          "CamembertForMaskedLM",
          "CamembertForSequenceClassification",
          "DistilBertForMaskedLM",
          "DistilBertForSequenceClassification",
          "EuroBertForMaskedLM",
          "JinaBertForMaskedLM",
          "JinaBertForSequenceClassification",
          "ModernBertForMaskedLM",
          "RobertaForMaskedLM",
          "XLMRobertaForMaskedLM");

  /** Classes that llama.cpp's converter knows, of models that see or hear; known by that part. */
  private static final Set<String> BY_TEXT_PART =
      Set.of(
          "AudioFlamingo3ForConditionalGeneration",
          "GraniteSpeechForConditionalGeneration",
          "GraniteSpeechPlusForConditionalGeneration",
          "Idefics3ForConditionalGeneration",
          "InternVLForConditionalGeneration",
          "JanusForConditionalGeneration",
          "Lfm2VlForConditionalGeneration",
          "LightOnOCRForConditionalGeneration",
          "LlavaForConditionalGeneration",
          "Qwen2AudioForConditionalGeneration",
          "Sarashina2VisionForCausalLM",
          "SmolVLMForConditionalGeneration",
          "VoxtralForConditionalGeneration");

  /** Classes that llama.cpp's converter knows and whose architectures jora does not run. */
  private static final Set<String> NOT_RUN =
      Set.of(
          """
          AfmoeForCausalLM ArcticForCausalLM BitnetForCausalLM ChameleonForCausalLM
          ChameleonForConditionalGeneration ChatGLMForConditionalGeneration ChatGLMModel
          CodeShellForCausalLM CogVLMForCausalLM Cohere2MoeForCausalLM DbrxForCausalLM
          DeciLMForCausalLM DeepseekOCRForCausalLM DeepseekV32ForCausalLM
          DiffusionGemma4ModelForBlockDiffusion DiffusionGemmaForBlockDiffusion DreamModel
          Eagle3DraftModel Eagle3LlamaForCausalLM Eagle3Speculator GPTBigCodeForCausalLM
          GPTRefactForCausalLM Gemma3nForCausalLM Gemma3nForConditionalGeneration
          Gemma4AssistantForCausalLM Gemma4UnifiedAssistantForCausalLM GlmForCausalLM
          GlmMoeDsaForCausalLM Grok1ForCausalLM GrokForCausalLM GroveMoeForCausalLM
          HunYuanVLForConditionalGeneration JAISLMHeadModel Jais2ForCausalLM
          KORMoForCausalLM KimiLinearForCausalLM KimiLinearModel LLaDAMoEModel LLaDAMoEModelLM
          LLaDAModelLM Lfm25AudioTokenizer Llama4ForCausalLM Llama4ForConditionalGeneration
          LlamaForCausalLMEagle3 MPTForCausalLM MT5ForConditionalGeneration MaincoderForCausalLM
          MellumForCausalLM MiMoV2FlashForCausalLM MiMoV2ForCausalLM MiniCPM3ForCausalLM
          OLMoForCausalLM OlmoForCausalLM OpenELMForCausalLM PLMForCausalLM PLaMo2ForCausalLM
          PLaMo3ForCausalLM PaddleOCRVLForConditionalGeneration PanguEmbeddedForCausalLM
          PhiMoEForCausalLM Plamo2ForCausalLM Plamo3ForCausalLM PlamoForCausalLM QWenLMHeadModel
          RND1 RWKV6Qwen2ForCausalLM RWKV7ForCausalLM RuGPT3XLForCausalLM Rwkv6ForCausalLM
          Rwkv7ForCausalLM RwkvHybridForCausalLM SmallThinkerForCausalLM Step3p5ForCausalLM
          Step3p7ForConditionalGeneration StepVLForConditionalGeneration T5EncoderModel
          T5ForConditionalGeneration T5WithLMHeadModel TalkieForCausalLM
          UMT5ForConditionalGeneration UMT5Model UltravoxModel UnlimitedOCRForCausalLM
          WavTokenizerDec
          """
              .strip()
              .split("\\s+"));

  private static Map<String, String> folders() throws IOException {
    Map<String, String> classes = new HashMap<>();
    for (String folder : CheckpointsTest.folders()) {
      JsonNode config =
          new ObjectMapper()
              .readTree(
                  Files.readString(
                      Shared.testdata("checkpoints").resolve(folder).resolve("config.json")));
      classes.put(config.path("architectures").path(0).asText(), folder);
    }
    return classes;
  }

  /** Classes of the folders that {@code EncodersTest} converts. */
  private static Set<String> encoders() throws IOException {
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> folders = Files.list(Shared.testdata("encoders"))) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        JsonNode config =
            new ObjectMapper().readTree(Files.readString(folder.resolve("config.json")));
        config.path("architectures").forEach(name -> classes.add(name.asText()));
      }
    }
    return classes;
  }

  private static Checkpoint checkpoint(String folder, String name) throws IOException {
    ObjectNode config =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    Files.readString(
                        Shared.testdata("checkpoints").resolve(folder).resolve("config.json")));
    if (!name.isEmpty()) {
      config.putArray("architectures").add(name);
    }
    return Architectures.checkpoint(CheckpointConfig.of(config));
  }

  @Test
  void everyClassHasAFolderOrAReason() throws IOException {
    Set<String> missing = new TreeSet<>(Architectures.classes());
    missing.removeAll(folders().keySet());
    missing.removeAll(SAME.keySet());
    missing.removeAll(ENCODERS);
    missing.removeAll(encoders());
    assertEquals(Set.of(), missing, "add a row to scripts/checkpoint-goldens.py, or a reason here");
  }

  @Test
  void whatIsAnothersBecomesWhatThatBecomes() throws IOException {
    Map<String, String> folders = folders();
    for (Map.Entry<String, String> each : SAME.entrySet()) {
      String folder = folders.get(each.getValue());
      assertNotNull(folder, each.getValue() + " has no folder, which " + each.getKey() + " is");
      assertFalse(folders.containsKey(each.getKey()), each.getKey() + " has a folder of its own");
      Checkpoint found = checkpoint(folder, each.getKey());
      Checkpoint expected = checkpoint(folder, "");
      assertEquals(expected.architecture(), found.architecture(), each.getKey());
      assertEquals(
          expected.rules().stream().map(TensorRule::target).toList(),
          found.rules().stream().map(TensorRule::target).toList(),
          each.getKey());
    }
  }

  @Test
  void everyDecoderIsMadeOfSomeFolder() throws IOException {
    Set<String> missing = new TreeSet<>(Architectures.names());
    missing.removeIf(name -> name.contains("bert") || name.equals("gemma-embedding"));
    for (String folder : CheckpointsTest.folders()) {
      missing.remove(checkpoint(folder, "").architecture());
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void modelsThatSeeOrHearAreKnownByTheirTextPart() throws IOException {
    String folder = folders().get("LlavaForConditionalGeneration");
    for (String name : BY_TEXT_PART) {
      assertFalse(Architectures.classes().contains(name), name);
      assertEquals("llama", checkpoint(folder, name).architecture(), name);
    }
  }

  @Test
  void whatIsNotRunIsSaidToBeUnknown() throws IOException {
    for (String name : NOT_RUN) {
      CheckpointException refusal =
          assertThrows(CheckpointException.class, () -> checkpoint("llama", name), name);
      assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
    }
  }
}
