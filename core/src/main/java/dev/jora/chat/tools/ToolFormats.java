package dev.jora.chat.tools;

import dev.jora.chat.tools.CallSyntax.HeadedCall;
import dev.jora.chat.tools.CallSyntax.IdPlace;
import dev.jora.chat.tools.CallSyntax.JsonCall;
import dev.jora.chat.tools.CallSyntax.TaggedCall;
import dev.jora.chat.tools.ToolFormat.Several;
import dev.jora.chat.tools.ToolFormat.Traits;
import java.util.List;
import java.util.Optional;

/** How families of models call tools. */
public final class ToolFormats {
  private static final JsonCall ARGUMENTS = new JsonCall("name", "arguments", "id", IdPlace.NONE);

  private static final JsonCall PARAMETERS = new JsonCall("name", "parameters", "id", IdPlace.NONE);

  private static final ToolFormat HERMES =
      json("hermes", "<tool_call>\n", "\n</tool_call>", Several.SECTIONS, ARGUMENTS)
          .marked("<tool_call>"); // Qwen 2.5 and 3, Granite 4, MiMo, Reka

  /** The table. A template is of the first row whose marks it has. */
  private static final List<ToolFormat> ROWS =
      List.of(
          headed(
                  "harmony", // gpt-oss
                  List.of(),
                  " to=functions.{name}{any}<|message|>",
                  "",
                  "",
                  Several.NONE)
              .marked("<|channel|>", "functions.")
              .with(
                  Traits.leads("<|channel|>commentary", "<|start|>assistant<|channel|>commentary")),
          headed(
                  "kimi-k2",
                  List.of("<|tool_calls_section_begin|>"),
                  "<|tool_call_begin|>functions.{name}:{n}<|tool_call_argument_begin|>",
                  "<|tool_call_end|>",
                  "<|tool_calls_section_end|>",
                  Several.SEQUENCE)
              .marked("<|tool_calls_section_begin|>", "<|tool_call_argument_begin|>")
              .with(Traits.id("functions.{name}:{n}")),
          headed(
                  "deepseek-r1",
                  List.of("<｜tool▁calls▁begin｜>"),
                  "<｜tool▁call▁begin｜>function<｜tool▁sep｜>{name}\n```json\n",
                  "\n```<｜tool▁call▁end｜>",
                  "<｜tool▁calls▁end｜>",
                  Several.SEQUENCE)
              .marked("<｜tool▁calls▁begin｜>", "```json"),
          headed(
                  "deepseek-v3.1",
                  List.of("<｜tool▁calls▁begin｜>"),
                  "<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>",
                  "<｜tool▁call▁end｜>",
                  "<｜tool▁calls▁end｜>",
                  Several.SEQUENCE)
              .marked("<｜tool▁calls▁begin｜>"),
          dsml("deepseek-v4", "tool_calls"),
          dsml("deepseek-v3.2", "function_calls"),
          headed(
                  "solar",
                  List.of("<|tool_calls|>"),
                  "<|tool_call:begin|>{id}<|tool_call:name|>{name}<|tool_call:args|>",
                  "<|tool_call:end|>",
                  "",
                  Several.SEQUENCE)
              .marked("<|tool_call:args|>")
              .with(Traits.leads("<|begin|>assistant")),
          headed(
                  "mistral-v11.1", // Mistral Small 3.2
                  List.of(),
                  "[TOOL_CALLS]{name}[CALL_ID]{id}[ARGS]",
                  "",
                  "",
                  Several.SECTIONS)
              .marked("[TOOL_CALLS]", "[CALL_ID]")
              .with(Traits.NINE),
          headed(
                  "mistral-v13", // Devstral, Magistral, Ministral
                  List.of(),
                  "[TOOL_CALLS]{name}[ARGS]",
                  "",
                  "",
                  Several.SECTIONS)
              .marked("[TOOL_CALLS]", "[ARGS]")
              .with(Traits.NINE),
          json(
                  "mistral",
                  "[TOOL_CALLS]",
                  "",
                  Several.ARRAY,
                  new JsonCall("name", "arguments", "id", IdPlace.LAST))
              .marked("[TOOL_CALLS]")
              .with(Traits.NINE),
          json(
                  "command-r",
                  "<|START_ACTION|>",
                  "<|END_ACTION|>",
                  Several.ARRAY,
                  new JsonCall("tool_name", "parameters", "tool_call_id", IdPlace.FIRST))
              .marked("<|START_ACTION|>"),
          tagged(
                  "seed",
                  "<seed:tool_call>\n<function={name}>\n",
                  "<parameter={key}>",
                  "</parameter>\n",
                  "</function>\n</seed:tool_call>")
              .marked("<seed:tool_call>"),
          section(
                  tagged(
                      "minimax-m2",
                      "<invoke name=\"{name}\">\n",
                      "<parameter name=\"{key}\">",
                      "</parameter>\n",
                      "</invoke>\n"),
                  "<minimax:tool_call>\n",
                  "</minimax:tool_call>")
              .marked("<minimax:tool_call>"),
          section(
                  tagged(
                      "muse",
                      "<atem:invoke name=\"{name}\">\n",
                      "<atem:parameter name=\"{key}\">",
                      "</atem:parameter>\n",
                      "</atem:invoke>\n"),
                  "<atem:function_calls>\n",
                  "</atem:function_calls>")
              .marked("<atem:function_calls>"),
          section(
                  tagged(
                      "hunyuan",
                      "<tool_call:opensource>{name}<tool_sep:opensource>\n",
                      "<arg_key:opensource>{key}</arg_key:opensource>\n<arg_value:opensource>",
                      "</arg_value:opensource>\n",
                      "</tool_call:opensource>\n"),
                  "<tool_calls:opensource>\n",
                  "</tool_calls:opensource>")
              .marked("<tool_sep", "<arg_key"),
          tagged(
                  "glm", // GLM 4.x, Ling, Laguna
                  "<tool_call>{name}\n",
                  "<arg_key>{key}</arg_key>\n<arg_value>",
                  "</arg_value>\n",
                  "</tool_call>")
              .marked("<arg_key>", "<arg_value>"),
          tagged(
                  "qwen3-coder", // Qwen 3.5, Step, Nemotron 3
                  "<tool_call>\n<function={name}>\n",
                  "<parameter={key}>\n",
                  "\n</parameter>\n",
                  "</function>\n</tool_call>")
              .marked("<tool_call>", "<function=", "<parameter="),
          json(
                  "apriel",
                  "<tool_calls>",
                  "</tool_calls>",
                  Several.ARRAY,
                  new JsonCall("name", "arguments", "id", IdPlace.MAYBE_LAST))
              .marked("<tool_calls>["),
          HERMES,
          json("nemotron", "<TOOLCALL>", "</TOOLCALL>", Several.ARRAY, ARGUMENTS)
              .marked("<TOOLCALL>"),
          json(
                  "apertus",
                  "<|tools_prefix|>",
                  "<|tools_suffix|>",
                  Several.ARRAY,
                  new JsonCall("", "", "", IdPlace.NONE))
              .marked("<|tools_prefix|>"),
          json("gigachat", "<|function_call|>", "", Several.NONE, ARGUMENTS)
              .marked("<|function_call|>"),
          json("granite", "<|tool_call|>", "", Several.ARRAY, ARGUMENTS)
              .marked("<|tool_call|>", "available_tools"),
          new ToolFormat(
              "phi-4",
              List.of("<|tool|>", "<|/tool|>"),
              List.of("<|tool_call|>", "functools"),
              "<|/tool_call|>",
              Several.ARRAY,
              ARGUMENTS,
              Traits.NONE),
          json("firefunction", "functools", "", Several.ARRAY, ARGUMENTS).marked("functools["),
          headed("functionary-v3.2", List.of(), ">>>{name}\n", "", "", Several.SECTIONS)
              .marked(">>>all")
              .with(Traits.text("all")),
          headed(
                  "functionary-v3.1",
                  List.of(),
                  "<function={name}>",
                  "</function>",
                  "",
                  Several.SECTIONS)
              .marked("<function="),
          json("llama-3", "<|python_tag|>", "", Several.NONE, PARAMETERS)
              .marked("<|start_header_id|>ipython<|end_header_id|>")
              .with(Traits.BARE));

  private ToolFormats() {}

  /** JSON objects within a section. */
  private static ToolFormat json(
      String name, String open, String close, Several several, JsonCall call) {
    return new ToolFormat(name, List.of(), List.of(open), close, several, call, Traits.NONE);
  }

  private static ToolFormat headed(
      String name, List<String> opens, String head, String tail, String close, Several several) {
    HeadedCall call = new HeadedCall(Marker.of(head), Marker.of(tail));
    return new ToolFormat(name, List.of(), opens, close, several, call, Traits.NONE);
  }

  private static ToolFormat tagged(String name, String head, String key, String end, String tail) {
    TaggedCall call =
        new TaggedCall(Marker.of(head), Marker.of(key), Marker.of(end), Marker.of(tail));
    return new ToolFormat(name, List.of(), List.of(), "", Several.SECTIONS, call, Traits.NONE);
  }

  /** The same with all calls in one section. */
  private static ToolFormat section(ToolFormat format, String open, String close) {
    return new ToolFormat(
        format.name(),
        format.marks(),
        List.of(open),
        close,
        Several.SEQUENCE,
        format.call(),
        format.traits());
  }

  private static ToolFormat dsml(String name, String section) {
    return section(
            tagged(
                name,
                "<｜DSML｜invoke name=\"{name}\">\n",
                "<｜DSML｜parameter name=\"{key}\" string=\"{kind}\">",
                "</｜DSML｜parameter>\n",
                "</｜DSML｜invoke>\n"),
            "<｜DSML｜" + section + ">\n",
            "</｜DSML｜" + section + ">")
        .marked("｜DSML｜", section + ">");
  }

  /** All formats that are known. */
  public static List<ToolFormat> all() {
    return ROWS;
  }

  /** What a model is told to write whose template knows no tools. */
  public static ToolFormat generic() {
    return HERMES;
  }

  /**
   * The format of a model's chat template, if it shows a known one.
   *
   * @param template its text
   */
  public static Optional<ToolFormat> detect(String template) {
    return ROWS.stream().filter(row -> row.isIn(template)).findFirst();
  }
}
