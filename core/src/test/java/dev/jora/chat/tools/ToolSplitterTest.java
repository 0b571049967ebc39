package dev.jora.chat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls in answers, of every format: as models write them, cut anywhere, broken, or none at all.
 */
class ToolSplitterTest {
  private static final String OSLO = "{\"city\": \"Oslo\", \"days\": 2}";

  /** A format, an answer, its text, and its calls as "name arguments" or "id name arguments". */
  static Stream<Arguments> answers() {
    return Stream.of(
        one("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": @}\n</tool_call>"),
        one("hermes", "<tool_call>{\"arguments\":@,\"name\":\"get_weather\"}</tool_call>"),
        one("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": @}"), // no end
        one("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": @}\n</tool_"),
        said(
            "hermes",
            "I look.\n\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": "
                + OSLO
                + "}\n</tool_call>\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n"
                + "</tool_call>\n\nDone.",
            "I look.\n\nDone.",
            "get_weather " + OSLO,
            "now {}"),
        said("hermes", "<tool_call>{\"name\": \"now\"}</tool_call>", "", "now {}"),
        said(
            "hermes",
            "<tool_call>{\"name\": \"now\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>",
            "",
            "now {\"a\": 1}"),
        one(
            "qwen3-coder",
            "<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n"
                + "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>"),
        one(
            "qwen3-coder",
            "<tool_call><function=get_weather><parameter=city>Oslo</parameter>"
                + "<parameter=days>2</parameter></function>"),
        said(
            "qwen3-coder",
            "<tool_call>\n<function=get_weather>\n<parameter=city>\n  a <b>\n\n \"c\"\n"
                + "</parameter>\n<parameter=opts>\n{\"x\": [1, null]}\n</parameter>\n</function>\n"
                + "</tool_call>",
            "",
            "get_weather {\"city\": \"  a <b>\\n\\n \\\"c\\\"\", \"opts\": {\"x\": [1, null]}}"),
        one(
            "seed",
            "<seed:tool_call>\n<function=get_weather>\n<parameter=city>Oslo</parameter>\n"
                + "<parameter=days>2</parameter>\n</function>\n</seed:tool_call>"),
        one("llama-3", "{\"name\": \"get_weather\", \"parameters\": @}"),
        one("llama-3", "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": @}"),
        one("llama-3", "{\"type\": \"function\", \"name\": \"get_weather\", \"parameters\": @}"),
        said(
            "llama-3",
            "{\"name\": \"get_weather\", \"parameters\": "
                + OSLO
                + "}; {\"name\": \"now\", \"parameters\": {}}",
            "",
            "get_weather " + OSLO,
            "now {}"),
        said("llama-3", "{\"name\": \"Bob\", \"age\": 3}", "{\"name\": \"Bob\", \"age\": 3}"),
        said("llama-3", "f() { return {}; }", "f() { return {}; }"),
        said(
            "mistral",
            "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": "
                + OSLO
                + ", \"id\": \"abcdef123\"}, {\"name\": \"now\", \"arguments\": {}, \"id\":"
                + " \"abcdef124\"}]",
            "",
            "abcdef123 get_weather " + OSLO,
            "abcdef124 now {}"),
        said(
            "mistral-v11.1",
            "[TOOL_CALLS]get_weather[CALL_ID]abcdef123[ARGS]" + OSLO,
            "",
            "abcdef123 get_weather " + OSLO),
        said(
            "mistral-v13",
            "[TOOL_CALLS]get_weather[ARGS]" + OSLO + "[TOOL_CALLS]now[ARGS]{}",
            "",
            "get_weather " + OSLO,
            "now {}"),
        one("harmony", " to=functions.get_weather <|constrain|>json<|message|>@"),
        one("harmony", " to=functions.get_weather<|channel|>commentary json<|message|>@"),
        one(
            "deepseek-r1",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n@"
                + "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        one(
            "deepseek-v3.1",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>@"
                + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        one(
            "deepseek-v3.2",
            "\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n"
                + "<｜DSML｜parameter name=\"city\" string=\"true\">Oslo</｜DSML｜parameter>\n"
                + "<｜DSML｜parameter name=\"days\" string=\"false\">2</｜DSML｜parameter>\n"
                + "</｜DSML｜invoke>\n</｜DSML｜function_calls>"),
        one("functionary-v3.1", "<function=get_weather>@</function>"),
        one("functionary-v3.2", ">>>get_weather\n@"),
        said(
            "functionary-v3.2",
            ">>>all\nI look.\n>>>get_weather\n" + OSLO + "\n>>>now\n{}",
            "I look.",
            "get_weather " + OSLO,
            "now {}"),
        said(
            "command-r",
            "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"get_weather\","
                + " \"parameters\": "
                + OSLO
                + "}\n]<|END_ACTION|>",
            "",
            "0 get_weather " + OSLO),
        one(
            "glm",
            "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n"
                + "<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>"),
        one(
            "glm",
            "<tool_call>get_weather<arg_key>city</arg_key><arg_value>Oslo</arg_value>"
                + "<arg_key>days</arg_key><arg_value>2</arg_value></tool_call>"),
        said("glm", "<tool_call>now\n</tool_call>", "", "now {}"),
        one("granite", "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": @}]"),
        one("granite", "<|tool_call|>{\"name\": \"get_weather\", \"arguments\": @}"),
        one("phi-4", "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": @}]<|/tool_call|>"),
        one("phi-4", "functools[{\"name\": \"get_weather\", \"arguments\": @}]"),
        said(
            "kimi-k2",
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0"
                + "<|tool_call_argument_begin|>"
                + OSLO
                + "<|tool_call_end|><|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>"
                + "{}<|tool_call_end|><|tool_calls_section_end|>",
            "",
            "functions.get_weather:0 get_weather " + OSLO,
            "functions.now:1 now {}"),
        one(
            "minimax-m2",
            "\n<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"city\">Oslo"
                + "</parameter>\n<parameter name=\"days\">2</parameter>\n</invoke>\n"
                + "</minimax:tool_call>"),
        one(
            "muse",
            "<atem:function_calls>\n<atem:invoke name=\"get_weather\">\n<atem:parameter"
                + " name=\"city\">Oslo</atem:parameter>\n<atem:parameter name=\"days\">2"
                + "</atem:parameter>\n</atem:invoke>\n</atem:function_calls>"),
        one("nemotron", "<TOOLCALL>[{\"name\": \"get_weather\", \"arguments\": @}]</TOOLCALL>"),
        one("apertus", "<|tools_prefix|>[{\"get_weather\": @}]<|tools_suffix|>"),
        one("gigachat", "<|function_call|>{\"name\": \"get_weather\", \"arguments\": @}"),
        said(
            "apriel",
            "<tool_calls>[{\"name\": \"get_weather\", \"arguments\": "
                + OSLO
                + ", \"id\": \"abcdef123\"}]</tool_calls>",
            "",
            "abcdef123 get_weather " + OSLO),
        said(
            "solar",
            "<|tool_calls|><|tool_call:begin|>a1b2<|tool_call:name|>get_weather"
                + "<|tool_call:args|>"
                + OSLO
                + "<|tool_call:end|>",
            "",
            "a1b2 get_weather " + OSLO));
  }

  private static Arguments one(String format, String answer) {
    return said(format, answer.replace("@", OSLO), "", "get_weather " + OSLO);
  }

  private static Arguments said(String format, String answer, String text, String... calls) {
    return Arguments.of(format, answer, text, List.of(calls));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void readsWhatModelsWrite(String format, String answer, String text, List<String> calls) {
    ToolSplitter splitter = ToolsFixture.read(format, answer);
    assertEquals(text, splitter.content());
    List<String> found = new ArrayList<>();
    for (int i = 0; i < splitter.calls().size(); i++) {
      ToolCall call = splitter.calls().get(i);
      boolean named = i < calls.size() && calls.get(i).startsWith(call.id() + " ");
      found.add((named ? call.id() + " " : "") + call.name() + " " + call.arguments());
    }
    assertEquals(calls, found, splitter.notes().toString());
    assertEquals(List.of(), splitter.notes());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anyCutMakesTheSame(String format, String answer, String text, List<String> calls) {
    sameInAnyCut(format, answer);
  }

  /** Every beginning of an answer too, and answers with a character too much. */
  @ParameterizedTest
  @MethodSource("answers")
  void anyCutOfBrokenAnswersMakesTheSame(
      String format, String answer, String text, List<String> calls) {
    Random random = new Random(answer.hashCode());
    for (int i = 0; i < 12; i++) {
      int at = random.nextInt(answer.length());
      sameInAnyCut(format, answer.substring(0, at));
      String odd = List.of("<", "{", "\"", "\n ", "x", "}", "]").get(random.nextInt(7));
      sameInAnyCut(format, answer.substring(0, at) + odd + answer.substring(at));
      sameInAnyCut(format, answer.substring(0, at) + answer.substring(at + 1));
    }
  }

  private static void sameInAnyCut(String format, String answer) {
    ToolsFixture.Heard whole = new ToolsFixture.Heard();
    ToolFormat row = ToolsFixture.format(format);
    ToolSplitter expected = ToolsFixture.read(row, "", List.of(answer), whole);
    Random random = new Random(1);
    for (int i = 0; i < 4; i++) {
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < answer.length(); ) {
        int to = i == 0 ? at + 1 : Math.min(answer.length(), at + 1 + random.nextInt(12));
        pieces.add(answer.substring(at, to));
        at = to;
      }
      ToolsFixture.Heard heard = new ToolsFixture.Heard();
      ToolSplitter splitter = ToolsFixture.read(row, "", pieces, heard);
      assertEquals(expected.content(), splitter.content(), () -> pieces.toString());
      assertEquals(expected.calls(), splitter.calls(), () -> pieces.toString());
      assertEquals(expected.notes(), splitter.notes(), () -> pieces.toString());
      assertEquals(whole.order.toString(), heard.order.toString(), () -> pieces.toString());
      assertEquals(splitter.content(), heard.content.toString());
    }
  }

  /** Of an answer without a whole call every character but space is text. */
  @ParameterizedTest
  @MethodSource("answers")
  void nothingIsLostOfWhatIsCutOff(String format, String answer, String text, List<String> calls) {
    for (int to = 0; to < answer.length(); to++) {
      String begun = answer.substring(0, to);
      ToolSplitter splitter = ToolsFixture.read(format, begun);
      if (splitter.calls().isEmpty() && !begun.contains(">>>all")) {
        assertEquals(begun, splitter.content());
      }
    }
  }

  @Test
  void aBrokenCallLeavesANote() {
    ToolSplitter cut =
        ToolsFixture.read(
            "hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Os");
    assertEquals(List.of("a call of 'get_weather' is cut off, and is left as text"), cut.notes());
    ToolSplitter unknown =
        ToolsFixture.read(
            "hermes", "<tool_call>\n{\"name\": \"rm\", \"arguments\": {}}\n</tool_call>");
    assertTrue(unknown.notes().getFirst().contains("'rm', which is no tool"));
    assertTrue(unknown.content().startsWith("<tool_call>"));
    ToolSplitter odd =
        ToolsFixture.read("functionary-v3.1", "<function=get_weather>{\"city\": Oslo}</function>");
    assertTrue(odd.notes().getFirst().contains("not JSON"), odd.notes().toString());
    assertEquals("<function=get_weather>{\"city\": Oslo}</function>", odd.content());
  }

  @Test
  void argumentsComeAsTheyAreWritten() {
    ToolsFixture.Heard heard = new ToolsFixture.Heard();
    ToolSplitter splitter =
        new ToolSplitter(
            ToolsFixture.format("hermes"), ToolsFixture.TOOLS, "", ToolsFixture.ids(), heard);
    splitter.accept("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Os");
    assertEquals("{\"city\": \"Os", heard.arguments.toString());
    splitter.accept("lo\"");
    assertEquals("{\"city\": \"Oslo\"", heard.arguments.toString());
    splitter.accept("}}");
    assertEquals("{\"city\": \"Oslo\"}", heard.arguments.toString());
  }

  @Test
  void whatThePromptBeganIsNoText() {
    ToolFormat format = ToolsFixture.format("functionary-v3.2");
    String begun = format.begunBy("<|start_header_id|>assistant<|end_header_id|>\n\n>>>");
    ToolsFixture.Heard heard = new ToolsFixture.Heard();
    assertEquals(
        "get_weather",
        ToolsFixture.read(format, begun, List.of("get_weather\n" + OSLO), heard)
            .calls()
            .getFirst()
            .name());
    assertEquals("Hi.", ToolsFixture.read(format, begun, List.of("all\nHi."), heard).content());
    assertEquals("Hi, you", ToolsFixture.read(format, begun, List.of("Hi, you"), heard).content());
    assertEquals("H", ToolsFixture.read(format, begun, List.of("H"), heard).content());
  }

  /** Random tools and arguments, written as each model writes them, come back. */
  @ParameterizedTest
  @MethodSource("formats")
  void whatIsWrittenIsRead(ToolFormat format) {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      List<ToolCall> calls = new ArrayList<>();
      int n = format.several() == ToolFormat.Several.NONE ? 1 : 1 + random.nextInt(3);
      for (int c = 0; c < n; c++) {
        calls.add(ToolArguments.random(random));
      }
      String text = ToolWriter.calls(format, calls);
      ToolSplitter splitter =
          ToolsFixture.read(format, "", List.of(text), new ToolsFixture.Heard());
      assertEquals(ToolArguments.plain(calls), ToolArguments.plain(splitter.calls()), text);
      assertEquals("", splitter.content(), text);
    }
  }

  static Stream<ToolFormat> formats() {
    return ToolFormats.all().stream();
  }
}
