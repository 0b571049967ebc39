package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code --cfg-scale} and {@code --negative-prompt}, with the small model. At a scale of 0 a text
 * is that of the negative prompt, which tells what is read there.
 */
final class GuidanceTest {
  private static final String CAT = "Tell me a story about a cat.";
  private static final String OTHER = "Tell me about a dog.";

  @TempDir Path dir;

  private static JoraProcess.Result run(String... args) throws Exception {
    String[] words =
        Stream.concat(Stream.of("run", "--temp", "0", "-n", "12"), Stream.of(args))
            .toArray(String[]::new);
    return JoraWorker.run(words);
  }

  private static String text(String... args) throws Exception {
    JoraProcess.Result result = run(args);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  private static JsonNode json(String... args) throws Exception {
    return new ObjectMapper().readTree(text(args));
  }

  private static void assertFails(JoraProcess.Result result, int code, String message) {
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals("", result.text());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  @Test
  void aRequestIsLedAwayFromAnotherSystemText() throws Exception {
    String plain = text(CAT);
    assertEquals(plain, text(CAT, "--cfg-scale", "1"));
    assertEquals(
        text(CAT, "-sys", OTHER), text(CAT, "--cfg-scale", "0", "--negative-prompt", OTHER));
    assertEquals(
        text(CAT, "-sys", OTHER),
        text(CAT, "-sys", "Be brief.", "--cfg-scale", "0", "--negative-prompt", OTHER));
    assertNotEquals(plain, text(CAT, "--cfg-scale", "3", "--negative-prompt", OTHER));
  }

  @Test
  void aTextToBeContinuedIsLedAwayFromAnother() throws Exception {
    String[] raw = {"--raw", "--no-display-prompt", "-p"};
    String continued = text(raw[0], raw[1], raw[2], "The dog");
    assertEquals(
        continued,
        text(raw[0], raw[1], raw[2], "A cat", "--cfg-scale", "0", "--negative-prompt", "The dog"));
    JsonNode ids =
        json("--json", "--prompt-ids", "5,6,7", "--cfg-scale", "0", "--negative-prompt", "The dog");
    assertEquals(continued, ids.get("text").asText());
  }

  @Test
  void withoutANegativePromptTheLastTokenStandsAlone() throws Exception {
    for (String[] more : new String[][] {{}, {"--negative-prompt", ""}}) {
      List<String> args =
          new ArrayList<>(List.of("--json", "--prompt-ids", "90,60,70", "--cfg-scale", "0"));
      args.addAll(List.of(more));
      assertEquals(
          json("--json", "--prompt-ids", "70").get("ids"),
          json(args.toArray(String[]::new)).get("ids"));
    }
  }

  @Test
  void theNegativePromptTakesEscapesAndFiles() throws Exception {
    Path file = Files.writeString(dir.resolve("other.txt"), "one\ttwo\n");
    String expected = text(CAT, "-sys", "one\\ttwo");
    String[] scale = {CAT, "--cfg-scale", "0"};
    assertEquals(expected, text(scale[0], scale[1], scale[2], "--negative-prompt", "one\\ttwo"));
    for (String option :
        List.of("--negative-prompt-file", "--cfg-negative-prompt-file", "--negative_prompt_file")) {
      assertEquals(expected, text(scale[0], scale[1], scale[2], option, file.toString()));
    }
    assertEquals(
        text(CAT, "-sys", OTHER),
        text(scale[0], scale[1], scale[2], "--cfg-negative-prompt", OTHER));
    assertEquals(
        text(CAT, "-sys", "one\\ttwo", "--no-escape"),
        text(scale[0], scale[1], scale[2], "--no-escape", "--negative-prompt", "one\\ttwo"));
  }

  @Test
  void logProbabilitiesAreThoseThatWereDrawnFrom() throws Exception {
    String[] zero = {"--json", "--logprobs", "2", "--raw", "-p", "A cat", "--cfg-scale", "0"};
    String[] args =
        Stream.concat(Stream.of(zero), Stream.of("--negative-prompt", "The dog"))
            .toArray(String[]::new);
    JsonNode expected = json("--json", "--logprobs", "2", "--raw", "-p", "The dog");
    JsonNode found = json(args);
    assertEquals(expected.get("ids"), found.get("ids"));
    JsonNode one = found.findValues("logprob").getFirst();
    assertEquals(
        expected.findValues("logprob").getFirst().asDouble(), one.asDouble(), 1e-4, one.toString());
    String next = text("--next-token", "2", "-p", "The dog");
    String guided =
        text(
            "--next-token", "2", "-p", "A cat", "--cfg-scale", "0", "--negative-prompt", "The dog");
    assertEquals(probabilities(next), probabilities(guided));
  }

  /** Logits are log-probabilities where they are mixed, so their column differs. */
  private static List<String> probabilities(String table) {
    return table
        .lines()
        .skip(1)
        .map(line -> line.replaceAll(" -?[0-9.]+ +(?=[0-9.]+%)", " "))
        .toList();
  }

  @Test
  void whatCannotBeIsOneSentence() throws Exception {
    for (String scale : List.of("NaN", "Infinity", "-Infinity", "1e39")) {
      assertFails(run(CAT, "--cfg-scale", scale), 2, "--cfg-scale must be a finite number, not ");
    }
    assertFails(run(CAT, "--cfg-scale", "much"), 2, "--cfg-scale: 'much' is no number");
    assertFails(run(CAT, "--cfg-scale"), 2, "--cfg-scale: a value is missing");
    Path file = Files.writeString(dir.resolve("other.txt"), OTHER);
    for (String command : List.of("run", "chat")) {
      assertFails(
          JoraWorker.run(
              command,
              "--negative-prompt",
              "x",
              "--negative-prompt-file",
              file.toString(),
              "-p",
              "x"),
          2,
          "give the negative prompt once: --negative-prompt or --negative-prompt-file");
      assertFails(
          JoraWorker.run(command, "-p", "x", "--negative-prompt-file", dir + "/none"),
          1,
          dir + "/none: no such file");
    }
    String words = "dog ".repeat(80);
    assertFails(
        run("--raw", "-p", "x", "-c", "64", "--cfg-scale", "2", "--negative-prompt", words),
        1,
        "the negative prompt is too long: ");
    JoraProcess.Result off = run(CAT, "--negative-prompt", OTHER);
    assertEquals(0, off.code());
    assertTrue(off.err().contains("the negative prompt has no effect at --cfg-scale 1"), off.err());
  }

  @Test
  void theSecondContextIsCounted() throws Exception {
    String one = run(CAT, "-v", "-c", "256").err();
    String two = run(CAT, "-v", "-c", "256", "--cfg-scale", "2").err();
    assertTrue(one.contains(" (256 tokens)"), one);
    assertTrue(two.contains(" (2 x 256 tokens)"), two);
    assertFails(run(CAT, "-c", "2000000000", "--cfg-scale", "2"), 1, " for 2 x 2000000000 tokens");
  }

  // ---- chat --------------------------------------------------------------------------------

  private static JoraProcess.Result chat(String stdin, String... args) throws Exception {
    String[] words =
        Stream.concat(Stream.of("chat", "--temp", "0", "-n", "12"), Stream.of(args))
            .toArray(String[]::new);
    return JoraWorker.run(stdin.getBytes(StandardCharsets.UTF_8), words);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConversationIsLedAwayByOptionsAndSettings(boolean options) throws Exception {
    String talk = CAT + "\nWho is Bruno?\n/regen\n/retry 2\n/continue\n";
    JoraProcess.Result expected = chat(talk, "-sys", OTHER);
    JoraProcess.Result found =
        options
            ? chat(talk, "--cfg-scale", "0", "--negative-prompt", OTHER)
            : chat("/set cfg-scale 0\n/set negative_prompt " + OTHER + "\n" + talk);
    assertEquals(0, found.code(), found.err());
    assertEquals(expected.text(), found.text());
    if (!options) {
      assertTrue(found.err().contains("cfg-scale = 0.0"), found.err());
      assertTrue(found.err().contains("negative-prompt = " + OTHER), found.err());
    }
  }

  @Test
  void guidanceCanBeTakenBack() throws Exception {
    String expected = chat(CAT + "\n").text();
    String talk =
        "/set negative-prompt "
            + OTHER
            + "\n/set cfg-scale 3\n"
            + CAT
            + "\n/set cfg-scale default\n";
    List<String> lines = chat(talk + "/regen\n").text().lines().toList();
    assertEquals(expected.lines().toList().getLast(), lines.getLast());
    assertNotEquals(lines.getFirst(), lines.getLast());
    JoraProcess.Result bad = chat("/set cfg-scale NaN\n");
    assertEquals(1, bad.code());
    assertTrue(bad.err().contains("--cfg-scale must be a finite number"), bad.err());
  }

  @Test
  void aSavedConversationKeepsItsGuidance() throws Exception {
    Path file = dir.resolve("talk.json");
    String save = file.toString();
    assertEquals(
        0, chat("Hello!\n", "--save", save, "--cfg-scale", "0", "--negative-prompt", OTHER).code());
    JsonNode settings = new ObjectMapper().readTree(file.toFile()).get("settings");
    assertEquals(0, settings.get("cfg_scale").asDouble());
    assertEquals(OTHER, settings.get("negative_prompt").asText());
    String shown = chat("/show\n", "--load", save).err();
    assertTrue(shown.contains("negative-prompt = " + OTHER), shown);
    Path other = Files.writeString(dir.resolve("other.txt"), "another");
    shown = chat("/show\n", "--load", save, "--negative-prompt-file", other.toString()).err();
    assertTrue(shown.contains("negative-prompt = another"), shown);
  }
}
