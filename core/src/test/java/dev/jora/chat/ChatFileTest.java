package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats are saved whole and come back the same. */
final class ChatFileTest {
  @TempDir Path folder;

  private Path file(String json) {
    try {
      return Files.writeString(folder.resolve("chat.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChatFile read(String json) {
    return ChatFile.read(file(json));
  }

  private String fault(String json) {
    Path file = file(json);
    String message = assertThrows(ChatException.class, () -> ChatFile.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  private ChatFile again(ChatFile chat) {
    Path file = folder.resolve("saved.json");
    chat.write(file);
    assertFalse(Files.exists(folder.resolve("saved.json.part")));
    return ChatFile.read(file);
  }

  @Test
  void comesBackTheSame() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("temp", 0.7);
    settings.put("top_k", 40);
    settings.put("samplers", List.of("top_k", "temp"));
    settings.put("ignore_eos", false);
    Map<String, List<Message>> branches = new LinkedHashMap<>();
    branches.put(
        "main",
        List.of(
            Message.system("Be \"brief\".\n\t\\"),
            Message.user("é 世界 😀 \u0000\u001b[31m\u2028"),
            new Message("assistant", "", "hm\n")));
    branches.put("other", List.of(Message.user("x".repeat(1 << 20) + "ж".repeat(1 << 20))));
    branches.put("empty", List.of());
    ChatFile chat = new ChatFile("m.gguf", "chatml", settings, branches, "other", "ada.png", "Eve");
    assertEquals(chat, again(chat));
    ChatFile plain = ChatFile.of(List.of(Message.user("hi")));
    assertEquals(plain, again(plain));
    assertEquals(ChatFile.of(List.of()), again(ChatFile.of(List.of())));
  }

  @Test
  void isForPeopleToRead() throws IOException {
    again(ChatFile.of(List.of(Message.user("Grüße 😀"))));
    assertEquals(
        """
        {
          "jora_chat" : 1,
          "messages" : [
            {
              "role" : "user",
              "content" : "Grüße 😀"
            }
          ]
        }
        """,
        Files.readString(folder.resolve("saved.json")));
  }

  /** Half a surrogate pair is no character, and no prompt can hold it. */
  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    ChatFile chat = ChatFile.of(List.of(Message.user("a\ud83d b\ude00 😀\ud83d")));
    assertEquals("a\ufffd b\ufffd 😀\ufffd", again(chat).messages().getFirst().content());
    ChatFile read = read("[{\"role\": \"user\", \"content\": \"\\ud83d \\ud83d\\ude00 \\ude00\"}]");
    assertEquals("\ufffd 😀 \ufffd", read.messages().getFirst().content());
  }

  @Test
  void anyTextComesBack() {
    Random random = new Random(3);
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x20000);
        text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '"' : c);
      }
      messages.add(Message.user(text.toString()));
    }
    assertEquals(messages, again(ChatFile.of(messages)).messages());
  }

  @Test
  void readsWhatOthersWrite() {
    List<Message> expected =
        List.of(Message.user("a"), Message.assistant(""), new Message("assistant", "bc", "hm"));
    String messages =
        """
        [{"role": "user", "content": [{"type": "text", "text": "a"}], "name": "x"},
         {"role": "assistant", "content": null, "tool_calls": [{}]},
         {"role": "assistant", "content": ["b", {"text": "c"}], "reasoning": "hm"}]
        """;
    assertEquals(ChatFile.of(expected), read(messages));
    assertEquals(ChatFile.of(expected), read("\uFEFF" + messages));
    ChatFile request =
        read(
            "{\"model\": \"gpt\", \"temperature\": 0.5, \"max_tokens\": 9, \"stream\": true,"
                + " \"seed\": null, \"messages\": "
                + messages
                + "}");
    assertEquals(expected, request.messages());
    assertEquals("gpt", request.model());
    assertEquals(Map.of("temp", 0.5, "n_predict", 9), request.settings());
  }

  /** The messages are the current branch, whatever stands among the branches. */
  @Test
  void readsBranches() {
    ChatFile chat =
        read(
            """
            {"jora_chat": 1, "branch": "b", "messages": [{"role": "user", "content": "new"}],
             "branches": {"main": [{"role": "user", "content": "m"}],
                          "b": [{"role": "user", "content": "old"}]}}
            """);
    assertEquals(List.of(Message.user("new")), chat.messages());
    assertEquals(List.of(Message.user("m")), chat.branches().get("main"));
    assertEquals(2, chat.branches().size());
    assertEquals(chat, again(chat));
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(
        ", line 2, column 11: 'messages[0].role': expected a string, found 1",
        fault("{\"messages\": [\n{\"role\" : 1}]}"));
    assertEquals(
        ", line 1, column 2: '[0]': expected a message with a 'role', found an object",
        fault("[{}]"));
    assertEquals(
        ", line 1, column 2: '[0]': expected a message such as {\"role\": \"user\", \"content\":"
            + " \"…\"}, found \"hi\"",
        fault("[\"hi\"]"));
    assertEquals(
        ", line 1, column 41: '[0].content[0].type': expected \"text\": there is nothing but text"
            + " here, found \"image_url\"",
        fault("[{\"role\": \"user\", \"content\": [{\"type\":  \"image_url\"}]}]"));
    assertEquals(
        ", line 1, column 1: expected a chat: an object with 'messages', or an array of them,"
            + " found an object",
        fault("{\"jora_chat\": 1}"));
    assertEquals(
        ", line 1, column 15: 'jora_chat': expected version 1: a newer jora wrote the chat, found"
            + " 2",
        fault("{\"jora_chat\": 2}"));
    assertEquals(
        ", line 1, column 34: 'branches.a': expected an array of messages, found 1",
        fault("{\"messages\": [], \"branches\":{\"a\":1}}"));
    assertEquals(" is empty: expected JSON", fault(" \n"));
    assertTrue(fault("[1,\n 2").startsWith(", line 2, column 3: not JSON: unexpected end"));
    assertTrue(fault("[] []").startsWith(", line 1, column 4: expected nothing behind the end"));
    assertTrue(fault("{\"temperature\": \"hot\", \"messages\": []}").contains("'temperature'"));
    String shown = fault("[{\"role\": [\"\\u001b[31m" + "x".repeat(500) + "\"]}]");
    assertTrue(shown.length() < 200 && !shown.contains("\u001b"), shown);
    shown =
        fault(
            "[{\"role\": \"a\", \"content\": [\"\", {\"type\": \"\\u001b[31m"
                + "x".repeat(500)
                + "\"}]}]");
    assertTrue(shown.length() < 300 && !shown.contains("\u001b"), shown);
    assertThrows(ChatException.class, () -> ChatFile.read(folder.resolve("none")));
    assertThrows(ChatException.class, () -> ChatFile.read(folder));
  }

  @Test
  void whatWasThereStaysIfWritingFails() throws IOException {
    Path file = folder.resolve("chat.json");
    ChatFile.of(List.of(Message.user("old"))).write(file);
    String before = Files.readString(file);
    Files.createDirectories(folder.resolve("chat.json.part/full"));
    ChatFile next = ChatFile.of(List.of(Message.user("new")));
    ChatException e = assertThrows(ChatException.class, () -> next.write(file));
    assertTrue(e.getMessage().startsWith(file + " cannot be written: "), e.getMessage());
    assertEquals(before, Files.readString(file));
    Files.delete(folder.resolve("chat.json.part/full"));
    Files.delete(folder.resolve("chat.json.part"));
    next.write(file);
    assertNotEquals(before, Files.readString(file));
    Path nowhere = folder.resolve("none/chat.json");
    assertEquals(
        nowhere + " cannot be written: there is no such folder",
        assertThrows(ChatException.class, () -> next.write(nowhere)).getMessage());
  }
}
