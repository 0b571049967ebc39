package dev.jora.chat;

import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A saved chat: JSON for people to read, its messages in the shape of OpenAI's API.
 *
 * <pre>{@code
 * {"jora_chat": 1, "model": …, "template": …, "character": …, "user_name": …,
 *  "settings": {"temp": 0.7, …},
 *  "messages": [{"role": "user", "content": "hi"}, …],
 *  "branch": "main", "branches": {"other": [ … ], …}}
 * }</pre>
 *
 * <p>{@code messages} are those of the current branch; {@code branches} has the others.
 *
 * @param model the model that was talked to, or null
 * @param template what the template was asked for by, or null
 * @param settings of sampling and the like, by name: numbers, strings, booleans, lists of them
 * @param branches messages by the name of the branch
 * @param branch the current one, which is there
 * @param character the character card, or null
 * @param userName how the user is called, or null
 */
public record ChatFile(
    String model,
    String template,
    Map<String, Object> settings,
    Map<String, List<Message>> branches,
    String branch,
    String character,
    String userName) {
  /** The branch that every chat begins with. */
  public static final String MAIN = "main";

  private static final int VERSION = 1;
  private static final int LARGEST_FILE = 128 << 20;

  /** Settings by the names that OpenAI's API and its like have for them. */
  private static final Map<String, String> REQUEST =
      Map.ofEntries(
          Map.entry("temperature", "temp"),
          Map.entry("top_p", "top_p"),
          Map.entry("top_k", "top_k"),
          Map.entry("min_p", "min_p"),
          Map.entry("seed", "seed"),
          Map.entry("frequency_penalty", "frequency_penalty"),
          Map.entry("presence_penalty", "presence_penalty"),
          Map.entry("repeat_penalty", "repeat_penalty"),
          Map.entry("max_tokens", "n_predict"),
          Map.entry("max_completion_tokens", "n_predict"));

  public ChatFile {
    Objects.requireNonNull(branch);
    Map<String, List<Message>> copies = new LinkedHashMap<>();
    branches.forEach((name, messages) -> copies.put(name, List.copyOf(messages)));
    copies.putIfAbsent(branch, List.of());
    branches = Collections.unmodifiableMap(copies);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** A chat of one branch, about which nothing else is known. */
  public static ChatFile of(List<Message> messages) {
    return new ChatFile(null, null, Map.of(), Map.of(MAIN, messages), MAIN, null, null);
  }

  /** The messages of the current branch. */
  public List<Message> messages() {
    return branches.get(branch);
  }

  /**
   * Reads a saved chat, an array of messages, or a request in the shape of OpenAI's API. Keys that
   * are not known are passed over.
   *
   * @throws ChatException with file, line and column if it is none of these
   */
  public static ChatFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw new ChatException(file + ": a chat of more than " + LARGEST_FILE + " bytes");
      }
      return of(Json.read(file.toString(), bytes));
    } catch (NoSuchFileException e) {
      throw new ChatException(file + ": no such file", e);
    } catch (IOException e) {
      throw new ChatException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static ChatFile of(Json json) {
    if (json.isArray()) {
      return of(messages(json));
    }
    Map<String, Json> chat = json.object("a chat: an object with 'messages', or an array of them");
    Json version = chat.get("jora_chat");
    if (version != null && version.number("the version").intValue() > VERSION) {
      throw version.fault("version " + VERSION + ": a newer jora wrote the chat");
    }
    Json messages = chat.get("messages");
    if (messages == null) {
      throw json.fault("a chat: an object with 'messages', or an array of them");
    }
    String branch = text(chat, "branch");
    branch = branch == null ? MAIN : branch;
    Map<String, List<Message>> branches = new LinkedHashMap<>();
    if (isThere(chat, "branches")) {
      chat.get("branches")
          .object("an object with arrays of messages")
          .forEach((name, each) -> branches.put(name, messages(each)));
    }
    branches.put(branch, messages(messages));
    return new ChatFile(
        text(chat, "model"),
        text(chat, "template"),
        settings(chat),
        branches,
        branch,
        text(chat, "character"),
        text(chat, "user_name"));
  }

  private static boolean isThere(Map<String, Json> object, String key) {
    return object.containsKey(key) && !object.get(key).isNull();
  }

  private static String text(Map<String, Json> object, String key) {
    return isThere(object, key) ? object.get(key).string("a string") : null;
  }

  private static Map<String, Object> settings(Map<String, Json> chat) {
    Map<String, Object> settings = new LinkedHashMap<>();
    REQUEST.forEach(
        (key, name) -> {
          if (isThere(chat, key)) {
            settings.put(name, chat.get(key).number("a number"));
          }
        });
    if (isThere(chat, "settings")) {
      chat.get("settings")
          .object("an object")
          .forEach((name, value) -> settings.put(name, value.plain()));
    }
    return settings;
  }

  private static List<Message> messages(Json json) {
    List<Message> messages = new ArrayList<>();
    for (Json each : json.array("an array of messages")) {
      Map<String, Json> message =
          each.object("a message such as {\"role\": \"user\", \"content\": \"…\"}");
      if (!isThere(message, "role")) {
        throw each.fault("a message with a 'role'");
      }
      String reasoning = text(message, "reasoning_content");
      messages.add(
          new Message(
              text(message, "role"),
              content(message),
              reasoning == null ? text(message, "reasoning") : reasoning,
              isThere(message, "tool_calls")
                  ? CallsFile.calls(message.get("tool_calls"))
                  : List.of(),
              text(message, "tool_call_id"),
              Message.TOOL.equals(text(message, "role")) ? text(message, "name") : null));
    }
    return messages;
  }

  /** A string, nothing, or parts, which are joined. */
  private static String content(Map<String, Json> message) {
    if (!isThere(message, "content")) {
      return "";
    }
    Json content = message.get("content");
    if (!content.isArray()) {
      return content.string("a string or an array of parts");
    }
    StringBuilder text = new StringBuilder();
    for (Json part : content.array("")) {
      text.append(part.isObject() ? part(part) : part.string("a part"));
    }
    return text.toString();
  }

  private static String part(Json json) {
    Map<String, Json> part = json.object("");
    if (isThere(part, "type") && !part.get("type").string("a string").equals("text")) {
      throw part.get("type").fault("\"text\": there is nothing but text here");
    }
    if (!isThere(part, "text")) {
      throw json.fault("a part with a 'text'");
    }
    return text(part, "text");
  }

  /**
   * Writes the chat: whole, or not at all; what was there stays until then.
   *
   * @throws ChatException if that cannot be done
   */
  public void write(Path file) {
    byte[] json = Json.write(json()).getBytes(StandardCharsets.UTF_8);
    try (PartFile part = new PartFile(file)) {
      part.write(ByteBuffer.wrap(json));
      part.finish();
    } catch (NoSuchFileException e) {
      throw new ChatException(file + " cannot be written: there is no such folder", e);
    } catch (IOException e) {
      throw new ChatException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("jora_chat", VERSION);
    json.put("model", model);
    json.put("template", template);
    json.put("character", character);
    json.put("user_name", userName);
    json.put("settings", settings.isEmpty() ? null : settings);
    json.put("messages", json(messages()));
    Map<String, Object> others = new LinkedHashMap<>();
    branches.forEach((name, messages) -> others.put(name, json(messages)));
    others.remove(branch);
    boolean plain = others.isEmpty() && branch.equals(MAIN);
    json.put("branch", plain ? null : branch);
    json.put("branches", others.isEmpty() ? null : others);
    json.values().removeIf(Objects::isNull);
    return json;
  }

  private static List<Map<String, Object>> json(List<Message> messages) {
    return messages.stream().map(Message::json).toList();
  }
}
