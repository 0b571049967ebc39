package dev.jora.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.cli.common.ErrorText;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jora chat} in a pipe, and requests to {@code jora run}, with the small model. */
final class ChatTest {
  private static final String CAT = "Tell me a story about a cat.";

  @TempDir Path dir;

  private static JoraProcess.Result chat(String stdin, String... args) throws Exception {
    String[] words =
        Stream.concat(Stream.of("chat", "--temp", "0"), Stream.of(args)).toArray(String[]::new);
    return JoraWorker.run(stdin.getBytes(StandardCharsets.UTF_8), words);
  }

  private static JoraProcess.Result ok(String stdin, String... args) throws Exception {
    JoraProcess.Result result = chat(stdin, args);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void everyLineIsAnsweredAndNothingElseIsSaid() throws Exception {
    JoraProcess.Result result = ok("Who is Bruno?\n\nWhat is 3 + 4?\n");
    List<String> lines = result.text().lines().toList();
    assertEquals(2, lines.size(), result.text());
    assertTrue(lines.get(0).startsWith("Bruno is "), lines.get(0));
    assertTrue(lines.get(1).contains("plus"), lines.get(1));
    assertEquals("", result.messages());
    assertFalse(result.text().contains("<|im_end|>"), result.text());
  }

  @Test
  void aSingleTurnIsWaitedFor() throws Exception {
    String text = ok("/system\n\nWho is Bruno?\nWhat is 3 + 4?\n", "-st").text();
    assertTrue(text.contains("Bruno is "), text);
    assertFalse(text.contains("plus"), text);
  }

  @Test
  void escapesAreThoseOfThePromptWhereverTextIsGiven() throws Exception {
    String[] words = {"-p", "a\\tb", "-sys", "c\\nd", "-r", "\\x42r", "-st", "--show-prompt"};
    JoraProcess.Result result = ok("", words);
    assertTrue(result.err().contains("c\nd") && result.err().contains("a\tb"), result.err());
    String[] raw = Stream.concat(Stream.of(words), Stream.of("--no-escape")).toArray(String[]::new);
    String kept = ok("", raw).err();
    assertTrue(kept.contains("c\\nd") && kept.contains("a\\tb"), kept);
    assertEquals("", ok("Who is Bruno?\n", "-r", "\\x42runo").text().strip());
    String[] run = {"run", "-p", "Who is Bruno?", "-sys", "c\\nd", "--show-prompt", "-n", "1"};
    assertTrue(JoraWorker.run(run).err().contains("c\nd"));
  }

  @Test
  void ourModelsOwnTemplateIsUsed() throws Exception {
    String model = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf").toString();
    JoraProcess.Result result =
        ok("My name is Ada.\nWhat is my name?\n", "-m", model, "-n", "8", "--show-prompt");
    assertEquals(2, result.text().lines().count(), result.text());
    assertTrue(result.err().contains("You are a helpful AI assistant named SmolLM"), result.err());
    assertTrue(result.err().contains("1 -> '<|im_start|>'"), result.err());
  }

  @Test
  void otherProgramsCommandsAreKnown() throws Exception {
    for (String leave : List.of("/bye", "/quit", "/exit")) {
      assertEquals("", ok(leave + "\nWho is Bruno?\n").text(), leave);
    }
    assertTrue(ok("/?\n").err().contains("/regen"));
    assertEquals(1, ok("exit\n", "-n", "2").text().lines().count(), "in a pipe it is text");
  }

  @Test
  void severalLinesAreOneMessage() throws Exception {
    JoraProcess.Result result = ok("\"\"\"Who is\nBruno?\"\"\"\n", "--show-prompt");
    assertTrue(result.err().contains("Who is\nBruno?<|im_end|>"), result.err());
    assertTrue(ok("Who is \\\nBruno?\n", "--show-prompt").err().contains("Who is \nBruno?"));
    JoraProcess.Result open = ok("\"\"\"Who is\nBruno?", "--show-prompt");
    assertTrue(open.err().contains("Who is\nBruno?<|im_end|>"), "stdin ended before the quotes");
  }

  @Test
  void whatTheUserSaysIsNeverControl() throws Exception {
    String err = ok("<|im_end|>\n", "--show-prompt").err();
    assertEquals(1, err.lines().filter(l -> l.contains("2 -> '<|im_end|>'")).count(), err);
  }

  @Test
  void chatsAreSavedAndGoOn() throws Exception {
    Path file = dir.resolve("my talk.json");
    ok("Who is Bruno?\n/save " + file + "\n", "-sys", "Be brief.", "--top-k", "7");
    JsonNode saved = json(file);
    assertEquals("system", saved.at("/messages/0/role").textValue());
    assertEquals("Who is Bruno?", saved.at("/messages/1/content").textValue());
    assertEquals(7, saved.at("/settings/top_k").intValue());
    assertTrue(Files.readString(file).lines().count() > 10, "for people to read");

    JoraProcess.Result more = ok("What is 3 + 4?\n", "--load", file.toString());
    assertEquals(1, more.text().lines().count(), "only the answer: " + more.text());
    assertEquals(5, json(file).get("messages").size(), "a loaded chat is kept where it was");
    assertEquals(7, json(file).at("/settings/top_k").intValue());

    Path other = dir.resolve("other.json");
    ok("hi\n", "--load", file.toString(), "--save", other.toString(), "--top-k", "9");
    assertEquals(7, json(other).get("messages").size());
    assertEquals(9, json(other).at("/settings/top_k").intValue(), "the command line wins");
    assertEquals(5, json(file).get("messages").size());
  }

  @Test
  void howMuchIsLoadedIsToldInMessagesAndTokens() throws Exception {
    Path file = dir.resolve("talk.json");
    ok("Who is Bruno?\n", "--save", file.toString(), "-sys", "Be brief.");
    String err = ok("/load " + file + "\nhi\n/stats\n", "--show-prompt", "-n", "1").err();
    Matcher size = Pattern.compile("3 messages, (\\d+) tokens").matcher(err);
    Matcher next = Pattern.compile("prompt: (\\d+) tokens").matcher(err);
    assertTrue(size.find() && next.find(), err);
    int more = Integer.parseInt(next.group(1)) - Integer.parseInt(size.group(1));
    assertTrue(more > 0 && more < 20, "only what is said next comes on top: " + more);
    Path system =
        Files.writeString(dir.resolve("s.json"), "[{\"role\":\"system\",\"content\":\"x\"}]");
    assertTrue(ok("/load " + system + "\n").err().contains("1 messages\n"));
  }

  @Test
  void commandsWorkInAPipeToo() throws Exception {
    JoraProcess.Result result =
        ok(
            """
            /system Be brief.
            Who is Bruno?
            /regen
            /undo
            /branch other
            What is 3 + 4?
            /set top_k 5
            /set top-k
            /stats
            /tokens
            /next 3
            /switch main
            //exit is a command
            /exit
            never read
            """);
    List<String> answers = result.text().lines().toList();
    assertEquals(answers.get(0), answers.get(1), "greedy: the same again");
    assertTrue(answers.get(2).contains("plus"), answers.get(2));
    assertFalse(result.text().contains("never"), result.text());
    assertTrue(result.err().contains("top-k = 5"), result.err());
    assertTrue(result.err().contains("* other"), result.err());
    assertTrue(result.err().contains("'<|im_start|>'"), result.err());
    assertTrue(result.err().contains("last prompt"), result.err());
  }

  @Test
  void anAnswerThatWasCutGoesOn() throws Exception {
    Path cut = dir.resolve("cut.json");
    Path whole = dir.resolve("whole.json");
    ok(CAT + "\n/set n 20\n/continue\n/save " + cut + "\n", "-n", "5");
    ok(CAT + "\n", "-n", "25", "--save", whole.toString());
    assertEquals(
        json(whole).at("/messages/1/content").textValue(),
        json(cut).at("/messages/1/content").textValue());
  }

  @Test
  void alternativesComeSideBySideAndTheFirstStays() throws Exception {
    JoraProcess.Result result = ok(CAT + "\n/retry 3\n", "-n", "6", "--temp", "1", "-s", "3");
    assertEquals(2, result.text().lines().count(), result.text());
    String table = result.err();
    assertTrue(table.contains(result.text().lines().toList().get(1).substring(0, 10)), table);
  }

  @Test
  void aFileIsPutBeforeTheNextWords() throws Exception {
    Path note = Files.writeString(dir.resolve("a note.txt"), "Bruno wrote this.\n");
    String err = ok("/read " + note + "\nWho is Bruno?\n", "--show-prompt").err();
    assertTrue(err.contains("user\nBruno wrote this.\n\nWho is Bruno?<|im_end|>"), err);
    Path binary = Files.write(dir.resolve("x.bin"), new byte[] {(byte) 0xff, 0, 1});
    JoraProcess.Result bad = chat("/read " + binary + "\n");
    assertEquals(1, bad.code());
    assertTrue(bad.err().contains("x.bin is no UTF-8 text"), bad.err());
  }

  @Test
  void aCharacterSpeaksFirst() throws Exception {
    Path card = dir.resolve("cat.json");
    Files.writeString(
        card,
        """
        {"name": "Mia", "description": "{{char}} is a cat.", "personality": "", "scenario": "",
         "first_mes": "Meow, {{user}}!", "mes_example": "<START>\\n{{user}}: Hi\\n{{char}}: Purr"}
        """);
    JoraProcess.Result result =
        ok("Hello\n", "--character", card.toString(), "--user-name", "Ada", "--show-prompt");
    assertEquals(1, result.text().lines().count(), "only the answer: " + result.text());
    assertTrue(result.err().contains("assistant\nMeow, Ada!<|im_end|>"), result.err());
    assertTrue(result.err().contains("Mia is a cat."), result.err());
    assertTrue(result.err().contains("Ada: Hi\nMia: Purr"), result.err());
  }

  @Test
  void aCardsBookIsOpenedWhereTheTalkComesToIt() throws Exception {
    Path card = dir.resolve("cat v2.json");
    Files.writeString(
        card,
        """
        {"spec": "chara_card_v2", "spec_version": "2.0", "data": {
         "name": "Mia", "description": "A cat.", "post_history_instructions": "Purr, {{char}}.",
         "character_book": {"entries": [
          {"keys": ["fish"], "content": "Fish live in the {{user}} sea.", "enabled": true,
           "insertion_order": 1, "extensions": {}}]}}}
        """);
    JoraProcess.Result result =
        ok(
            "Hello\nDo you like fish?\n",
            "--character",
            card.toString(),
            "--user-name",
            "Red",
            "--show-prompt",
            "-n",
            "4");
    String[] prompts = result.err().split("prompt: [0-9]+ tokens");
    assertFalse(prompts[0].contains("Fish live"), prompts[0]);
    assertTrue(prompts[1].contains("Fish live in the Red sea."), prompts[1]);
    assertTrue(prompts[1].contains("Do you like fish?\n\nPurr, Mia.<|im_end|>"), prompts[1]);
    assertFalse(prompts[1].contains("Hello\n\nPurr"), "only the last words are followed by it");
  }

  @Test
  void whatWasReadIsKeptInAFile() throws Exception {
    Path cache = dir.resolve("kv");
    String[] args = {"--prompt-cache", cache.toString(), "-v", "-n", "4"};
    String first = ok(CAT + "\n", args).text();
    JoraProcess.Result second = ok(CAT + "\n/stats\n", args);
    assertEquals(first, second.text());
    assertTrue(second.err().contains("tokens are read already"), second.err());
    assertTrue(second.err().contains("read        1 tokens"), second.err());
    Files.write(cache, new byte[100]);
    JoraProcess.Result bad = chat("hi\n", args);
    assertEquals(1, bad.code());
    assertTrue(bad.err().contains("kv"), bad.err());
  }

  @Test
  void aFullContextSaysSoOrForgetsTheOldest() throws Exception {
    JoraProcess.Result full = ok(CAT + "\n", "-c", "64");
    assertTrue(full.err().contains("the context of 64 tokens is full"), full.err());
    JoraProcess.Result over = chat(CAT + "\n" + CAT + "\n", "-c", "64");
    assertEquals(1, over.code());
    assertTrue(over.err().contains("64"), over.err());
    JoraProcess.Result shifted =
        ok(CAT + "\n" + CAT + "\n", "-c", "64", "--context-shift", "-n", "100");
    assertEquals("", shifted.messages());
    assertTrue(shifted.text().length() > full.text().length(), shifted.text());
  }

  @Test
  void whatFailsLeavesTheConversationAsItWas() throws Exception {
    Path file = dir.resolve("kept.json");
    ok("Who is Bruno?\n", "--save", file.toString());
    String before = Files.readString(file);
    String longWords = "word ".repeat(200);
    for (String line :
        List.of("/edit " + longWords, longWords, "/load " + dir.resolve("none"), "/retry 99")) {
      JoraProcess.Result result = chat(line + "\n", "--load", file.toString(), "-c", "100");
      assertEquals(1, result.code(), line);
      assertEquals("", result.text(), "not even an empty line");
      assertEquals(before, Files.readString(file), line);
    }
    JoraProcess.Result full = chat(longWords + "\n", "-c", "100");
    assertTrue(full.err().contains("too many: /undo or /clear makes room"), full.err());
  }

  @Test
  void aFileThatIsNoConversationIsNotReplacedByOne() throws Exception {
    Path essay = Files.writeString(dir.resolve("essay.txt"), "years of work");
    String why = essay + " is there and holds no conversation";
    JoraProcess.Result option = chat("hi\n", "--save", essay.toString());
    assertEquals(1, option.code(), option.err());
    assertEquals("", option.text(), "before any work");
    assertTrue(option.err().contains(why), option.err());
    JoraProcess.Result command = chat("hi\n/save " + essay + "\n", "-n", "1");
    assertEquals(1, command.code(), command.err());
    assertTrue(command.err().contains(why), command.err());
    assertEquals("years of work", Files.readString(essay));
    Path empty = Files.createFile(dir.resolve("empty.json"));
    ok("hi\n", "--save", empty.toString(), "-n", "1");
    ok("ho\n", "--save", empty.toString(), "-n", "1");
    assertEquals("ho", json(empty).at("/messages/0/content").textValue());
  }

  @Test
  void aSavedConversationThatCannotBeIsNamed() throws Exception {
    Path file = dir.resolve("odd.json");
    for (String key :
        List.of(
            "\"settings\": {\"top_k\": 1.5}",
            "\"settings\": {\"top_k\": [null]}",
            "\"top_k\": 1e300",
            "\"character\": \"a\\u0000b\"",
            "\"character\": \"\"")) {
      Files.writeString(file, "{\"messages\": [], " + key + "}");
      JoraProcess.Result result = chat("hi\n", "--load", file.toString());
      assertEquals(1, result.code(), result.err());
      assertTrue(result.messages().startsWith("jora: " + file + ": "), result.err());
      assertFalse(result.err().contains(ErrorText.BUG), result.err());
    }
  }

  @Test
  void everyChangeIsKept() throws Exception {
    Path file = dir.resolve("talk.json");
    ok("Who is Bruno?\n/branch alt\n/undo\n/set top_k 3\n", "--save", file.toString());
    assertEquals(0, json(file).get("messages").size());
    assertEquals(2, json(file).at("/branches/main").size());
    assertEquals(3, json(file).at("/settings/top_k").intValue());
    ok("/clear\n/switch main\n", "--load", file.toString());
    assertEquals(2, json(file).get("messages").size(), "other branches stay");
  }

  @Test
  void filesOfOtherProgramsAreNotWrittenOver() throws Exception {
    Path file = dir.resolve("request.json");
    String request = "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"tools\": []}";
    Files.writeString(file, request);
    ok("/regen\n", "--load", file.toString());
    assertEquals(request, Files.readString(file));
  }

  @Test
  void placesThatCannotBeWrittenAreRefusedAtOnce() throws Exception {
    String none = dir.resolve("none").resolve("x").toString();
    for (String option : List.of("--save", "--prompt-cache")) {
      JoraProcess.Result result = chat("hi\n", option, none);
      assertEquals(1, result.code());
      assertTrue(result.err().contains(option + " " + none + ": there is no folder"), result.err());
      assertTrue(chat("hi\n", option, dir.toString()).err().contains("is a folder"));
    }
  }

  @Test
  void wordsInQuotesAreNoCommandAndCommentsKeepTheirSlashes() throws Exception {
    String err =
        ok("\"\"\"\n/exit\n\"\"\"\n// a comment\n//help\n", "--show-prompt", "-n", "2").err();
    assertTrue(err.contains("user\n/exit<|im_end|>"), err);
    assertTrue(err.contains("user\n// a comment<|im_end|>"), err);
    assertTrue(err.contains("user\n/help<|im_end|>"), err);
    String marked = ok("\ufeff/help\n").err();
    assertTrue(marked.contains("/regen"), marked);
  }

  @Test
  void aReaderWhoLeavesEndsTheChat() throws Exception {
    Process process =
        JoraProcess.start(Map.of(), "chat", "--temp", "0", "-p", "Who is Bruno?", "-n", "2");
    process.getInputStream().close();
    try (var in = process.getOutputStream()) {
      in.write("hi\nhi\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended already
    }
    long start = System.nanoTime();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertFalse(err.contains("still busy"), err + (System.nanoTime() - start) / 1e9);
    assertEquals(0, process.exitValue(), err);
  }

  @Test
  void aSignalWhileNothingIsSaidEndsAtOnceAndKeepsWhatWasRead() throws Exception {
    Path cache = dir.resolve("kv");
    Process process =
        JoraProcess.start(Map.of(), "chat", "--temp", "0", "--prompt-cache", cache.toString());
    process.getOutputStream().write("Who is Bruno?\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    byte[] begun = process.getInputStream().readNBytes(10);
    assertEquals("Bruno is a", new String(begun, StandardCharsets.UTF_8));
    while (process.getInputStream().read() != '\n') {
      // the end of the answer
    }
    Thread.sleep(500); // now it waits for more
    long start = System.nanoTime();
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(System.nanoTime() - start < 5e9, "no time is waited out");
    assertEquals(143, process.exitValue());
    assertTrue(Files.size(cache) > 1000);
  }

  @Test
  void aSingleTurnReadsNothing() throws Exception {
    JoraProcess.Result result = ok("never read\n", "-p", "Who is Bruno?", "-st");
    assertEquals(1, result.text().lines().count(), result.text());
  }

  @Test
  void mistakesEndThePipeWithOneSentence() throws Exception {
    JoraProcess.Result unknown = chat("/sing\n");
    assertEquals(1, unknown.code());
    assertTrue(unknown.err().contains("there is no /sing"), unknown.err());
    JoraProcess.Result file = chat("/load " + dir.resolve("none.json") + "\n");
    assertEquals(1, file.code());
    assertTrue(file.err().contains("none.json: no such file"), file.err());
    JoraProcess.Result setting = chat("/set top_q 1\n");
    assertTrue(setting.err().contains("there is no setting 'top_q'"), setting.err());
    JoraProcess.Result value = chat("/set xtc_probability 7\n");
    assertEquals(1, value.code());
    assertTrue(value.err().contains("xtc_probability: "), value.err());
    JoraProcess.Result none =
        chat("hi\n", "-m", Shared.testdata("architectures/llama/model.gguf").toString());
    assertEquals(1, none.code());
    assertTrue(none.err().contains("chatml"), "the names of templates: " + none.err());
    JoraProcess.Result folder = chat("/save " + dir + "\n");
    assertTrue(folder.err().contains(dir + " cannot be written: it is a folder"), folder.err());
    Path below = Files.writeString(dir.resolve("file"), "text").resolve("talk.json");
    String reason = chat("/save " + below + "\n").err();
    assertTrue(reason.contains("talk.json cannot be written: Not a directory"), reason);
    assertEquals(2, chat("", "--reasoning", "maybe").code());
    assertEquals(2, chat("", "--chat-template-kwargs", "[1]").code());
    assertEquals("", ok("", "-st").text());
  }

  // ---- run ---------------------------------------------------------------------------------

  private static JoraProcess.Result run(String... args) throws Exception {
    String[] words =
        Stream.concat(Stream.of("run", "--temp", "0", "-q"), Stream.of(args))
            .toArray(String[]::new);
    JoraProcess.Result result = JoraWorker.run(words);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  @Test
  void runAnswersRequestsWhereTheModelHasATemplate() throws Exception {
    String answer = run("-p", CAT, "-n", "20").text();
    assertFalse(answer.contains(CAT), "an answer does not repeat the question");
    assertEquals(answer, run("-p", CAT, "-n", "20", "--chat").text());
    assertEquals(answer, run("-p", CAT, "-n", "20", "--chat-template", "chatml").text());
    assertEquals(answer.strip(), ok(CAT + "\n", "-n", "20").text().strip());
    String raw = run("-p", CAT, "-n", "20", "--raw").text();
    assertTrue(raw.startsWith(CAT), raw);
    assertEquals(raw, run("-p", CAT, "-n", "20", "--no-chat").text());
    assertEquals(raw, run("-p", CAT, "-n", "20", "-no-cnv").text());
    JsonNode json =
        new ObjectMapper().readTree(run("-p", CAT, "-n", "20", "--json", "-sys", "Hi").text());
    assertTrue(json.get("prompt_ids").size() > 15, json.toString());
    assertEquals(20, json.get("ids").size());
    assertEquals(2, JoraWorker.run("run", "-p", "a", "--chat", "--raw").code());
  }
}
