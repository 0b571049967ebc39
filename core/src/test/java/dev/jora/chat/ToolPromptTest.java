package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolFormat;
import dev.jora.chat.tools.ToolFormats;
import dev.jora.chat.tools.Tools;
import dev.jora.gguf.GgufFile;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools, calls and results in prompts: as Hugging Face renders them, and where it drops them. */
final class ToolPromptTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));

  @TempDir Path folder;

  private static ChatFormat format(Template template) {
    return new ChatFormat(
        template,
        TOKENIZER,
        Map.of("bos_token", "<s>", "eos_token", "</s>"),
        () -> LocalDateTime.of(2025, 7, 26, 12, 0));
  }

  /** Every template: as Python renders it; and if that leaves something out, it is not left out. */
  @Test
  void rendersAsPythonDoesAndLosesNothing() throws IOException {
    Path golden = Shared.golden("chat-templates");
    JsonNode cases = Golden.json(golden.resolve("cases.json"));
    JsonNode expected = Golden.json(golden.resolve("expected.json"));
    int same = 0;
    List<String> lost = new ArrayList<>();
    List<String> different = new ArrayList<>();
    Set<String> wantsMore = Set.of("fireworks-ai-llama-3-firefunction-v2"); // 'functions', a text
    for (Map.Entry<String, JsonNode> each : expected.properties()) {
      Path file = golden.resolve("templates/" + each.getKey() + ".jinja");
      ChatFormat plain = format(Template.parse(Files.readString(file)));
      for (String name : List.of("tools", "toolcall")) {
        JsonNode test = cases.get(name);
        String ok = each.getValue().get(name).path("ok").asText();
        Path chat = Files.writeString(folder.resolve("chat.json"), test.get("messages").toString());
        ChatFormat format = plain.offering(Tools.read(test.get("tools").toString()));
        String text;
        try {
          text = format.prompt(ChatFile.read(chat).messages(), true).text().string();
        } catch (TemplateException e) {
          text = e.getMessage();
        }
        List<String> words =
            name.equals("tools")
                ? List.of("get_weather", "City name")
                : List.of("get_weather", "City name", "Oslo?", "days", "temp", "Thanks");
        if (wantsMore.contains(each.getKey())) {
          continue;
        }
        String behind = name.equals("tools") ? "" : "Weather in Oslo?";
        if (!has(text, "", words) || !has(text, behind, List.of("get_weather"))) {
          lost.add(each.getKey() + " " + name + ": " + text);
        }
        boolean kept = has(ok, "", words) && has(ok, behind, List.of("get_weather"));
        same += text.equals(ok) ? 1 : 0;
        if (kept && format.takesTools() && !text.equals(ok)) {
          different.add(each.getKey() + " " + name + ":\n" + text + "\nnot\n" + ok);
        }
      }
    }
    assertEquals(List.of(), different);
    assertEquals(List.of(), lost);
    assertTrue(same >= 50, "only " + same + " as Python");
  }

  private static boolean has(String text, String behind, List<String> words) {
    int from = behind.isEmpty() ? 0 : text.lastIndexOf(behind);
    return from >= 0 && words.stream().allMatch(text.substring(from)::contains);
  }

  /** The row of each template; what is not named here is told to write the generic form. */
  @Test
  void everyTemplateHasItsFormat() throws IOException {
    Path golden = Shared.golden("chat-templates");
    Map<String, String> formats = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each :
        Golden.json(golden.resolve("expected.json")).properties()) {
      String text = Files.readString(golden.resolve("templates/" + each.getKey() + ".jinja"));
      formats.put(each.getKey(), ToolFormats.detect(text).map(ToolFormat::name).orElse(null));
    }
    Map<String, String> some =
        Map.ofEntries(
            Map.entry("Apertus-8B-Instruct", "apertus"),
            Map.entry("ByteDance-Seed-OSS", "seed"),
            Map.entry("CohereForAI-c4ai-command-r7b-12-2024-tool_use", "command-r"),
            Map.entry("Cohere2MoE", "command-r"),
            Map.entry("GLM-4.6", "glm"),
            Map.entry("GLM-4.7-Flash", "glm"),
            Map.entry("GigaChat3.1-10B-A1.8B", "gigachat"),
            Map.entry("Kimi-K2-Thinking", "kimi-k2"),
            Map.entry("moonshotai-Kimi-K2", "kimi-k2"),
            Map.entry("MiMo-VL", "hermes"),
            Map.entry("MiniMax-M2", "minimax-m2"),
            Map.entry("Mistral-Small-3.2-24B-Instruct-2506", "mistral-v11.1"),
            Map.entry("mistralai-Ministral-3-14B-Reasoning-2512", "mistral-v13"),
            Map.entry("NVIDIA-Nemotron-Nano-v2", "nemotron"),
            Map.entry("NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use", "hermes"),
            Map.entry("Qwen-QwQ-32B", "hermes"),
            Map.entry("Qwen-Qwen2.5-7B-Instruct", "hermes"),
            Map.entry("Qwen-Qwen3-0.6B", "hermes"),
            Map.entry("Qwen3.5-4B", "qwen3-coder"),
            Map.entry("StepFun3.5-Flash", "qwen3-coder"),
            Map.entry("deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", "deepseek-r1"),
            Map.entry("deepseek-ai-DeepSeek-V3.2", "deepseek-v3.2"),
            Map.entry("deepseek-ai-DeepSeek-V4", "deepseek-v4"),
            Map.entry("ibm-granite-granite-3.3-2B-Instruct", "granite"),
            Map.entry("ibm-granite-granite-4.0", "hermes"),
            Map.entry("inclusionai-ling-3.0-flash", "glm"),
            Map.entry("meetkai-functionary-medium-v3.2", "functionary-v3.2"),
            Map.entry("meta-llama-Llama-3.1-8B-Instruct", "llama-3"),
            Map.entry("meta-llama-Llama-3.3-70B-Instruct", "llama-3"),
            Map.entry("muse-glimmer", "muse"),
            Map.entry("poolside-Laguna-XS-2.1", "glm"),
            Map.entry("tencent-Hy3", "hunyuan"),
            Map.entry("unsloth-Apriel-1.5", "apriel"),
            Map.entry("upstage-Solar-Open-100B", "solar"));
    some.forEach((name, row) -> assertEquals(row, formats.get(name), name));
  }

  private static final Tools TOOLS =
      Tools.read(
          "[{\"type\": \"function\", \"function\": {\"name\": \"now\", \"description\":"
              + " \"time\"}}]");

  @Test
  void aTemplateWithoutToolsIsToldOfThemInWords() {
    Template template =
        Template.parse(
            "{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no') }}{% endif %}"
                + "[{{ m.role }}: {{ m.content }}]{% endfor %}");
    ChatFormat format = format(template).offering(TOOLS);
    assertFalse(format.takesTools());
    assertEquals("hermes", format.toolFormat().name());
    ToolCall call = new ToolCall("x", "now", "{}");
    String text =
        format
            .prompt(
                List.of(
                    Message.system("Be brief."),
                    Message.user("When?"),
                    Message.assistant("").calling(List.of(call, call)),
                    Message.result(call, "noon"),
                    Message.result(call, "one")),
                true)
            .text()
            .string();
    assertTrue(text.startsWith("[system: Be brief.\n\n# Tools"), text);
    assertTrue(
        text.endsWith(
            "[assistant: <tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>\n"
                + "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>]"
                + "[user: <tool_response>\nnoon\n</tool_response>\n<tool_response>\none\n"
                + "</tool_response>]"),
        text);
    assertFalse(prompt(format(template)).contains("now"));
    Tools none = TOOLS.choosing(dev.jora.chat.tools.ToolChoice.NONE);
    assertFalse(prompt(format(template).offering(none)).contains("now"));
  }

  private static String prompt(ChatFormat format) {
    return format.prompt(List.of(Message.user("Hi")), true).text().string();
  }

  /** Templates that concatenate arguments want text; those that insist on it, content of null. */
  @Test
  void callsHaveTheShapeThatTheTemplateWants() {
    ToolCall call = new ToolCall("x", "now", "{\"a\": 1}");
    List<Message> messages =
        List.of(Message.user("When?"), Message.assistant("").calling(List.of(call)));
    Template text =
        Template.parse(
            "{% for m in messages %}{% for c in m.tool_calls %}{{ c.function.name + ' ' +"
                + " c.function.arguments }}{% endfor %}{{ m.content }}{% endfor %}");
    assertEquals(
        "When?now {\"a\": 1}",
        format(text)
            .offering(TOOLS)
            .prompt(messages, true)
            .text()
            .string()
            .replaceAll("(?s)^.*(?=When)", ""));
    Template none =
        Template.parse(
            "{% for m in messages %}{% if m.content is none %}{{ m.tool_calls[0].function.name }}"
                + " {{ m.tool_calls[0].function.arguments.values()|list }}"
                + "{% else %}{{ m.content }}{% endif %}{% endfor %}");
    assertTrue(
        format(none).offering(TOOLS).prompt(messages, true).text().string().endsWith("now [1]"));
  }

  @Test
  void idsAreSuchAsTheTemplateTakes() {
    Template mistral =
        Template.parse(
            "{{ '[TOOL_CALLS]' if false }}{% for t in tools %}{{ t.function.name }}{% endfor %}{%"
                + " for m in messages %}{% for c in m.tool_calls %}{% if c.id|length != 9 %}{{"
                + " raise_exception('nine') }}{% endif %}{{ c.function.name ~ c.function.arguments"
                + " ~ c.id }}{% endfor %}{{ m.tool_call_id }}{{ m.content }}{% endfor %}");
    ToolCall call = new ToolCall("call_12345", "now", "{}");
    String text =
        format(mistral)
            .offering(TOOLS)
            .prompt(
                List.of(
                    Message.user("When?"),
                    Message.assistant("").calling(List.of(call)),
                    Message.result(call, "noon")),
                true)
            .text()
            .string();
    assertTrue(text.matches("nowWhen\\?now\\{\\}(\\w{9})\\1noon"), text);
  }

  @Test
  void savedConversationsKeepCallsAndResults() throws IOException {
    ToolCall call = new ToolCall("x", "now", "{\"a\": [1, 2.50], \"b\": \"é\\n\"}");
    List<Message> messages =
        List.of(
            Message.user("When?"),
            Message.assistant("Look:").calling(List.of(call)),
            Message.result(call, "noon"));
    Path file = folder.resolve("talk.json");
    ChatFile.of(messages).write(file);
    assertEquals(messages, ChatFile.read(file).messages());
    Files.writeString(
        file,
        """
        [{"role": "assistant", "content": null, "tool_calls": [{"id": "x", "type": "function",
          "function": {"name": "now", "arguments": {"a": 1}}}]}]
        """);
    Message read = ChatFile.read(file).messages().getFirst();
    assertEquals(List.of(new ToolCall("x", "now", "{\"a\": 1}")), read.calls());
  }

  @Test
  void callsThatAreNoneAreToldWithTheirPlace() throws IOException {
    for (String bad :
        List.of("{}", "[1]", "[{\"function\": {}}]", "[{\"function\": {\"name\": 1}}]")) {
      Path file =
          Files.writeString(
              folder.resolve("talk.json"),
              "[{\"role\": \"assistant\", \"tool_calls\": " + bad + "}]");
      ChatException e =
          org.junit.jupiter.api.Assertions.assertThrows(
              ChatException.class, () -> ChatFile.read(file));
      assertTrue(e.getMessage().contains("talk.json, line 1, column "), e.getMessage());
    }
  }
}
