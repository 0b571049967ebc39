package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --ban-string} and its like. */
final class BannedPhrasesTest {
  @TempDir Path dir;

  private static JoraProcess.Result run(String... args) throws Exception {
    String[] words = {"run", "--raw", "-p", "Once", "-n", "30", "--temp", "0", "-q"};
    return JoraWorker.run(Stream.of(words, args).flatMap(Arrays::stream).toArray(String[]::new));
  }

  private static String text(String... args) throws Exception {
    JoraProcess.Result result = run(args);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  @Test
  void noBannedPhraseIsWritten() throws Exception {
    String free = text();
    assertTrue(free.startsWith("Once there was a boy named Tom"), free);
    String without = text("--ban-string", "was a", "--ban-string", "girl");
    assertFalse(without.contains("was a") || without.contains("girl"), without);
    assertTrue(without.startsWith("Once "), "the prompt stays: " + without);
    assertEquals(free, text("--ban-string", "THERE"));
    assertFalse(text("--ban-string", "THERE", "--ban-ignore-case").contains("there"));
    assertEquals(free, text("--ban-string", "Once th"), "what begins in the prompt");
    assertFalse(text("--ban-string", "\\x77as").contains("was"));
    assertEquals(free, text("--ban-string", "\\x77as", "--no-escape"));
  }

  @Test
  void aFileHasAPhraseALine() throws Exception {
    Path file = Files.writeString(dir.resolve("slop.txt"), "\ufeff#1\r\n\r\n  \r\n was\r\nTom");
    String text = text("--ban-file", file.toString());
    assertFalse(text.contains(" was") || text.contains("Tom"), text);
    assertTrue(text.contains(" "), "a blank line is no phrase");
    Path hash = Files.writeString(dir.resolve("hash.txt"), "# there\n");
    assertEquals(text(), text("--ban-file", hash.toString()));
    assertEquals(text(), text("--ban-file", Files.writeString(dir.resolve("n"), "").toString()));
  }

  @Test
  void logprobsAreThoseOfTheTokensThatStayed() throws Exception {
    String json = text("--ban-string", " was a boy", "--json", "--logprobs", "2");
    JsonNode root = new ObjectMapper().readTree(json);
    assertFalse(root.get("text").asText().contains(" was a boy"), json);
    assertEquals(root.get("ids").size(), root.get("logprobs").size());
    for (int i = 0; i < root.get("ids").size(); i++) {
      assertEquals(root.get("ids").get(i), root.get("logprobs").get(i).get("id"));
    }
  }

  @Test
  void whatCannotBeIsSaidInASentence() throws Exception {
    JoraProcess.Result empty = run("--ban-string", "");
    assertEquals(2, empty.code());
    assertTrue(empty.err().contains("--ban-string is empty: a phrase has a character"));
    JoraProcess.Result absent = run("--ban-file", dir.resolve("none").toString());
    assertEquals(1, absent.code());
    assertTrue(absent.err().contains("none: no such file"), absent.err());
    Path bytes = Files.write(dir.resolve("bytes"), new byte[] {'a', (byte) 0xff});
    JoraProcess.Result binary = run("--ban-file", bytes.toString());
    assertEquals(1, binary.code());
    assertTrue(binary.err().contains("bytes is no UTF-8 text"), binary.err());
    assertEquals(1, run("--ban-file", dir.toString()).code());
  }

  private static JoraProcess.Result chat(String stdin, String... args) throws Exception {
    String[] words = {"chat", "--temp", "0", "-n", "30"};
    return JoraWorker.run(
        stdin.getBytes(StandardCharsets.UTF_8),
        Stream.of(words, args).flatMap(Arrays::stream).toArray(String[]::new));
  }

  @Test
  void aChatCanBanAndAllow() throws Exception {
    String question = "Who is Bruno?\n";
    String free = chat(question).text();
    assertTrue(free.startsWith("Bruno is "), free);
    JoraProcess.Result banned = chat("/set ban-string Bruno is\n" + question);
    assertEquals(0, banned.code(), banned.err());
    assertFalse(banned.text().contains("Bruno is"), banned.text());
    assertFalse(banned.text().isBlank());
    assertEquals(banned.text(), chat(question, "--ban-string", "Bruno is").text());
    Path file = Files.writeString(dir.resolve("ban"), "bruno\n");
    String set = "/set ban-file " + file + "\n/set ban-ignore-case true\n";
    Path saved = dir.resolve("chat.json");
    String without = chat(set + question + "/save " + saved + "\n").text();
    assertFalse(without.contains("Bruno"), without);
    JsonNode settings = new ObjectMapper().readTree(saved.toFile()).get("settings");
    assertEquals(file.toString(), settings.get("ban_file").get(0).asText());
    assertFalse(chat("Is Bruno old?\n", "--load", saved.toString()).text().contains("Bruno"));
    JoraProcess.Result wrong = chat("/set ban-file " + dir.resolve("none") + "\n");
    assertTrue(wrong.err().contains("no such file"), wrong.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "chat"})
  void helpHasIt(String command) throws Exception {
    String help = JoraWorker.run(command, "--help").text();
    int sampling = help.indexOf(command.equals("run") ? "\nSampling:" : "\nAnswers:");
    assertTrue(sampling >= 0 && help.indexOf("--ban-string TEXT") > sampling, help);
  }
}
