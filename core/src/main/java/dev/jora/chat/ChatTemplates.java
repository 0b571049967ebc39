package dev.jora.chat;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.gguf.ByteStrings;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.IoReason;
import dev.jora.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the template of a chat: the one that is asked for, else the model's own, else the built-in
 * one that the model's special tokens ask for. There is no other fallback: a prompt of the wrong
 * format looks like a bad model.
 */
public final class ChatTemplates {
  private static final String KEY = "tokenizer.chat_template";
  private static final Parameter PARAMETER = new Parameter("chat_template");

  private ChatTemplates() {}

  /**
   * The template that somebody asks for.
   *
   * @param option a name of a built-in template, of a variant that the model has, a file, or the
   *     text of a template
   * @param model what may have variants; may be null
   * @throws ChatException if it is none of these
   * @throws dev.jora.template.TemplateException if it is not well-formed
   */
  public static Template named(String option, GgufMetadata model) {
    Optional<Template> builtIn = BuiltInTemplates.find(option);
    if (builtIn.isPresent()) {
      return builtIn.get();
    }
    if (model != null && model.contains(KEY + "." + option)) {
      return ofModel(model, KEY + "." + option);
    }
    Optional<Path> file = file(option);
    if (file.isPresent()) {
      return read(file.get());
    }
    if (option.contains("{")) {
      return Template.parse(option);
    }
    throw new ChatException(
        Sentence.of(
            "%s '%s' is no file, no text of a template and no built-in one: %s",
            PARAMETER, option, names()));
  }

  private static Optional<Path> file(String option) {
    try {
      return Optional.of(Path.of(option)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Template read(Path file) {
    try {
      return Template.parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new ChatException(file + " cannot be read as UTF-8 text: " + IoReason.of(e), e);
    }
  }

  private static Template ofModel(GgufMetadata model, String key) {
    return Template.parse(model.file() + ": " + key, model.string(key));
  }

  /** True if a model has a template of its own. */
  public static boolean isIn(GgufMetadata model) {
    return model.contains(KEY) || model.contains(KEY + ".default");
  }

  /**
   * The template of a model: its variant for tools if it has one and tools there are, its own, or
   * the built-in one that its special tokens ask for.
   *
   * @throws ChatException if there is none, with the names of those that can be asked for
   * @throws dev.jora.template.TemplateException if it is not well-formed
   */
  public static Template of(GgufMetadata model, boolean tools) {
    if (tools && model.contains(KEY + ".tool_use")) {
      return ofModel(model, KEY + ".tool_use");
    }
    if (model.contains(KEY)) {
      return ofModel(model, KEY);
    }
    if (model.contains(KEY + ".default")) {
      return ofModel(model, KEY + ".default");
    }
    Set<String> tokens = new HashSet<>();
    ByteStrings texts = model.strings("tokenizer.ggml.tokens");
    for (int id = 0; id < texts.size(); id++) {
      tokens.add(texts.get(id));
    }
    return BuiltInTemplates.detect(tokens::contains)
        .flatMap(BuiltInTemplates::find)
        .orElseThrow(
            () ->
                new ChatException(
                    Sentence.of(
                        "%s: the model has no chat template, nor special tokens that tell its"
                            + " format: give one with %s, a file or %s",
                        model.file(), PARAMETER, names())));
  }

  private static String names() {
    return String.join(", ", BuiltInTemplates.names());
  }
}
