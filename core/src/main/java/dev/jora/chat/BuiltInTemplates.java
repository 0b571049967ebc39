package dev.jora.chat;

import dev.jora.template.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The templates that come with jora: Jinja files beside this class. */
public final class BuiltInTemplates {
  /**
   * A built-in template.
   *
   * @param aliases other names
   * @param marks tokens by which a model's vocabulary gives the format away; none where none do
   */
  private record Row(String name, List<String> aliases, List<String> marks) {
    boolean isFor(Predicate<String> hasToken) {
      return !marks.isEmpty() && marks.stream().allMatch(hasToken);
    }
  }

  /** The table. A vocabulary is of the first row whose marks it has. */
  private static final List<Row> ROWS =
      List.of(
          row("gpt-oss", List.of(), "<|start|>", "<|channel|>", "<|message|>"),
          row("phi4", List.of(), "<|im_start|>", "<|im_sep|>"),
          row("chatml", List.of(), "<|im_start|>", "<|im_end|>"),
          row("llama3", List.of(), "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
          row("gemma", List.of(), "<start_of_turn>", "<end_of_turn>"),
          row("command-r", List.of(), "<|START_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>"),
          row("deepseek3", List.of(), "<｜User｜>", "<｜Assistant｜>"),
          row("granite", List.of(), "<|start_of_role|>", "<|end_of_role|>"),
          row("mistral-v7-tekken", List.of(), "[INST]", "[SYSTEM_PROMPT]", "<SPECIAL_20>"),
          row("mistral-v7", List.of(), "[INST]", "[SYSTEM_PROMPT]"),
          row("mistral-v3-tekken", List.of(), "[INST]", "[AVAILABLE_TOOLS]", "<SPECIAL_20>"),
          row("mistral-v3", List.of(), "[INST]", "[AVAILABLE_TOOLS]"),
          row("exaone", List.of("exaone3", "exaone4"), "[|assistant|]", "[|endofturn|]"),
          row("solar", List.of("solar-open"), "<|begin|>", "<|content|>", "<|end|>"),
          row("glm4", List.of("chatglm4"), "[gMASK]", "<sop>", "<|user|>"),
          row("phi3", List.of(), "<|user|>", "<|assistant|>", "<|end|>"),
          row("falcon3", List.of(), "<|user|>", "<|assistant|>", ">>TITLE<<"),
          row("openchat", List.of(), "<|end_of_turn|>"),
          row("llama2", List.of()),
          row("mistral-v1", List.of()),
          row("vicuna", List.of()),
          row("vicuna-orca", List.of()),
          row("alpaca", List.of()),
          row("zephyr", List.of()),
          row("deepseek", List.of("deepseek1")),
          row("deepseek2", List.of()),
          row("orion", List.of()),
          row("monarch", List.of()));

  private BuiltInTemplates() {}

  private static Row row(String name, List<String> aliases, String... marks) {
    return new Row(name, aliases, List.of(marks));
  }

  /** All names but the aliases, in alphabetical order. */
  public static List<String> names() {
    return ROWS.stream().map(Row::name).sorted().toList();
  }

  /** The template of a name or alias. */
  public static Optional<Template> find(String name) {
    return ROWS.stream()
        .filter(row -> row.name().equals(name) || row.aliases().contains(name))
        .findFirst()
        .map(row -> read(row.name()));
  }

  /**
   * The name of the template that a vocabulary asks for.
   *
   * @param hasToken whether the vocabulary has a token of this text
   */
  public static Optional<String> detect(Predicate<String> hasToken) {
    return ROWS.stream().filter(row -> row.isFor(hasToken)).findFirst().map(Row::name);
  }

  private static Template read(String name) {
    try (InputStream in = BuiltInTemplates.class.getResourceAsStream(name + ".jinja")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Template.parse("built-in chat template " + name, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
