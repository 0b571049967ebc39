package dev.jora.chat;

import dev.jora.chat.ReasoningFormat.Channels;
import java.util.List;
import java.util.function.Predicate;

/** How families of models mark their thinking. */
public final class ReasoningFormats {
  private static final List<String> NO = List.of();

  /** The table. A template, or a vocabulary, is of the first row whose marks it has. */
  private static final List<ReasoningFormat> ROWS =
      List.of(
          new ReasoningFormat(
              "harmony", // gpt-oss
              List.of("<|channel|>analysis<|message|>"),
              List.of("<|end|>", "<|return|>", "<|call|>", "<|start|>"),
              NO,
              NO,
              "<|end|><|start|>assistant<|channel|>final<|message|>",
              List.of("<|channel|>", "<|message|>"),
              new Channels(
                  List.of("<|start|>", "<|channel|>", "<|constrain|>", "<|message|>", "to="),
                  List.of("<|message|>"),
                  "<|channel|>analysis",
                  "to=functions.")),
          new ReasoningFormat(
              "recipient", // Muse
              List.of("to=self<|message|>"),
              List.of("<|eom|>", "<|eot|>", "<|start|>"),
              NO,
              NO,
              "<|eom|><|start|>assistant to=user<|message|>",
              List.of("to=self", "<|message|>"),
              new Channels(
                  List.of("<|start|>", "<|message|>", "to="),
                  List.of("<|message|>"),
                  "to=self",
                  "")),
          new ReasoningFormat(
              "solar",
              List.of("<|think|>"),
              List.of("<|end|>", "<|begin|>"),
              NO,
              NO,
              "<|end|><|begin|>assistant<|content|>",
              List.of("<|think|>", "<|content|>"),
              new Channels(
                  List.of("<|begin|>", "<|think|>", "<|content|>", "<|tool_calls|>"),
                  List.of("<|think|>", "<|content|>", "<|tool_calls|>"),
                  "<|think|>",
                  "<|tool_calls|>")),
          new ReasoningFormat(
              "kimi-k3",
              List.of("<|open|>think<|sep|>"),
              List.of("<|close|>think<|sep|>"),
              List.of("<|open|>response<|sep|>"),
              List.of("<|close|>response<|sep|>", "<|close|>message<|sep|>"),
              "<|close|>think<|sep|><|open|>response<|sep|>",
              List.of("<|open|>", "<|close|>", "<|sep|>"),
              null),
          new ReasoningFormat(
              "cohere2-moe",
              List.of("<|START_THINKING|>"),
              List.of("<|END_THINKING|>"),
              List.of("<|START_TEXT|>"),
              List.of("<|END_TEXT|>"),
              "<|END_THINKING|><|START_TEXT|>",
              List.of("<|END_THINKING|>", "<|START_TEXT|>"),
              null),
          new ReasoningFormat(
              "command-a",
              List.of("<|START_THINKING|>"),
              List.of("<|END_THINKING|>"),
              List.of("<|START_RESPONSE|>"),
              List.of("<|END_RESPONSE|>"),
              "<|END_THINKING|><|START_RESPONSE|>",
              List.of("<|END_THINKING|>"),
              null),
          new ReasoningFormat(
              "apriel",
              List.of("Here are my reasoning steps:"),
              List.of("[BEGIN FINAL RESPONSE]"),
              NO,
              List.of("[END FINAL RESPONSE]"),
              "\n[BEGIN FINAL RESPONSE]\n",
              List.of("[BEGIN FINAL RESPONSE]"),
              null),
          row("gemma4", "<|channel>thought", "<channel|>", "\n<channel|>"),
          row("medgemma", "<unused94>thought", "<unused95>", "\n<unused95>"),
          row("mistral", "[THINK]", "[/THINK]", "[/THINK]"),
          row("apertus", "<|inner_prefix|>", "<|inner_suffix|>", "<|inner_suffix|>"),
          row("seed", "<seed:think>", "</seed:think>", "</seed:think>"),
          row("minimax-m3", "<mm:think>", "</mm:think>", "</mm:think>"),
          row("hunyuan", "<think:opensource>", "</think:opensource>", "</think:opensource>"),
          row("kimi-vl", "◁think▷", "◁/think▷", "\n◁/think▷\n\n"),
          row("open-thoughts", "<|begin_of_thought|>", "<|end_of_thought|>", "<|end_of_thought|>")
              .answering("<|begin_of_solution|>", "<|end_of_solution|>"),
          row(
                  "think",
                  "<think>",
                  "</think>",
                  "\n</think>\n\n") // Qwen 3, DeepSeek R1, GLM, SmolLM 3
              .answering("<response>", "</response>") // Granite
              .answering("<answer>", "</answer>"), // Hunyuan
          row("thinking", "<thinking>", "</thinking>", "\n</thinking>\n\n")
              .answering("<output>", "</output>"), // Reflection
          row("thought", "<thought>", "</thought>", "\n</thought>\n\n")); // Exaone Deep

  private ReasoningFormats() {}

  private static ReasoningFormat row(String name, String open, String close, String closing) {
    return new ReasoningFormat(
        name, List.of(open), List.of(close), NO, NO, closing, List.of(close), null);
  }

  /** All formats that are known. */
  public static List<ReasoningFormat> all() {
    return ROWS;
  }

  /** The format {@code <think>}, which a model may have learnt without telling. */
  public static ReasoningFormat common() {
    return ROWS.stream().filter(row -> row.name().equals("think")).findFirst().orElseThrow();
  }

  /**
   * The format of a model: of its template, else of its vocabulary, else {@link
   * ReasoningFormat#NONE}.
   *
   * @param template the text of the chat template
   * @param hasToken whether the vocabulary has a token of this text
   */
  public static ReasoningFormat detect(String template, Predicate<String> hasToken) {
    return ROWS.stream()
        .filter(row -> row.isIn(template))
        .findFirst()
        .or(() -> ROWS.stream().filter(row -> row.isIn(hasToken)).findFirst())
        .orElse(ReasoningFormat.NONE);
  }
}
