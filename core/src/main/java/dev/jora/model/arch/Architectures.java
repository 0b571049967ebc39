package dev.jora.model.arch;

import dev.jora.model.Architecture;
import dev.jora.model.DecoderSpec;
import dev.jora.model.Hyperparameters;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The table of architectures. */
public final class Architectures {
  private static final Map<String, Architecture> TABLE =
      Map.ofEntries(
          Map.entry("bert", Bert::bert),
          Map.entry("nomic-bert", Bert::nomic),
          Map.entry("nomic-bert-moe", Bert::nomicMoe),
          Map.entry("jina-bert-v2", Bert::jina2),
          Map.entry("jina-bert-v3", Bert::jina3),
          Map.entry("modern-bert", Bert::modern),
          Map.entry("eurobert", Bert::euro),
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

  private Architectures() {}

  /** Names that {@code general.architecture} may have. */
  public static SortedSet<String> names() {
    return new TreeSet<>(TABLE.keySet());
  }

  /** The same, those first that are written most like {@code name}. */
  public static List<String> nearest(String name) {
    return TABLE.keySet().stream()
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
