package dev.jora.cli.common;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.ReplyGrammar;
import dev.jora.chat.tools.ToolCall;
import dev.jora.chat.tools.ToolChoice;
import dev.jora.chat.tools.ToolJson;
import dev.jora.chat.tools.Tools;
import dev.jora.chat.tools.ToolsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Tools that the model may call. */
public final class ToolOptions {
  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description =
          "Tools that the model may call: a JSON array as OpenAI's API has it. You are the one who"
              + " gives the results.")
  Path file;

  @Option(
      names = "--tool-choice",
      paramLabel = "auto|none|required|NAME",
      description = "Whether it calls one: as it likes, never, always, this one (default: auto).")
  String choice;

  private Tools read; // null: not yet

  /** True if there are tools. */
  public boolean isOn() {
    return file != null;
  }

  /**
   * The tools.
   *
   * @throws UserException if the file has none, with the place of what is wrong
   */
  public Tools tools() {
    if (read == null) {
      read = read();
    }
    return read;
  }

  private Tools read() {
    if (file == null) {
      if (choice != null) {
        throw UserException.usage("--tool-choice needs --tools");
      }
      return Tools.NONE;
    }
    try {
      Tools tools = Tools.read(MessageFiles.read(file));
      return choice == null ? tools : tools.choosing(ToolChoice.of(choice));
    } catch (ToolsException e) {
      throw told(e);
    }
  }

  private UserException told(ToolsException e) {
    return new UserException(
        file + ": " + e.getMessage().replaceFirst("^tool_choice", "--tool-choice"), e);
  }

  /**
   * What holds answers to calls of the tools that a format offers.
   *
   * @throws UserException if a tool's schema cannot be enforced and must be: with file and tool
   */
  public ReplyGrammar grammar(ChatFormat format, Session session) {
    try {
      return ReplyGrammar.calling(format, session::compile);
    } catch (ToolsException e) {
      throw told(e);
    }
  }

  /** Refuses tools beside what texts are held to; null for nothing. */
  public static void checkAlone(Tools tools, GrammarSource held) {
    if (tools.areOffered() && held != null) {
      throw UserException.usage(
          "a grammar or JSON schema cannot be with --tools, whose calls have a grammar of their"
              + " own");
    }
  }

  /** A call as a program reads it: one line of JSON. */
  public static String line(ToolCall call) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", call.id());
    json.put("name", call.name());
    json.put("arguments", call.values());
    return ToolJson.write(Map.of("tool_call", json));
  }

  /** A call as people read it: {@code get_weather(city: "Oslo", days: 2)}. */
  public static String words(ToolCall call) {
    StringBuilder words = new StringBuilder(call.name()).append('(');
    if (call.values() instanceof Map<?, ?> arguments) {
      String comma = "";
      for (Map.Entry<?, ?> argument : arguments.entrySet()) {
        words.append(comma).append(argument.getKey()).append(": ");
        words.append(ToolJson.write(argument.getValue()));
        comma = ", ";
      }
    } else {
      words.append(call.arguments());
    }
    return words.append(')').toString();
  }
}
