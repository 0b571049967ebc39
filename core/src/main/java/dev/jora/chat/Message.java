package dev.jora.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One message of a conversation, in the shape of OpenAI's API.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, or what else a template knows
 * @param content what was said
 * @param reasoning what the model thought before it said so; null where it did not
 */
public record Message(String role, String content, String reasoning) {
  /** The roles that every template knows. */
  public static final String SYSTEM = "system";

  public static final String USER = "user";
  public static final String ASSISTANT = "assistant";

  public Message {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
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

  /** True if the message is of this role. */
  public boolean is(String role) {
    return this.role.equals(role);
  }

  /** As JSON, for templates and files: {@code role}, {@code content}, {@code reasoning_content}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("role", role);
    json.put("content", content);
    if (reasoning != null) {
      json.put("reasoning_content", reasoning);
    }
    return json;
  }
}
