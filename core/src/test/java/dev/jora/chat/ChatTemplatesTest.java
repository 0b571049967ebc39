package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a template comes from: the first of the sources that has one, and no silent fallback. */
final class ChatTemplatesTest {
  @TempDir Path folder;

  private static GgufMetadata model(List<String> tokens, String... pairs) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("tokenizer.ggml.tokens", new GgufValue.Strs(tokens));
    for (int i = 0; i < pairs.length; i += 2) {
      values.put("tokenizer.chat_template" + pairs[i], new GgufValue.Str(pairs[i + 1]));
    }
    return new GgufMetadata(Path.of("m.gguf"), values);
  }

  private static String rendered(Template template) {
    Map<String, Object> json = Map.of("messages", List.of(ChatPromptTest.message("user", "hi")));
    return ChatPromptTest.render(template, json).string();
  }

  @Test
  void anOptionIsANameAVariantAFileOrText() throws Exception {
    GgufMetadata model = model(List.of("a"), "", "own", ".rag", "rag of the model");
    Path file = Files.writeString(folder.resolve("t.jinja"), "from a file");
    assertEquals(
        "<|im_start|>user\nhi<|im_end|>\n", rendered(ChatTemplates.named("chatml", model)));
    assertEquals("rag of the model", rendered(ChatTemplates.named("rag", model)));
    assertEquals("from a file", rendered(ChatTemplates.named(file.toString(), model)));
    assertEquals("hi", rendered(ChatTemplates.named("{{ messages[0].content }}", null)));
    ChatException e =
        assertThrows(ChatException.class, () -> ChatTemplates.named("chatmll", model));
    assertTrue(e.getMessage().contains("'chatmll'"), e.getMessage());
    BuiltInTemplates.names().forEach(name -> assertTrue(e.getMessage().contains(name), name));
    Path binary = Files.write(folder.resolve("b.jinja"), new byte[] {(byte) 0xff, 1});
    assertThrows(ChatException.class, () -> ChatTemplates.named(binary.toString(), null));
  }

  @Test
  void aModelHasVariantsAndSpecialTokens() {
    List<String> chatml = List.of("<|im_start|>", "<|im_end|>");
    GgufMetadata both = model(chatml, "", "own", ".tool_use", "with tools");
    assertEquals("own", rendered(ChatTemplates.of(both, false)));
    assertEquals("with tools", rendered(ChatTemplates.of(both, true)));
    assertEquals("own", rendered(ChatTemplates.of(model(chatml, "", "own"), true)));
    assertEquals("d", rendered(ChatTemplates.of(model(chatml, ".default", "d"), false)));
    assertEquals(
        "<|im_start|>user\nhi<|im_end|>\n", rendered(ChatTemplates.of(model(chatml), false)));
    ChatException e =
        assertThrows(ChatException.class, () -> ChatTemplates.of(model(List.of("a")), false));
    assertTrue(e.getMessage().startsWith("m.gguf: "), e.getMessage());
    BuiltInTemplates.names().forEach(name -> assertTrue(e.getMessage().contains(name), name));
  }

  @Test
  void aBrokenTemplateIsNamedWithItsPlace() throws Exception {
    GgufMetadata model = model(List.of("<|im_start|>", "<|im_end|>"), "", "a\n b{% if %}");
    TemplateException e =
        assertThrows(TemplateException.class, () -> ChatTemplates.of(model, false));
    assertEquals(
        "m.gguf: tokenizer.chat_template, line 2, column 9: expected an expression, got end of"
            + " statement block",
        e.getMessage());
    assertEquals(2, e.line());
    assertEquals(9, e.column());
    Path file = Files.writeString(folder.resolve("t.jinja"), "{{ x");
    assertTrue(
        assertThrows(TemplateException.class, () -> ChatTemplates.named(file.toString(), null))
            .getMessage()
            .startsWith(file + ", line 1, column 5: "));
  }

  @Test
  void tokensGiveFormatsAway() {
    Map<String, List<String>> vocabularies =
        Map.ofEntries(
            Map.entry("gpt-oss", List.of("<|start|>", "<|channel|>", "<|message|>", "<|end|>")),
            Map.entry("phi4", List.of("<|im_start|>", "<|im_sep|>", "<|im_end|>")),
            Map.entry("chatml", List.of("<|im_start|>", "<|im_end|>", "<|endoftext|>")),
            Map.entry("llama3", List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
            Map.entry("gemma", List.of("<start_of_turn>", "<end_of_turn>")),
            Map.entry("command-r", List.of("<|START_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>")),
            Map.entry("deepseek3", List.of("<｜User｜>", "<｜Assistant｜>")),
            Map.entry("granite", List.of("<|start_of_role|>", "<|end_of_role|>")),
            Map.entry("mistral-v7-tekken", List.of("[INST]", "[SYSTEM_PROMPT]", "<SPECIAL_20>")),
            Map.entry("mistral-v7", List.of("[INST]", "[SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]")),
            Map.entry("mistral-v3-tekken", List.of("[INST]", "[AVAILABLE_TOOLS]", "<SPECIAL_20>")),
            Map.entry("mistral-v3", List.of("[INST]", "[AVAILABLE_TOOLS]")),
            Map.entry("exaone", List.of("[|assistant|]", "[|endofturn|]")),
            Map.entry("solar", List.of("<|begin|>", "<|content|>", "<|end|>")),
            Map.entry("glm4", List.of("[gMASK]", "<sop>", "<|user|>", "<|assistant|>")),
            Map.entry("phi3", List.of("<|user|>", "<|assistant|>", "<|end|>")),
            Map.entry("falcon3", List.of("<|user|>", "<|assistant|>", ">>TITLE<<")),
            Map.entry("openchat", List.of("<|end_of_turn|>")));
    vocabularies.forEach(
        (name, tokens) ->
            assertEquals(name, BuiltInTemplates.detect(tokens::contains).orElseThrow()));
    assertTrue(BuiltInTemplates.detect(List.of("<s>", "</s>")::contains).isEmpty());
  }
}
