package dev.jora.chat;

import dev.jora.chat.tools.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One message of a conversation, in the shape of OpenAI's API.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool}, or what else a
 *     template knows
 * @param content what was said; of a tool, what it found
 * @param reasoning what the model thought before it said so; null where it did not
 * @param calls tools that the model called
 * @param callId of a tool's message, the call that it answers; else null
 * @param name of a tool's message, the tool's; else null
 */
public record Message(
    String role,
    String content,
    String reasoning,
    List<ToolCall> calls,
    String callId,
    String name) {
  /** The roles that every template knows. */
  public static final String SYSTEM = "system";

  public static final String USER = "user";
  public static final String ASSISTANT = "assistant";

  /** The role of what a tool found. */
  public static final String TOOL = "tool";

  public Message {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
    calls = List.copyOf(calls);
  }

  /** A message that has nothing to do with tools. */
  public Message(String role, String content, String reasoning) {
    this(role, content, reasoning, List.of(), null, null);
  }

  /** What sets the tone of the conversation. */
  public static Message system(String content) {
    return new Message(SYSTEM, content, null);
  }

  /** What the person says. */
  public static Message user(String content) {
    return new Message(USER, content, null);
  }

  /** What the model says. */
  public static Message assistant(String content) {
    return new Message(ASSISTANT, content, null);
  }

  /** What a tool found that was called. */
  public static Message result(ToolCall call, String content) {
    return new Message(TOOL, content, null, List.of(), call.id(), call.name());
  }

  /** True if the message is of this role. */
  public boolean is(String role) {
    return this.role.equals(role);
  }

  /** The same with other content. */
  Message saying(String content) {
    return new Message(role, content, reasoning, calls, callId, name);
  }

  /** The same with other calls. */
  Message calling(List<ToolCall> calls) {
    return new Message(role, content, reasoning, calls, callId, name);
  }

  /**
   * As JSON, for files: {@code role}, {@code content}, and where there are such {@code
   * reasoning_content}, {@code tool_calls}, {@code tool_call_id}, {@code name}.
   */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("role", role);
    json.put("content", content);
    json.put("reasoning_content", reasoning);
    json.put("tool_calls", calls.isEmpty() ? null : calls.stream().map(ToolCall::json).toList());
    json.put("tool_call_id", callId);
    json.put("name", name);
    json.values().removeIf(Objects::isNull);
    return json;
  }
}
