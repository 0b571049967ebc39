package dev.jora.cli.common;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.ChatTemplates;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.Utf8;
import dev.jora.template.Limits;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a conversation becomes a prompt, and what is shown of what the model thinks. */
public final class TemplateOptions {
  /** What is done about thinking. */
  enum Thinking {
    /** As the template has it, and shown. */
    AUTO,
    /** Asked for, and shown. */
    ON,
    /** Asked not to be. */
    OFF,
    /** Not shown. */
    HIDE
  }

  @Option(
      names = "--chat-template",
      paramLabel = "NAME|FILE|TEXT",
      description =
          "A built-in template, one of the model's by name, a file, or the text itself (default:"
              + " the model's, else the built-in one that its special tokens ask for).")
  private String name;

  @Option(
      names = "--chat-template-file",
      paramLabel = "FILE",
      hidden = true,
      description = "llama.cpp's way of giving a file to --chat-template.")
  private Path file;

  @Option(
      names = "--chat-template-kwargs",
      paramLabel = "JSON",
      description = "Variables for the template: an object such as '{\"enable_thinking\": false}'.")
  String kwargs;

  @Option(
      names = {"-sys", "--system-prompt"},
      paramLabel = "TEXT",
      description = "What the model is told before the conversation.")
  String system;

  @Option(
      names = {"-sysf", "--system-prompt-file"},
      paramLabel = "FILE",
      description = "The same from a file.")
  Path systemFile;

  @Option(
      names = {"-rea", "--reasoning"},
      paramLabel = "on|off|hide|auto",
      converter = ThinkingConverter.class,
      description =
          "Thinking before the answer: on or off asks the template for it or not, hide folds it"
              + " away, auto leaves it to the template (default: auto).")
  Thinking thinking = Thinking.AUTO;

  @Option(
      names = "--reasoning-budget",
      paramLabel = "N",
      description = "Most tokens to think, then the model must answer; -1 no limit (default: -1).")
  int budget = -1;

  @Option(
      names = "--reasoning-effort",
      paramLabel = "LEVEL",
      description = "How hard to think, for templates that ask: low, medium, high ...")
  String effort;

  @Option(names = "--show-prompt", description = "Print the exact prompt and its tokens on stderr.")
  private boolean showPrompt;

  @Option(
      names = {"--jinja", "--no-jinja"},
      hidden = true,
      description = "Accepted for llama.cpp's sake: all templates are Jinja here.")
  boolean jinja;

  /** True if a template is asked for. */
  public boolean isAsked() {
    return name != null || file != null;
  }

  /** True if the exact prompt is to be printed. */
  public boolean showsPrompt() {
    return showPrompt;
  }

  /** What the template is asked for by: a name, a file, its text; or null. */
  public String asked() {
    if (name != null && file != null) {
      throw UserException.usage("give the template once: --chat-template or --chat-template-file");
    }
    String asked = file != null ? file.toString() : name;
    if (asked != null && !asked.contains("{")) {
      TextFiles.check(FilePath.word(asked));
    }
    return asked;
  }

  /**
   * The format of conversations with a model.
   *
   * @param asked what the template is asked for by; null: the model's
   * @param cancelled true once nobody waits for a prompt any more
   */
  public ChatFormat format(
      String asked, GgufMetadata model, Tokenizer tokenizer, BooleanSupplier cancelled) {
    return new ChatFormat(
        asked != null ? ChatTemplates.named(asked, model) : ChatTemplates.of(model, false),
        tokenizer,
        variables(),
        LocalDateTime::now,
        Limits.DEFAULT.until(cancelled));
  }

  /** Variables of the template: thinking is {@code enable_thinking} in nearly all of them. */
  public Map<String, Object> variables() {
    Map<String, Object> variables = new LinkedHashMap<>();
    if (thinking == Thinking.ON || thinking == Thinking.OFF) {
      variables.put("enable_thinking", thinking == Thinking.ON);
      variables.put("thinking", thinking == Thinking.ON);
    }
    if (effort != null && !effort.equals("default")) {
      variables.put("reasoning_effort", effort);
    }
    if (kwargs != null) {
      variables.putAll(Json.object("--chat-template-kwargs", kwargs));
    }
    return variables;
  }

  /** True if what is thought is not shown. */
  public boolean foldsThinking() {
    return thinking == Thinking.HIDE;
  }

  /** The most tokens to think. */
  public int thinkingBudget() {
    if (budget < -1) {
      throw UserException.usage("--reasoning-budget must be -1 (no limit) or more, not " + budget);
    }
    return thinking == Thinking.OFF ? 0 : budget;
  }

  /** True if there is a system prompt, which only a conversation has. */
  public boolean asksSystem() {
    return system != null || systemFile != null;
  }

  /**
   * What the model is told first, or null.
   *
   * @param escapes how texts on the command line are meant
   */
  public String systemText(EscapeOptions escapes) {
    if (system != null && systemFile != null) {
      throw UserException.usage("give the system prompt once: -sys or -sysf");
    }
    if (systemFile == null) {
      return escapes.text(system);
    }
    TextFiles.check(systemFile);
    return Utf8.decode(PromptOptions.dropLineEnd(PromptOptions.read(systemFile)));
  }

  /** Words of --reasoning. */
  static final class ThinkingConverter implements ITypeConverter<Thinking> {
    @Override
    public Thinking convert(String text) {
      try {
        return Thinking.valueOf(text.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is none of on, off, hide, auto");
      }
    }
  }
}
