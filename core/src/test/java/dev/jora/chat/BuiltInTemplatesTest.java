package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in templates: what they say, and that the models' own say the same. */
final class BuiltInTemplatesTest {
  private static final Map<String, Object> CHAT =
      Map.of(
          "bos_token",
          "<s>",
          "eos_token",
          "</s>",
          "add_generation_prompt",
          true,
          "messages",
          List.of(
              ChatPromptTest.message("system", "Be kind"),
              ChatPromptTest.message("user", "Hello"),
              ChatPromptTest.message("assistant", " Hi "),
              ChatPromptTest.message("user", "Who?")));

  /** The conversation above in every format, line feeds as ⏎. */
  private static final String EXPECTED =
      """
      alpaca            <s>Be kind⏎⏎### Instruction:⏎Hello⏎⏎### Response:⏎ Hi </s>⏎⏎### Instruction:⏎Who?⏎⏎### Response:⏎
      chatml            <|im_start|>system⏎Be kind<|im_end|>⏎<|im_start|>user⏎Hello<|im_end|>⏎<|im_start|>assistant⏎ Hi <|im_end|>⏎<|im_start|>user⏎Who?<|im_end|>⏎<|im_start|>assistant⏎
      command-r         <s><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be kind<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hello<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>Hi<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Who?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>
      deepseek          <s>Be kind### Instruction:⏎Hello⏎### Response:⏎ Hi ⏎<|EOT|>⏎### Instruction:⏎Who?⏎### Response:⏎
      deepseek2         <s>Be kind⏎⏎User: Hello⏎⏎Assistant:  Hi <｜end▁of▁sentence｜>User: Who?⏎⏎Assistant:
      deepseek3         <s>Be kind<｜User｜>Hello<｜Assistant｜> Hi <｜end▁of▁sentence｜><｜User｜>Who?<｜Assistant｜>
      exaone            [|system|]Be kind[|endofturn|]⏎[|user|]Hello⏎[|assistant|]Hi[|endofturn|]⏎[|user|]Who?⏎[|assistant|]
      falcon3           <|system|>⏎Be kind⏎<|user|>⏎Hello⏎<|assistant|>⏎ Hi </s>⏎<|user|>⏎Who?⏎<|assistant|>⏎
      gemma             <s><start_of_turn>user⏎Be kind⏎⏎Hello<end_of_turn>⏎<start_of_turn>model⏎Hi<end_of_turn>⏎<start_of_turn>user⏎Who?<end_of_turn>⏎<start_of_turn>model⏎
      glm4              [gMASK]<sop><|system|>⏎Be kind<|user|>⏎Hello<|assistant|>⏎ Hi <|user|>⏎Who?<|assistant|>
      gpt-oss           <|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.⏎Knowledge cutoff: 2024-06⏎Current date: 2025-07-26⏎⏎Reasoning: medium⏎⏎# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|><|start|>developer<|message|># Instructions⏎⏎Be kind⏎⏎<|end|><|start|>user<|message|>Hello<|end|><|start|>assistant<|channel|>final<|message|> Hi <|end|><|start|>user<|message|>Who?<|end|><|start|>assistant
      granite           <|start_of_role|>system<|end_of_role|>Be kind<|end_of_text|>⏎<|start_of_role|>user<|end_of_role|>Hello<|end_of_text|>⏎<|start_of_role|>assistant<|end_of_role|> Hi <|end_of_text|>⏎<|start_of_role|>user<|end_of_role|>Who?<|end_of_text|>⏎<|start_of_role|>assistant<|end_of_role|>
      llama2            <s>[INST] <<SYS>>⏎Be kind⏎<</SYS>>⏎⏎Hello [/INST] Hi </s><s>[INST] Who? [/INST]
      llama3            <s><|start_header_id|>system<|end_header_id|>⏎⏎Be kind<|eot_id|><|start_header_id|>user<|end_header_id|>⏎⏎Hello<|eot_id|><|start_header_id|>assistant<|end_header_id|>⏎⏎Hi<|eot_id|><|start_header_id|>user<|end_header_id|>⏎⏎Who?<|eot_id|><|start_header_id|>assistant<|end_header_id|>⏎⏎
      mistral-v1        <s> [INST] Be kind⏎⏎Hello [/INST]  Hi </s> [INST] Who? [/INST]
      mistral-v3        <s>[INST] Be kind⏎⏎Hello[/INST] Hi</s>[INST] Who?[/INST]
      mistral-v3-tekken <s>[INST]Be kind⏎⏎Hello[/INST] Hi </s>[INST]Who?[/INST]
      mistral-v7        <s>[SYSTEM_PROMPT] Be kind[/SYSTEM_PROMPT][INST] Hello[/INST]  Hi </s>[INST] Who?[/INST]
      mistral-v7-tekken <s>[SYSTEM_PROMPT]Be kind[/SYSTEM_PROMPT][INST]Hello[/INST] Hi </s>[INST]Who?[/INST]
      monarch           <s>system⏎Be kind</s>⏎<s>user⏎Hello</s>⏎<s>assistant⏎ Hi </s>⏎<s>user⏎Who?</s>⏎<s>assistant⏎
      openchat          <s>Be kind<|end_of_turn|>GPT4 Correct User: Hello<|end_of_turn|>GPT4 Correct Assistant:  Hi <|end_of_turn|>GPT4 Correct User: Who?<|end_of_turn|>GPT4 Correct Assistant:
      orion             <s>Human: Be kind⏎⏎Hello⏎⏎Assistant: </s> Hi </s>Human: Who?⏎⏎Assistant: </s>
      phi3              <|system|>⏎Be kind<|end|>⏎<|user|>⏎Hello<|end|>⏎<|assistant|>⏎ Hi <|end|>⏎<|user|>⏎Who?<|end|>⏎<|assistant|>⏎
      phi4              <|im_start|>system<|im_sep|>Be kind<|im_end|><|im_start|>user<|im_sep|>Hello<|im_end|><|im_start|>assistant<|im_sep|> Hi <|im_end|><|im_start|>user<|im_sep|>Who?<|im_end|><|im_start|>assistant<|im_sep|>
      solar             <|begin|>system<|content|>Be kind<|end|><|begin|>user<|content|>Hello<|end|><|begin|>assistant<|content|> Hi <|end|><|begin|>user<|content|>Who?<|end|><|begin|>assistant
      vicuna            <s>Be kind⏎⏎USER: Hello⏎ASSISTANT:  Hi </s>⏎USER: Who?⏎ASSISTANT:
      vicuna-orca       <s>SYSTEM: Be kind⏎USER: Hello⏎ASSISTANT:  Hi </s>⏎USER: Who?⏎ASSISTANT:
      zephyr            <|system|>⏎Be kind</s>⏎<|user|>⏎Hello</s>⏎<|assistant|>⏎ Hi </s>⏎<|user|>⏎Who?</s>⏎<|assistant|>⏎
      """;

  private static String render(String name, Map<String, ?> json) {
    return ChatPromptTest.render(BuiltInTemplates.find(name).orElseThrow(), json).string();
  }

  @Test
  void everyOneRendersAConversation() {
    Map<String, String> expected = new TreeMap<>();
    EXPECTED
        .lines()
        .forEach(line -> expected.put(line.substring(0, 18).strip(), line.substring(18)));
    Map<String, String> found = new TreeMap<>();
    BuiltInTemplates.names()
        .forEach(name -> found.put(name, render(name, CHAT).replace('\n', '⏎')));
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, text) -> assertEquals(text, found.get(name), name));
  }

  @Test
  void aliasesAreTheSame() {
    for (String[] pair :
        new String[][] {
          {"exaone3", "exaone"},
          {"exaone4", "exaone"},
          {"solar-open", "solar"},
          {"chatglm4", "glm4"},
          {"deepseek1", "deepseek"}
        }) {
      assertEquals(render(pair[1], CHAT), render(pair[0], CHAT));
    }
  }

  /** No prompt without the tools that somebody gave, or with a role that has no place. */
  @Test
  void whatTheyCannotSayIsAnError() {
    for (String name : BuiltInTemplates.names()) {
      Map<String, Object> tools = new HashMap<>(CHAT);
      tools.put("tools", List.of(Map.of("type", "function")));
      TemplateException e = assertThrows(TemplateException.class, () -> render(name, tools), name);
      assertTrue(e.getMessage().contains("built-in chat template " + name + ", line 1"), "" + e);
      Map<String, Object> parts = new HashMap<>(CHAT);
      parts.put("messages", List.of(Map.of("role", "user", "content", List.of(Map.of("a", 1)))));
      assertThrows(TemplateException.class, () -> render(name, parts), name + ": parts");
    }
  }

  /** Where a real template of the family exists, it says the same of what it says by itself. */
  @ParameterizedTest
  @CsvSource({
    "chatml, LFM2.5-Instruct, 'system multi nogen', true",
    "chatml, Qwen-Qwen2.5-7B-Instruct, system, false",
    "gemma, google-gemma-2-2b-it, 'basic multi nogen think nothink', false",
    "phi3, microsoft-Phi-3.5-mini-instruct, 'basic system multi nogen think nothink', false",
    "mistral-v7-tekken, Mistral-Small-3.2-24B-Instruct-2506, system, false",
    "granite, ibm-granite-granite-3.3-2B-Instruct, system, false",
    "deepseek3, deepseek-ai-DeepSeek-R1-Distill-Qwen-32B, nogen, false",
    "glm4, GLM-4.6, 'basic system', false",
    "solar, upstage-Solar-Open-100B, 'basic multi nogen', false"
  })
  void agreesWithARealOne(String name, String real, String cases, boolean bosInFront)
      throws Exception {
    Path folder = Shared.golden("chat-templates");
    Template template =
        Template.parse(Files.readString(folder.resolve("templates/" + real + ".jinja")));
    JsonNode all = Golden.json(folder.resolve("cases.json"));
    for (String each : cases.split(" ")) {
      Map<String, Object> json = new HashMap<>();
      all.get(each)
          .properties()
          .forEach(
              e ->
                  json.put(
                      e.getKey(), new ObjectMapper().convertValue(e.getValue(), Object.class)));
      json.put("default_system_prompt", false); // which Solar puts in front of all else
      String expected = ChatPromptTest.render(template, json).string();
      assertEquals(expected, (bosInFront ? "<s>" : "") + render(name, json), each);
    }
  }
}
