package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.gguf.GgufFile;
import dev.jora.template.Template;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which format a model has, and where its replies begin. */
final class ReasoningFormatsTest {
  @ParameterizedTest
  @CsvSource({
    "Qwen-Qwen3-0.6B,think,START,CLOSED",
    "Qwen3.5-4B,think,THINKING,CLOSED",
    "Qwen-QwQ-32B,think,THINKING,CLOSED",
    "Qwen-Qwen2.5-7B-Instruct,none,START,START",
    "HuggingFaceTB-SmolLM3-3B,think,START,CLOSED",
    "GLM-4.6,think,START,CLOSED",
    "GLM-4.7-Flash,think,THINKING,CLOSED",
    "LFM2.5-Instruct,think,START,START",
    "NVIDIA-Nemotron-Nano-v2,think,THINKING,THINKING",
    "deepseek-ai-DeepSeek-V3.2,think,THINKING,CLOSED",
    "deepseek-ai-DeepSeek-V4,think,THINKING,CLOSED",
    "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B,think,THINKING,CLOSED",
    "poolside-Laguna-XS-2.1,think,THINKING,CLOSED",
    "inclusionai-ling-3.0-flash,think,THINKING,CLOSED",
    "ibm-granite-granite-3.3-2B-Instruct,think,START,START",
    "MiniMax-M2,think,THINKING,THINKING",
    "MiniMax-M3,minimax-m3,START,START",
    "ByteDance-Seed-OSS,seed,START,START",
    "mistralai-Ministral-3-14B-Reasoning-2512,mistral,START,START",
    "Mistral-Small-3.2-24B-Instruct-2506,none,START,START",
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use,command-a,START,CLOSED",
    "Cohere2MoE,cohere2-moe,THINKING,THINKING",
    "google-gemma-4-31B-it,gemma4,START,CLOSED",
    "google-gemma-2-2b-it,none,START,START",
    "Apriel-1.6-15b-Thinker-fixed,apriel,THINKING,THINKING",
    "Apertus-8B-Instruct,apertus,START,START",
    "Kimi-K3,kimi-k3,THINKING,THINKING",
    "muse-glimmer,recipient,START,START",
    "upstage-Solar-Open-100B,solar,START,START",
    "meta-llama-Llama-3.3-70B-Instruct,none,START,START"
  })
  void ofRealTemplates(String name, String format, Place think, Place noThink) throws IOException {
    Path folder = Shared.golden("chat-templates");
    Template template =
        Template.parse(Files.readString(folder.resolve("templates/" + name + ".jinja")));
    ReasoningFormat found = ReasoningFormats.detect(template.text(), token -> false);
    assertEquals(format, found.name());
    JsonNode renders = Golden.json(folder.resolve("expected.json")).get(name);
    assertEquals(think, found.placeAfter(renders.at("/think/ok").asText()));
    assertEquals(noThink, found.placeAfter(renders.at("/nothink/ok").asText()));
  }

  @Test
  void ofBuiltInTemplates() {
    Map<String, String> found = new TreeMap<>();
    for (String name : BuiltInTemplates.names()) {
      String text = BuiltInTemplates.find(name).orElseThrow().text();
      ReasoningFormat format = ReasoningFormats.detect(text, token -> false);
      if (format != ReasoningFormat.NONE) {
        found.put(name, format.name());
      }
    }
    assertEquals("harmony", found.remove("gpt-oss"));
    assertTrue(Set.of("think", "solar").containsAll(found.values()), found.toString());
  }

  @Test
  void ofVocabularies() {
    String plain = "{{ messages }}";
    Set<String> harmony = Set.of("<|start|>", "<|channel|>", "<|message|>", "<|end|>");
    assertEquals("harmony", ReasoningFormats.detect(plain, harmony::contains).name());
    Set<String> qwen = Set.of("<think>", "</think>", "<|im_start|>");
    assertSame(ReasoningFormats.common(), ReasoningFormats.detect(plain, qwen::contains));
    assertSame(ReasoningFormat.NONE, ReasoningFormats.detect(plain, token -> false));
    assertSame(
        ReasoningFormats.common(),
        ReasoningFormats.detect("{{ content.split('</think>')[-1] }}", harmony::contains),
        "the template has the first word");
  }

  @Test
  void namesAreUnique() {
    List<String> names = ReasoningFormats.all().stream().map(ReasoningFormat::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size());
  }

  @Test
  void onlyMarkersShowAmongControlTokens() {
    var vocab =
        Tokenizer.from(
                GgufFile.readMetadata(Shared.path("golden/tokenizers/ggml-vocab-phi-3.gguf")))
            .vocab();
    BitSet none = ReasoningFormats.common().shownControlTokens(vocab);
    assertTrue(none.isEmpty(), none.toString());
    ReasoningFormat made =
        new ReasoningFormat(
            "made",
            List.of("<|user|>"),
            List.of("<|assistant|>"),
            List.of(),
            List.of(),
            "",
            List.of(),
            null);
    BitSet shown = made.shownControlTokens(vocab);
    assertEquals(2, shown.cardinality());
    shown.stream().forEach(id -> assertTrue(vocab.isHidden(id), vocab.text(id)));
    assertEquals(
        Set.of("<|user|>", "<|assistant|>"),
        Set.of(vocab.text(shown.nextSetBit(0)), vocab.text(shown.length() - 1)));
  }
}
