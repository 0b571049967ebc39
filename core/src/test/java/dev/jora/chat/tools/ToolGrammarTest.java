package dev.jora.chat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Grammars of answers with calls, of every format: what they take is what is read as calls. */
class ToolGrammarTest {
  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokens =
        new GrammarTokens(Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  private static GrammarState start(ToolFormat format, Tools tools) {
    return start(format, tools, "");
  }

  private static GrammarState start(ToolFormat format, Tools tools, String begun) {
    String rules = ToolGrammar.rules("root", format, tools, begun);
    return new CompiledGrammar(Grammar.parse(rules), tokens).start();
  }

  private static GrammarState after(GrammarState start, String text) {
    return start.accept(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean takes(GrammarState start, String text) {
    return after(start, text).isAccepting();
  }

  private static void assertTakes(GrammarState start, String text) {
    GrammarState state = start;
    for (int i = 0; i < text.length(); i++) {
      int at = i;
      GrammarState next = after(start, text.substring(0, i + 1));
      assertFalse(next.isDead(), () -> text.substring(0, at) + " ⟨here⟩ " + text.substring(at));
      state = next;
    }
    assertTrue(state.isAccepting(), text);
  }

  /** Whoever offers the tools must know which to make smaller, and where. */
  @Test
  void grammarsThatAreTooLargeNameTheTool() {
    Tools one = tools(List.of("{}", "{\"type\": \"array\", \"items\": " + named(16) + "}", "{}"));
    Tools many = tools(Collections.nCopies(5, named(5)));
    GrammarException cause =
        assertThrows(
            GrammarException.class,
            () -> Grammar.parse("root ::= \"a\"{1000000} \"b\"").positions());
    for (ToolFormat format : List.of(ToolFormats.generic(), ToolsFixture.format("qwen3-coder"))) {
      String message = ToolGrammar.refused(format, one, cause).getMessage();
      assertTrue(message.startsWith("tool 't1', JSON schema, at /properties/p/items: "), message);
      assertTrue(message.contains("1000000 positions"), message);
    }
    String message = ToolGrammar.refused(ToolFormats.generic(), many, cause).getMessage();
    assertTrue(message.contains("offer fewer than 5 tools, of which tool 't0'"), message);
  }

  /** The schema of objects with long names. */
  private static String named(int properties) {
    String name = "n".repeat(40_000);
    return IntStream.range(0, properties)
        .mapToObj(i -> "\"" + name + i + "\": {}")
        .collect(Collectors.joining(",", "{\"properties\": {", "}}"));
  }

  private static Tools tools(List<String> parameters) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < parameters.size(); i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"type\": \"function\", \"function\": {\"name\": \"t")
          .append(i)
          .append("\", \"parameters\": {\"properties\": {\"p\": ")
          .append(parameters.get(i))
          .append("}}}}");
    }
    return Tools.read(json.append(']').toString());
  }

  private static Tools choosing(String choice) {
    return ToolsFixture.TOOLS.choosing(ToolChoice.of(choice));
  }

  static Stream<ToolFormat> formats() {
    return ToolFormats.all().stream();
  }

  private static String written(ToolFormat format, ToolCall... calls) {
    return ToolWriter.calls(format, List.of(calls));
  }

  private static ToolCall weather(String arguments) {
    return new ToolCall("0", "get_weather", arguments);
  }

  /** Ids of Command-R are numbers. */
  private static ToolCall call(Random random) {
    ToolCall call = ToolArguments.random(random);
    return new ToolCall("7", call.name(), call.arguments());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void randomCallsAreTaken(ToolFormat format) {
    GrammarState auto = start(format, ToolsFixture.TOOLS);
    GrammarState required = start(format, choosing("required"));
    Random random = new Random(3);
    boolean several = format.several() != ToolFormat.Several.NONE;
    for (int i = 0; i < 25; i++) {
      List<ToolCall> calls = new ArrayList<>(List.of(call(random)));
      if (several && random.nextBoolean()) {
        calls.add(call(random));
      }
      String text = ToolWriter.calls(format, calls);
      assertTakes(required, text);
      assertTakes(auto, text);
      assertTakes(auto, "I look.\n\n" + text);
      assertFalse(takes(required, "I look." + text), text);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whatIsNoCallIsRefused(ToolFormat format) {
    GrammarState auto = start(format, ToolsFixture.TOOLS);
    GrammarState required = start(format, choosing("required"));
    ToolCall good = weather("{\"city\": \"Oslo\", \"days\": 2}");
    for (ToolCall bad :
        List.of(
            new ToolCall("0", "get_wether", good.arguments()),
            weather("{\"city\": \"Oslo\", \"days\": \"x\"}"),
            weather("{\"city\": \"Oslo\", \"unit\": \"k\"}"),
            weather("{\"days\": 2}"))) {
      String text = written(format, bad);
      assertTrue(after(required, text).isDead(), text);
      boolean free = format.traits().bare() && !bad.name().equals(good.name());
      assertEquals(free, !after(auto, text).isDead(), text);
    }
    String text = written(format, good);
    assertFalse(takes(required, ""));
    for (int to = 1; to < text.length() - 1; to++) {
      assertFalse(after(required, text.substring(0, to)).isDead(), text.substring(0, to));
    }
    assertTrue(after(auto, "  " + format.triggers().getFirst() + "\u0001").isDead());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void textIsTaken(ToolFormat format) {
    GrammarState auto = start(format, ToolsFixture.TOOLS);
    for (String text : List.of("", "Hello.", "a < b, [1], {\"x\": 2} 世 \n\n")) {
      assertTakes(auto, text);
    }
    assertTrue(after(start(format, choosing("required")), "Hello").isDead());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aChosenToolIsTheOnlyOne(ToolFormat format) {
    GrammarState chosen = start(format, choosing("now"));
    assertTrue(takes(chosen, written(format, new ToolCall("0", "now", "{}"))));
    String other = written(format, weather("{\"city\": \"Oslo\"}"));
    assertTrue(after(chosen, other).isDead(), other);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void oneCallIsAllWhereSeveralAreNotWanted(ToolFormat format) {
    Tools one = new Tools(ToolsFixture.TOOLS.list(), ToolChoice.REQUIRED, false);
    ToolCall now = new ToolCall("0", "now", "{}");
    assertTrue(takes(start(format, one), written(format, now)));
    if (format.several() != ToolFormat.Several.NONE) {
      assertTrue(takes(start(format, choosing("required")), written(format, now, now)));
      assertTrue(after(start(format, one), written(format, now, now)).isDead());
    }
  }

  /** All that a model can write under the grammar is read: walks at random. */
  @ParameterizedTest
  @MethodSource("formats")
  void whatTheGrammarLetsThroughIsRead(ToolFormat format) {
    Tools tools = choosing("required");
    GrammarState start = start(format, tools);
    Random random = new Random(11);
    int whole = 0;
    for (int i = 0; i < 60; i++) {
      String text = walk(start, written(format, call(random)), random);
      if (text == null) {
        continue;
      }
      whole++;
      ToolSplitter splitter =
          ToolsFixture.read(format, "", List.of(text), new ToolsFixture.Heard());
      boolean led = !format.traits().leads().isEmpty();
      assertEquals(led ? splitter.content() : "", splitter.content(), text);
      assertFalse(splitter.calls().isEmpty(), text);
      assertEquals(List.of(), splitter.notes(), text);
    }
    assertTrue(whole > 5, "walks: " + whole);
  }

  /** A text with characters thrown in wherever the grammar takes them, or null if it stays open. */
  private static String walk(GrammarState start, String text, Random random) {
    StringBuilder out = new StringBuilder();
    GrammarState state = start;
    for (char c : text.toCharArray()) {
      for (String odd : List.of(" ", "\n", "x", "7", "\\n", "<", "é")) {
        GrammarState next = after(state, odd);
        if (random.nextInt(30) == 0 && !after(next, Character.toString(c)).isDead()) {
          out.append(odd);
          state = next;
        }
      }
      state = after(state, Character.toString(c));
      out.append(c);
    }
    return state.isAccepting() ? out.toString() : null;
  }

  @Test
  void functionaryGoesOnBehindWhatThePromptBegan() {
    ToolFormat format = ToolsFixture.format("functionary-v3.2");
    GrammarState auto = start(format, ToolsFixture.TOOLS, ">>>");
    assertTrue(takes(auto, "all\nHello."));
    assertTrue(takes(auto, "get_weather\n{\"city\": \"Oslo\"}"));
    assertTrue(takes(auto, "all\nHello.\n>>>now\n{}"));
    assertTrue(after(auto, "Hello").isDead());
    GrammarState required = start(format, choosing("required"), ">>>");
    assertTrue(takes(required, "now\n{}\n>>>now\n{}"));
    assertTrue(after(required, "all\n").isDead());
  }

  @Test
  void gptOssCallsBehindItsThinking() {
    GrammarState required = start(ToolsFixture.format("harmony"), choosing("required"));
    String call = " to=functions.now <|constrain|>json<|message|>{}";
    assertTrue(takes(required, "<|channel|>commentary" + call));
    assertTrue(takes(required, "<|start|>assistant<|channel|>commentary" + call));
    assertTrue(takes(required, " to=functions.now<|channel|>commentary json<|message|>{}"));
  }

  @Test
  void onlyStrictToolsMustBeEnforcible() {
    String tool =
        "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"strict\": @, \"parameters\":"
            + " {\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"array\","
            + " \"uniqueItems\": true}}}}}]";
    ToolFormat format = ToolFormats.generic();
    start(format, Tools.read(tool.replace("@", "false")));
    ToolsException e =
        assertThrows(
            ToolsException.class, () -> start(format, Tools.read(tool.replace("@", "true"))));
    assertTrue(e.getMessage().startsWith("tool 'f': JSON schema, at "), e.getMessage());
  }

  @Test
  void textsWithoutQuotesAreAny() {
    String tool =
        "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"strict\": @, \"parameters\":"
            + " {\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"pattern\":"
            + " \"^x+$\"}}}}}]";
    ToolCall call = new ToolCall("0", "f", "{\"a\": \"yyy\"}");
    ToolFormat format = ToolsFixture.format("qwen3-coder");
    assertTrue(takes(start(format, Tools.read(tool.replace("@", "false"))), written(format, call)));
    ToolsException e =
        assertThrows(
            ToolsException.class, () -> start(format, Tools.read(tool.replace("@", "true"))));
    assertTrue(e.getMessage().contains("parameter 'a': 'pattern'"), e.getMessage());
    GrammarState json = start(ToolFormats.generic(), Tools.read(tool.replace("@", "true")));
    assertTrue(after(json, written(ToolFormats.generic(), call)).isDead());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void manyToolsAreNoTrouble(ToolFormat format) {
    List<Tool> many = new ArrayList<>();
    Tool weather = ToolsFixture.TOOLS.list().getFirst();
    for (int i = 0; i < 200; i++) {
      many.add(new Tool("tool_" + i, "", weather.parameters(), false, weather.json()));
    }
    GrammarState auto =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> start(format, new Tools(many, ToolChoice.AUTO, true)));
    String text = written(format, new ToolCall("0", "tool_177", "{\"city\": \"Oslo\"}"));
    assertTrue(takes(auto, "I look. " + text), text);
    assertTrue(after(auto, text.replace("tool_177", "tool_277")).isDead(), text);
  }
}
