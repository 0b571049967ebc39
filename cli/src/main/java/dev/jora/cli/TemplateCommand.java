package dev.jora.cli;

import dev.jora.chat.ChatPrompt;
import dev.jora.chat.ChatTemplates;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.FilePath;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.template.Limits;
import dev.jora.template.Template;
import dev.jora.template.Text;
import dev.jora.template.Value;
import dev.jora.tokenizer.Tokenizer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code jora template}: a conversation in, the prompt that a model would get out. */
@Command(
    name = "template",
    description = {
      "Shows the prompt that a chat template makes of messages.",
      "FILE.json holds an array of messages, or an object whose other keys are variables of the",
      "template: tools, documents, bos_token, add_generation_prompt, enable_thinking ..."
    },
    customSynopsis =
        "jora template [OPTIONS] [MODEL.gguf | -m FILE | --chat-template NAME] --messages"
            + " FILE.json",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora template -m model.gguf --messages chat.json",
      "  jora template --chat-template llama3 --messages chat.json --no-generation-prompt",
      "  jora template --chat-template my.jinja --messages chat.json --now 2025-07-26T12:00:00"
    })
final class TemplateCommand implements Callable<Integer> {
  @Mixin ModelOptions model;

  @Option(
      names = "--chat-template",
      paramLabel = "NAME|FILE|TEXT",
      description =
          "A built-in template, one of the model's by name, a file, or the text itself (default:"
              + " the model's, else the built-in one that its special tokens ask for).")
  String chatTemplate;

  @Option(
      names = "--messages",
      paramLabel = "FILE.json",
      required = true,
      description = "The conversation; - for stdin.")
  String messages;

  @Option(
      names = "--kwargs",
      paramLabel = "JSON",
      description = "More variables: an object such as '{\"enable_thinking\": false}'.")
  String kwargs;

  @Option(
      names = "--no-generation-prompt",
      description = "Do not add what begins the model's answer.")
  boolean noGenerationPrompt;

  @Option(
      names = "--now",
      paramLabel = "ISO-TIME",
      converter = Time.class,
      description = "The time that strftime_now sees: 2025-07-26T12:00:00 (default: now).")
  LocalDateTime now;

  @Option(names = "--ids", description = "Print the prompt's token ids: [1, 2, 3].")
  boolean ids;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    Map<String, Object> json = conversation();
    boolean needsModel = chatTemplate == null || model.isNamed() || ids;
    GgufMetadata metadata = needsModel ? GgufFile.readMetadata(model.path()) : null;
    Tokenizer tokenizer = needsModel ? Tokenizer.from(metadata) : null;
    Template template =
        chatTemplate != null
            ? ChatTemplates.named(chatTemplate, metadata)
            : ChatTemplates.of(metadata, json.get("tools") instanceof List<?> l && !l.isEmpty());
    Map<String, Value> variables = new LinkedHashMap<>();
    if (tokenizer != null) {
      variables.putAll(ChatPrompt.variables(tokenizer.vocab()));
    }
    variables.putAll(ChatPrompt.variables(json));
    Text prompt =
        template.render(variables, now != null ? now : LocalDateTime.now(), Limits.DEFAULT);
    Output out = Output.standard();
    if (ids) {
      out.println(Arrays.toString(ChatPrompt.tokens(tokenizer, prompt)));
    } else {
      out.print(prompt.string());
      if (Terminal.stdout()) {
        out.println("");
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  /** The variables of the file, of the command line, and of the options. */
  private Map<String, Object> conversation() {
    byte[] bytes =
        messages.equals("-") ? PromptOptions.stdin() : PromptOptions.read(FilePath.word(messages));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("add_generation_prompt", true);
    switch (Json.read(messages, bytes)) {
      case List<?> list -> json.put("messages", list);
      case Map<?, ?> map -> map.forEach((key, value) -> json.put((String) key, value));
      case null, default ->
          throw new UserException(messages + ": an array of messages or an object is expected");
    }
    if (!json.containsKey("messages")) {
      throw new UserException(messages + ": the object has no key 'messages'");
    }
    if (kwargs != null) {
      json.putAll(Json.object("--kwargs", kwargs));
    }
    if (noGenerationPrompt) {
      json.put("add_generation_prompt", false);
    }
    return json;
  }

  /** A time with or without an offset, or a date. */
  static final class Time implements ITypeConverter<LocalDateTime> {
    @Override
    public LocalDateTime convert(String text) {
      try {
        return LocalDateTime.parse(text);
      } catch (DateTimeParseException e) {
        return otherwise(text);
      }
    }

    private static LocalDateTime otherwise(String text) {
      try {
        return text.indexOf('T') < 0
            ? LocalDate.parse(text).atStartOfDay()
            : OffsetDateTime.parse(text).toLocalDateTime();
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'" + text + "' is no ISO time such as 2025-07-26T12:00:00");
      }
    }
  }
}
