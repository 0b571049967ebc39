package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.chat.ReasoningFormat.Place;
import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolChoice;
import dev.jora.chat.tools.ToolFormats;
import dev.jora.chat.tools.ToolIds;
import dev.jora.chat.tools.ToolSplitter;
import dev.jora.chat.tools.Tools;
import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.template.Template;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are messages of their own, with thinking before them: gpt-oss. */
class HarmonyToolsTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));

  private static final Tools TOOLS =
      Tools.read(
          "[{\"type\": \"function\", \"function\": {\"name\": \"now\", \"parameters\":"
              + " {\"type\": \"object\", \"properties\": {\"zone\": {\"type\": \"integer\"}}}}}]");

  private static final ReasoningFormat REASONING =
      ReasoningFormats.all().stream().filter(f -> f.name().equals("harmony")).findFirst().get();

  private static final String THOUGHT = "<|channel|>analysis<|message|>Let me see.<|end|>";

  /** What is thought, said, and called. */
  private static String read(String reply, int cut) {
    StringBuilder said = new StringBuilder();
    ToolSplitter calls =
        new ToolSplitter(
            ToolFormats.detect("<|channel|> functions.").orElseThrow(),
            TOOLS,
            "",
            new ToolIds(new Random(1)),
            said::append);
    ReplySplitter splitter =
        ReplySplitter.of(
            REASONING,
            Place.START,
            true,
            new ReplySplitter.Sink() {
              @Override
              public void thinking(String text) {}

              @Override
              public void content(String text) {
                calls.accept(text);
              }
            });
    for (int at = 0; at < reply.length(); at += cut) {
      splitter.accept(reply.substring(at, Math.min(reply.length(), at + cut)));
    }
    splitter.finish();
    calls.finish();
    assertEquals(said.toString(), calls.content());
    List<String> called = calls.calls().stream().map(c -> c.name() + c.arguments()).toList();
    return splitter.reasoning() + "|" + said + "|" + called;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void callsStandBehindThinking(int cut) {
    String call = "<|message|>{\"zone\": 2}<|call|>";
    for (String header :
        List.of(
            "<|start|>assistant<|channel|>commentary to=functions.now <|constrain|>json",
            "<|start|>assistant to=functions.now<|channel|>commentary json",
            "<|start|>assistant to=functions.now<|channel|>analysis")) {
      assertEquals("Let me see.||[now{\"zone\": 2}]", read(THOUGHT + header + call, cut), header);
    }
    String said = "<|start|>assistant<|channel|>commentary<|message|>I look.<|end|>";
    assertEquals(
        "Let me see.|I look.|[now{\"zone\": 2}]",
        read(
            THOUGHT + said + "<|start|>assistant<|channel|>commentary to=functions.now " + call,
            cut));
    assertEquals(
        "Let me see.|Noon.|[]",
        read(THOUGHT + "<|start|>assistant<|channel|>final<|message|>Noon.<|return|>", cut));
  }

  private static GrammarState start(ToolChoice choice) {
    Template template =
        Template.parse(
            "{{ '<|channel|>' if false }}{{ 'functions.' if false }}{% for t in tools %}"
                + "{{ t.function.name }}{% endfor %}{% for m in messages %}<|start|>{{ m.role }}"
                + "<|message|>{{ m.content }}<|end|>{% endfor %}<|start|>assistant");
    ChatFormat format =
        new ChatFormat(template, TOKENIZER, Map.of(), LocalDateTime::now)
            .offering(TOOLS.choosing(choice));
    assertEquals("harmony", format.toolFormat().name());
    GrammarTokens tokens = new GrammarTokens(TOKENIZER);
    return ReplyGrammar.calling(format, (grammar, shown) -> new CompiledGrammar(grammar, tokens))
        .begin(REASONING, Place.START, new BitSet());
  }

  private static GrammarState after(GrammarState state, String text) {
    return state.accept(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theGrammarGoesOnBehindThinking() {
    String call =
        "<|channel|>commentary to=functions.now <|constrain|>json<|message|>{\"zone\": 2}";
    String last = "<|start|>assistant<|channel|>final<|message|>Noon.";
    for (ToolChoice choice : List.of(ToolChoice.AUTO, ToolChoice.REQUIRED)) {
      GrammarState start = start(choice);
      assertTrue(after(start, call).isAccepting());
      assertTrue(after(start, THOUGHT + "<|start|>assistant" + call).isAccepting());
      assertTrue(after(start, THOUGHT + "<|start|>assistant" + call.replace("2", "x")).isDead());
      assertEquals(choice == ToolChoice.REQUIRED, after(start, THOUGHT + last).isDead());
    }
    assertFalse(after(start(ToolChoice.REQUIRED), THOUGHT).isAccepting());
  }

  @Test
  void callsGoIntoTheMessage() {
    ToolCall call = new ToolCall("x", "now", "{}");
    assertEquals(List.of(call), Message.assistant("").calling(List.of(call)).calls());
  }
}
