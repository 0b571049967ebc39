package dev.jora.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.chat.ChatFile;
import dev.jora.chat.Message;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.cli.common.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptChatsTest {
  @TempDir Path dir;

  private static ChatFile chat(String words) {
    List<Message> messages = List.of(Message.user(words), Message.assistant("Yes."));
    return new ChatFile("demo.gguf", null, Map.of(), Map.of("main", messages), "main", null, null);
  }

  private Path folder() {
    return dir.resolve("state/jora/chats");
  }

  /** Writes a conversation as if some seconds after 1970. */
  private Path write(KeptChats kept, String words, int seconds) throws IOException {
    Path file = kept.write(chat(words), null);
    return Files.setLastModifiedTime(file, FileTime.fromMillis(seconds * 1000L));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.toList();
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aConversationIsOneFileForItsOwnersEyesOnly() throws Exception {
    Files.createDirectories(folder()); // as wide as the system makes it
    KeptChats kept = new KeptChats(folder());
    Path file = kept.write(chat("one"), null);
    assertEquals(file, kept.write(chat("two"), file));
    assertEquals(List.of(file), files());
    assertEquals("two", ChatFile.read(file).messages().getFirst().content());
    assertTrue(file.toString().contains("-" + ProcessHandle.current().pid()), file.toString());
    assertEquals("rw-------", permissions(file));
    assertEquals("rwx------", permissions(folder()));
    assertTrue(kept.has(file));
    assertFalse(kept.has(dir.resolve("talk.json")));
  }

  @Test
  void theOldestMakeRoomAndOtherFilesStay() throws Exception {
    KeptChats kept = new KeptChats(folder());
    Path oldest = write(kept, "oldest", 1);
    Path second = write(kept, "second", 2);
    Path other = Files.writeString(folder().resolve("mine.json"), "{}");
    byte[] bytes = Files.readAllBytes(second);
    for (int i = 3; i <= KeptChats.MOST; i++) {
      Path file = Files.write(folder().resolve(String.format("2020_%03d.json", i)), bytes);
      Files.setLastModifiedTime(file, FileTime.fromMillis(i * 1000L));
    }
    kept.write(chat("again"), oldest);
    assertEquals(KeptChats.MOST, kept.newestFirst().size());
    Path newest = kept.write(chat("newest"), null);
    assertEquals(KeptChats.MOST, kept.newestFirst().size());
    assertFalse(Files.exists(second), "the one that was written longest ago goes");
    assertTrue(Files.exists(oldest) && Files.exists(newest) && Files.exists(other));
  }

  @Test
  void aListHasNumbersDatesModelsAndFirstWords() throws Exception {
    KeptChats kept = new KeptChats(folder());
    assertEquals(List.of(), kept.lines());
    assertThrows(UserException.class, () -> kept.numbered(1));
    assertThrows(UserException.class, kept::newest);
    Path old = write(kept, "an old\n question\u001b[2J", 86_400);
    Path later = write(kept, "a later one", 86_460);
    Files.setLastModifiedTime(
        Files.writeString(folder().resolve("1_1.json"), "{"), FileTime.fromMillis(0));
    List<String> lines = kept.lines();
    assertTrue(lines.get(0).startsWith("  3  ") && lines.get(0).contains("1_1.json"), lines.get(0));
    String line = lines.get(1);
    assertTrue(
        line.matches(" {2}2 {2}1970-01-0[123] \\d\\d:\\d\\d {2}demo.gguf {2}an old question.*"),
        line);
    assertFalse(line.contains("\u001b"), line);
    assertTrue(lines.get(2).startsWith("  1  ") && lines.get(2).endsWith("  a later one"));
    assertEquals(later, kept.newest());
    write(kept, "between", 90_000);
    assertEquals(old, kept.numbered(2), "numbers are those that were shown");
    assertThrows(UserException.class, () -> kept.numbered(4));
    assertThrows(UserException.class, () -> kept.numbered(0));
  }

  @Test
  void aFolderThatCannotBeIsOneSentence() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    KeptChats kept = new KeptChats(file);
    assertThrows(UserException.class, () -> kept.write(chat("one"), null));
    UserException none = assertThrows(UserException.class, kept::newest);
    assertTrue(none.getMessage().contains(file.toString()), none.getMessage());
  }

  private JoraProcess.Result jora(String stdin, String... args) throws Exception {
    String[] words =
        Stream.concat(Stream.of("chat", "--temp", "0", "-n", "4"), Stream.of(args))
            .toArray(String[]::new);
    return JoraWorker.run(
        stdin.getBytes(StandardCharsets.UTF_8),
        Map.of("XDG_STATE_HOME", dir.resolve("state").toString()),
        words);
  }

  @Test
  void aPipeKeepsNothingUnlessItGoesOn() throws Exception {
    assertEquals(0, jora("Who is Bruno?\n").code());
    assertFalse(Files.exists(folder()));
    JoraProcess.Result none = jora("hi\n", "--continue");
    assertEquals(1, none.code());
    assertTrue(none.err().contains("no conversation is kept in " + folder()), none.err());
    assertEquals(2, jora("hi\n", "--continue", "--load", "x.json").code());

    KeptChats kept = new KeptChats(folder());
    Path old = write(kept, "an old one", 1);
    Path file = write(kept, "Who is Bruno?", 2);
    assertEquals(0, jora("hi\n", "--continue", "--no-autosave").code());
    assertEquals(2, ChatFile.read(file).messages().size());
    assertEquals(0, jora("/set autosave off\nhi\n", "--continue").code());
    assertEquals(2, ChatFile.read(file).messages().size());
    assertEquals(0, jora("hi\n", "--continue").code());
    assertEquals(4, ChatFile.read(file).messages().size());
    JoraProcess.Result list = jora("/history\n/history 2\nhi\n/clear\nhi\n", "--continue");
    assertTrue(list.err().contains("  2  1970-01-01"), list.err());
    assertEquals(4, ChatFile.read(old).messages().size(), "what is opened is kept where it is");
    assertEquals(4, ChatFile.read(file).messages().size());
    assertEquals(3, files().size(), "what begins anew is another one");
    Path save = dir.resolve("talk.json");
    assertEquals(0, jora("hi\n", "--continue", "--save", save.toString()).code());
    assertEquals(3, files().size());
    assertEquals(4, ChatFile.read(save).messages().size());
    assertTrue(jora("/load 3\n").err().contains("messages"));
    assertTrue(jora("/history 9\n").err().contains("/history lists 1 to 3"));
  }
}
