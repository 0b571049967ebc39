package dev.jora.model.arch;

import dev.jora.model.Architecture;
import dev.jora.model.DecoderSpec;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** The table of architectures. */
public final class Architectures {
  private static final Map<String, Architecture> TABLE =
      Map.ofEntries(
          Map.entry("bert", Bert::bert),
          Map.entry("nomic-bert", Nomic::nomic),
          Map.entry("nomic-bert-moe", Nomic::mixture),
          Map.entry("jina-bert-v2", Jina::v2),
          Map.entry("jina-bert-v3", Jina::v3),
          Map.entry("modern-bert", ModernBert::modern),
          Map.entry("eurobert", EuroBert::euro),
          Map.entry("gemma-embedding", Gemma::embedding),
          Map.entry("llama", Llama::llama),
          Map.entry("smollm3", Llama::smollm3),
          Map.entry("qwen2", Qwen::qwen2),
          Map.entry("qwen2moe", Qwen::qwen2moe),
          Map.entry("qwen3", Qwen::qwen3),
          Map.entry("qwen3moe", Qwen::qwen3moe),
          Map.entry("gemma", Gemma::gemma),
          Map.entry("gemma2", Gemma::gemma2),
          Map.entry("gemma3", Gemma::gemma3),
          Map.entry("gemma4", Gemma::gemma4),
          Map.entry("olmo2", Olmo::olmo2),
          Map.entry("granite", Granite::granite),
          Map.entry("granitemoe", Granite::granite),
          Map.entry("command-r", Cohere::commandR),
          Map.entry("cohere2", Cohere::cohere2),
          Map.entry("glm4", Glm::glm4),
          Map.entry("stablelm", StableLm::stablelm),
          Map.entry("starcoder2", StarCoder::starcoder2),
          Map.entry("phi2", Phi::phi2),
          Map.entry("gpt2", Gpt2::gpt2),
          Map.entry("gpt-oss", GptOss::gptOss),
          Map.entry("deepseek2", DeepSeek::deepseek2),
          Map.entry("mamba", Mamba::mamba),
          Map.entry("mamba2", Mamba::mamba2),
          Map.entry("qwen3next", Qwen::qwen3next),
          Map.entry("qwen35", Qwen::qwen35),
          Map.entry("qwen35moe", Qwen::qwen35),
          Map.entry("lfm2", Lfm::lfm2),
          Map.entry("phi3", Phi::phi3),
          Map.entry("glm4moe", Glm::glm4moe),
          Map.entry("seed_oss", SeedOss::seedOss),
          Map.entry("ernie4_5", Ernie::ernie45),
          Map.entry("hunyuan-dense", Hunyuan::dense),
          Map.entry("exaone4", Exaone::exaone4),
          Map.entry("nemotron", Nemotron::nemotron),
          Map.entry("apertus", Apertus::apertus),
          Map.entry("mistral3", Mistral::mistral3),
          Map.entry("arcee", Arcee::arcee),
          Map.entry("baichuan", Baichuan::baichuan),
          Map.entry("bailingmoe", Bailing::moe),
          Map.entry("bailingmoe2", Bailing::moe2),
          Map.entry("deepseek", DeepSeek::deepseek),
          Map.entry("dots1", Dots::dots1),
          Map.entry("ernie4_5-moe", Ernie::ernie45moe),
          Map.entry("exaone", Exaone::exaone),
          Map.entry("exaone-moe", Exaone::moe),
          Map.entry("falcon-h1", Falcon::h1),
          Map.entry("granitehybrid", Granite::hybrid),
          Map.entry("hunyuan-moe", Hunyuan::moe),
          Map.entry("internlm2", Llama::llama),
          Map.entry("jamba", Mamba::jamba),
          Map.entry("lfm2moe", Lfm::lfm2),
          Map.entry("minicpm", Granite::minicpm),
          Map.entry("minimax-m2", MiniMax::m2),
          Map.entry("nemotron_h", Nemotron::hybrid),
          Map.entry("nemotron_h_moe", Nemotron::hybrid),
          Map.entry("olmoe", Olmo::olmoe),
          Map.entry("orion", Orion::orion),
          Map.entry("qwen2vl", Qwen::qwen2),
          Map.entry("qwen3vl", Qwen::qwen3),
          Map.entry("qwen3vlmoe", Qwen::qwen3moe),
          Map.entry("xverse", Llama::llama),
          Map.entry("gptneox", GptNeoX::gptneox),
          Map.entry("falcon", Falcon::falcon),
          Map.entry("bloom", Bloom::bloom));

  /** Rows of Hugging Face's names of classes. */
  private static final Map<String, Function<CheckpointConfig, Checkpoint>> CHECKPOINTS =
      Map.ofEntries(
          Map.entry("LlamaForCausalLM", Llama::checkpoint),
          Map.entry("LLaMAForCausalLM", Llama::checkpoint),
          Map.entry("LlamaModel", Llama::checkpoint),
          Map.entry("VLlama3ForCausalLM", Llama::checkpoint),
          Map.entry("IQuestCoderForCausalLM", Llama::checkpoint),
          Map.entry("MistralForCausalLM", Llama::checkpoint),
          Map.entry("MixtralForCausalLM", Llama::mixtral),
          Map.entry("SmolLM3ForCausalLM", Llama::smollm3Checkpoint),
          Map.entry("Qwen2ForCausalLM", Qwen::qwen2Checkpoint),
          Map.entry("Qwen2Model", Qwen::qwen2Checkpoint),
          Map.entry("DotsOCRForCausalLM", Qwen::qwen2Checkpoint),
          Map.entry("Qwen2MoeForCausalLM", Qwen::qwen2moeCheckpoint),
          Map.entry("Qwen3ForCausalLM", Qwen::qwen3Checkpoint),
          Map.entry("Qwen3Model", Qwen::qwen3Checkpoint),
          Map.entry("Qwen3MoeForCausalLM", Qwen::qwen3moeCheckpoint),
          Map.entry("Qwen3NextForCausalLM", Qwen::qwen3nextCheckpoint),
          Map.entry("Qwen3_5ForCausalLM", Qwen::qwen35Checkpoint),
          Map.entry("Qwen3_5ForConditionalGeneration", Qwen::qwen35Checkpoint),
          Map.entry("MiniCPMV4_6ForConditionalGeneration", Qwen::qwen35Checkpoint),
          Map.entry("Qwen3_5MoeForCausalLM", Qwen::qwen35Checkpoint),
          Map.entry("Qwen3_5MoeForConditionalGeneration", Qwen::qwen35Checkpoint),
          Map.entry("GemmaForCausalLM", Gemma::gemmaCheckpoint),
          Map.entry("Gemma2ForCausalLM", Gemma::gemma2Checkpoint),
          Map.entry("Gemma3ForCausalLM", Gemma::gemma3Checkpoint),
          Map.entry("Gemma3ForConditionalGeneration", Gemma::gemma3Checkpoint),
          Map.entry("Gemma4ForCausalLM", Gemma::gemma4Checkpoint),
          Map.entry("Gemma4ForConditionalGeneration", Gemma::gemma4Checkpoint),
          Map.entry("Gemma4UnifiedForConditionalGeneration", Gemma::gemma4Checkpoint),
          Map.entry("PhiForCausalLM", Phi::phi2Checkpoint),
          Map.entry("Phi3ForCausalLM", Phi::phi3Checkpoint),
          Map.entry("Phi4ForCausalLMV", Phi::phi3Checkpoint),
          Map.entry("FalconForCausalLM", Falcon::checkpoint),
          Map.entry("RWForCausalLM", Falcon::checkpoint),
          Map.entry("GPT2LMHeadModel", Gpt2::checkpoint),
          Map.entry("Starcoder2ForCausalLM", StarCoder::checkpoint),
          Map.entry("GptOssForCausalLM", GptOss::checkpoint),
          Map.entry("DeepseekV2ForCausalLM", DeepSeek::deepseek2Checkpoint),
          Map.entry("DeepseekV3ForCausalLM", DeepSeek::deepseek2Checkpoint),
          Map.entry("KimiVLForConditionalGeneration", DeepSeek::deepseek2Checkpoint),
          Map.entry("KimiK25ForConditionalGeneration", DeepSeek::deepseek2Checkpoint),
          Map.entry("YoutuForCausalLM", DeepSeek::deepseek2Checkpoint),
          Map.entry("YoutuVLForConditionalGeneration", DeepSeek::deepseek2Checkpoint),
          Map.entry("Glm4MoeLiteForCausalLM", DeepSeek::glmLiteCheckpoint),
          Map.entry("Lfm2ForCausalLM", Lfm::checkpoint),
          Map.entry("LFM2ForCausalLM", Lfm::checkpoint),
          Map.entry("GraniteForCausalLM", Granite::checkpoint),
          Map.entry("GraniteMoeForCausalLM", Granite::moeCheckpoint),
          Map.entry("GraniteMoeSharedForCausalLM", Granite::moeCheckpoint),
          Map.entry("CohereForCausalLM", Cohere::commandRCheckpoint),
          Map.entry("Cohere2ForCausalLM", Cohere::cohere2Checkpoint),
          Map.entry("Olmo2ForCausalLM", Olmo::olmo2Checkpoint),
          Map.entry("Olmo3ForCausalLM", Olmo::olmo2Checkpoint),
          Map.entry("Glm4ForCausalLM", Glm::glm4Checkpoint),
          Map.entry("Glm4vForConditionalGeneration", Glm::glm4Checkpoint),
          Map.entry("GlmOcrForConditionalGeneration", Glm::glm4Checkpoint),
          Map.entry("Glm4MoeForCausalLM", Glm::glm4moeCheckpoint),
          Map.entry("Glm4vMoeForConditionalGeneration", Glm::glm4moeCheckpoint),
          Map.entry("SolarOpenForCausalLM", Glm::solarCheckpoint),
          Map.entry("StableLmForCausalLM", StableLm::checkpoint),
          Map.entry("StableLMEpochForCausalLM", StableLm::checkpoint),
          Map.entry("LlavaStableLMEpochForCausalLM", StableLm::checkpoint),
          Map.entry("GPTNeoXForCausalLM", GptNeoX::checkpoint),
          Map.entry("BloomForCausalLM", Bloom::checkpoint),
          Map.entry("BloomModel", Bloom::checkpoint),
          Map.entry("NemotronForCausalLM", Nemotron::checkpoint),
          Map.entry("NemotronHForCausalLM", Nemotron::hybridCheckpoint),
          Map.entry("Exaone4ForCausalLM", Exaone::exaone4Checkpoint),
          Map.entry("Exaone4_5_ForConditionalGeneration", Exaone::exaone4Checkpoint),
          Map.entry("HunYuanDenseV1ForCausalLM", Hunyuan::denseCheckpoint),
          Map.entry("Ernie4_5ForCausalLM", Ernie::checkpoint),
          Map.entry("Ernie4_5_ForCausalLM", Ernie::checkpoint),
          Map.entry("SeedOssForCausalLM", SeedOss::checkpoint),
          Map.entry("ApertusForCausalLM", Apertus::checkpoint),
          Map.entry("Ministral3ForCausalLM", Mistral::checkpoint),
          Map.entry("Mistral3ForConditionalGeneration", Mistral::checkpoint),
          Map.entry("MambaForCausalLM", Mamba::mambaCheckpoint),
          Map.entry("MambaLMHeadModel", Mamba::mambaCheckpoint),
          Map.entry("FalconMambaForCausalLM", Mamba::mambaCheckpoint),
          Map.entry("Mamba2ForCausalLM", Mamba::mamba2Checkpoint),
          Map.entry("JambaForCausalLM", Mamba::jambaCheckpoint),
          Map.entry("FalconH1ForCausalLM", Falcon::h1Checkpoint),
          Map.entry("GraniteMoeHybridForCausalLM", Granite::hybridCheckpoint),
          Map.entry("BambaForCausalLM", Granite::bambaCheckpoint),
          Map.entry("ExaoneMoeForCausalLM", Exaone::moeCheckpoint),
          Map.entry("ExaoneMoEForCausalLM", Exaone::moeCheckpoint),
          Map.entry("BertModel", Bert::checkpoint),
          Map.entry("BertForMaskedLM", Bert::checkpoint),
          Map.entry("BertForSequenceClassification", Bert::checkpoint),
          Map.entry("DistilBertModel", Bert::distilCheckpoint),
          Map.entry("DistilBertForMaskedLM", Bert::distilCheckpoint),
          Map.entry("DistilBertForSequenceClassification", Bert::distilCheckpoint),
          Map.entry("RobertaModel", Bert::robertaCheckpoint),
          Map.entry("RobertaForMaskedLM", Bert::robertaCheckpoint),
          Map.entry("RobertaForSequenceClassification", Bert::robertaCheckpoint),
          Map.entry("CamembertModel", Bert::robertaCheckpoint),
          Map.entry("CamembertForMaskedLM", Bert::robertaCheckpoint),
          Map.entry("CamembertForSequenceClassification", Bert::robertaCheckpoint),
          Map.entry("XLMRobertaModel", Bert::robertaCheckpoint),
          Map.entry("XLMRobertaForMaskedLM", Bert::robertaCheckpoint),
          Map.entry("XLMRobertaForSequenceClassification", Bert::robertaCheckpoint),
          Map.entry("JinaEmbeddingsV3Model", Jina::v3Checkpoint),
          Map.entry("JinaBertModel", Jina::v2Checkpoint),
          Map.entry("JinaBertForMaskedLM", Jina::v2Checkpoint),
          Map.entry("JinaBertForSequenceClassification", Jina::v2Checkpoint),
          Map.entry("NomicBertModel", Nomic::checkpoint),
          Map.entry("ModernBertModel", ModernBert::checkpoint),
          Map.entry("ModernBertForMaskedLM", ModernBert::checkpoint),
          Map.entry("ModernBertForSequenceClassification", ModernBert::checkpoint),
          Map.entry("EuroBertModel", EuroBert::checkpoint),
          Map.entry("EuroBertForMaskedLM", EuroBert::checkpoint),
          Map.entry("Gemma3TextModel", Gemma::embeddingCheckpoint),
          Map.entry("MistralModel", Llama::checkpoint),
          Map.entry("OlmoeForCausalLM", Olmo::olmoeCheckpoint),
          Map.entry("ExaoneForCausalLM", Exaone::exaoneCheckpoint),
          Map.entry("BailingMoeForCausalLM", Bailing::checkpoint),
          Map.entry("BailingMoeV2ForCausalLM", Bailing::v2Checkpoint),
          Map.entry("SarvamMoEForCausalLM", Bailing::sarvamCheckpoint),
          Map.entry("ArceeForCausalLM", Arcee::checkpoint),
          Map.entry("BaichuanForCausalLM", Baichuan::checkpoint),
          Map.entry("BaiChuanForCausalLM", Baichuan::checkpoint),
          Map.entry("DeepseekForCausalLM", DeepSeek::deepseekCheckpoint),
          Map.entry("Dots1ForCausalLM", Dots::checkpoint),
          Map.entry("Ernie4_5_MoeForCausalLM", Ernie::moeCheckpoint),
          Map.entry("InternLM2ForCausalLM", Llama::internlm2Checkpoint),
          Map.entry("InternLM3ForCausalLM", Llama::checkpoint),
          Map.entry("XverseForCausalLM", Llama::xverseCheckpoint),
          Map.entry("Lfm2MoeForCausalLM", Lfm::moeCheckpoint),
          Map.entry("MiniCPMForCausalLM", Granite::minicpmCheckpoint),
          Map.entry("OrionForCausalLM", Orion::checkpoint),
          Map.entry("MiniMaxM2ForCausalLM", MiniMax::checkpoint),
          Map.entry("HunYuanMoEV1ForCausalLM", Hunyuan::moeCheckpoint),
          Map.entry("Qwen2VLForConditionalGeneration", Qwen::qwen2vlCheckpoint),
          Map.entry("Qwen2VLModel", Qwen::qwen2vlCheckpoint),
          Map.entry("Qwen2_5OmniModel", Qwen::qwen2vlCheckpoint),
          Map.entry("Qwen2_5OmniForConditionalGeneration", Qwen::qwen2vlCheckpoint),
          Map.entry("Qwen2_5_VLForConditionalGeneration", Qwen::qwen2vlCheckpoint),
          Map.entry("Qwen3VLForConditionalGeneration", Qwen::qwen3vlCheckpoint),
          Map.entry("Qwen3ASRForConditionalGeneration", Qwen::qwen3vlCheckpoint),
          Map.entry("Qwen3OmniMoeForConditionalGeneration", Qwen::qwen3vlmoeCheckpoint),
          Map.entry("Qwen3VLMoeForConditionalGeneration", Qwen::qwen3vlmoeCheckpoint));

  private Architectures() {}

  /**
   * How a checkpoint becomes a model.
   *
   * @throws CheckpointException if it is of an architecture that is not in the table, or its
   *     configuration lacks what a model needs
   */
  public static Checkpoint checkpoint(CheckpointConfig config) {
    List<String> names = config.architectures();
    return names.stream()
        .filter(CHECKPOINTS::containsKey)
        .findFirst()
        .or(() -> config.textKind().flatMap(Architectures::named))
        .map(CHECKPOINTS::get)
        .orElseThrow(() -> unknown(names, config.textKind()))
        .apply(config);
  }

  private static CheckpointException unknown(List<String> names, Optional<String> textKind) {
    if (names.isEmpty()) {
      return new CheckpointException(
          "architectures: expected the class that the model was written for, as in"
              + " [\"LlamaForCausalLM\"], found none");
    }
    return new CheckpointException(
        "architectures: no model of %s is known%s; near are %s"
            .formatted(
                String.join(" or ", names),
                textKind.map(kind -> ", nor a text part \"" + kind + '"').orElse(""),
                String.join(", ", nearest(CHECKPOINTS.keySet(), names.getFirst()).subList(0, 3))));
  }

  /** The class of a text part that says only {@code qwen2} or {@code qwen3_moe} of itself. */
  private static Optional<String> named(String kind) {
    String name = kind.replaceFirst("_text$", "").replace("_", "") + "forcausallm";
    return CHECKPOINTS.keySet().stream()
        .filter(known -> known.replace("_", "").toLowerCase(Locale.ROOT).equals(name))
        .sorted()
        .findFirst();
  }

  /** Classes of Hugging Face's that are converted. */
  public static SortedSet<String> classes() {
    return new TreeSet<>(CHECKPOINTS.keySet());
  }

  /** Names that {@code general.architecture} may have. */
  public static SortedSet<String> names() {
    return new TreeSet<>(TABLE.keySet());
  }

  /** The same, those first that are written most like {@code name}. */
  public static List<String> nearest(String name) {
    return nearest(TABLE.keySet(), name);
  }

  private static List<String> nearest(Set<String> names, String name) {
    return names.stream()
        .sorted(
            Comparator.comparingInt((String known) -> distance(known, name))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Characters to insert, remove or replace to make one of the other; a common start counts. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int before = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        before = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    int common = 0;
    while (common < Math.min(a.length(), b.length()) && a.charAt(common) == b.charAt(common)) {
      common++;
    }
    return 2 * row[b.length()] - common;
  }

  /**
   * The description of a model.
   *
   * @throws dev.jora.gguf.GgufException for an architecture that is not in the table
   */
  public static DecoderSpec spec(Hyperparameters h) {
    return TABLE.get(h.architecture()).spec(h);
  }

  /** True if the table has a row of this name. */
  public static boolean contains(String name) {
    return TABLE.containsKey(name);
  }
}
