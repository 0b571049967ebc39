package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts held to a grammar, as users of {@code run} and {@code chat} meet them. */
class GrammarOptionsTest {
  private static final String MODEL = Shared.testdata("jora-demo.gguf").toString();
  private static final String DATE =
      "root ::= [12] [0-9]{3} \"-\" [0-1] [0-9] (\" \" (\"am\" | \"пм\" | \"😀\"))?";

  @TempDir Path folder;

  private static JoraProcess.Result run(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("run", "-m", MODEL, "-q", "-p", "When?"));
    words.addAll(List.of(more));
    return JoraWorker.run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--raw", "--chat --chat-template chatml", "--chat --chat-template llama3"})
  void textsAreOfTheGrammar(String how) throws Exception {
    for (int seed = 1; seed <= 8; seed++) {
      List<String> words = new ArrayList<>(List.of(how.split(" ")));
      words.addAll(List.of("--no-display-prompt", "--grammar", DATE, "-s", "" + seed));
      words.addAll(List.of("--temp", "1.5", "-n", "40"));
      JoraProcess.Result result = run(words.toArray(String[]::new));
      assertEquals(0, result.code(), result.err());
      assertTrue(
          result.text().matches("[12]\\d{3}-[01]\\d( (am|пм|😀))?"), "'" + result.text() + "'");
    }
  }

  @Test
  void aFileIsTheSameAndSeedsReproduce() throws Exception {
    Path file = Files.writeString(folder.resolve("date.gbnf"), DATE + "\r\n");
    JoraProcess.Result option = run("--raw", "--json", "-s", "5", "--grammar", DATE);
    JoraProcess.Result again = run("--raw", "--json", "-s", "5", "--grammar-file", "" + file);
    assertEquals(text(option), text(again));
    assertEquals("\"eos\"", option.text().replaceAll("(?s).*\"stop\"\\s*:\\s*(\"\\w+\").*", "$1"));
  }

  /** Some editors begin files with it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {"--grammar-file ~ root ::= \"yes\"", "-jf ~ {\"const\": \"yes\"}"})
  void aByteOrderMarkIsNoPartOfAFile(String option, String content) throws Exception {
    Path file = Files.writeString(folder.resolve("marked"), "\ufeff" + content);
    JoraProcess.Result result = run("--raw", "--no-display-prompt", option, "" + file);
    assertEquals(0, result.code(), result.err());
    assertEquals("yes", result.text().replace("\"", "").strip());
  }

  private static String text(JoraProcess.Result result) {
    return result.text().replaceAll("(?s)\"timings\".*", "");
  }

  /** What is shown is what the grammar allows: control tokens are not shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "--raw --no-display-prompt ~ --grammar ~ root ::= [^\\n]{40}",
        "--chat --chat-template chatml ~ --grammar ~ root ::= [^\\n]{40}",
        "--raw --no-display-prompt ~ -j ~ {\"type\": \"string\", \"minLength\": 40}",
        "--chat --chat-template chatml ~ -j ~ {\"type\": \"string\", \"minLength\": 40}",
      })
  void controlTokensThatAreNotShownDoNotCount(String how, String option, String grammar)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(how.split(" ")));
    words.addAll(List.of("--json", "-s", "3", "-n", "60", "--logit-bias", "1+30"));
    words.addAll(List.of("--logit-bias", "2-inf", option, grammar)); // 1: <|im_start|>
    JsonNode hidden = new ObjectMapper().readTree(run(words.toArray(String[]::new)).text());
    assertFalse(hidden.get("ids").toString().matches(".*\\b1\\b.*"), hidden.toString());
    assertTrue(hidden.get("text").asText().length() >= 40, hidden.toString());
    words.add("--special");
    JsonNode shown = new ObjectMapper().readTree(run(words.toArray(String[]::new)).text());
    assertTrue(shown.get("text").asText().contains("<|im_start|>"), shown.toString());
  }

  /** What a program would take for JSON. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "--raw ~ -n 6 ~ -n 6: stopped where the grammar",
        "--chat --chat-template chatml ~ -n 6 ~ -n 6: stopped where the grammar",
        "--raw ~ -c 32 ~ the context of 32 tokens is full: stopped where the grammar",
        "--chat --chat-template chatml ~ -c 48 ~ full: stopped where the grammar",
      })
  void whatIsCutBeforeItsGrammarEndsIsTold(String how, String limit, String message)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(how.split(" ")));
    words.addAll(List.of(limit.split(" ")));
    JoraProcess.Result free = run(words.toArray(String[]::new));
    assertFalse(free.err().contains("incomplete"), free.err());
    words.addAll(List.of("-j", "{\"type\": \"string\", \"minLength\": 600}"));
    JoraProcess.Result held = run(words.toArray(String[]::new));
    assertEquals(0, held.code(), held.err());
    assertTrue(held.err().contains(message), held.err());
    assertEquals(1, held.messages().lines().count(), held.err());
  }

  /** Where thinking is free and has not ended, there is no answer yet. */
  @Test
  void thinkingThatIsCutIsTold() throws Exception {
    Path template =
        Files.writeString(
            folder.resolve("thinking.jinja"),
            "{% for m in messages %}{{ m.content }}{% endfor %}<think>{# </think> #}");
    JoraProcess.Result result =
        run("--chat-template", "" + template, "-n", "5", "--grammar", "root ::= \"yes\"?");
    assertTrue(result.err().contains("-n 5: stopped where"), result.err());
  }

  @Test
  void whatIsWholeAtTheLimitIsNotTold() throws Exception {
    for (String how : List.of("--raw", "--chat")) {
      JoraProcess.Result result = run(how, "-n", "6", "--grammar", "root ::= [^\\n]+");
      assertEquals("", result.messages(), result.err());
    }
  }

  @Test
  void aChatTellsItToo() throws Exception {
    String talk = "One?\n/retry 2\n/set n default\n/set grammar default\n/set n 6\nTwo?\n";
    JoraProcess.Result result =
        JoraWorker.run(
            talk.getBytes(StandardCharsets.UTF_8),
            "chat",
            "-m",
            MODEL,
            "-q",
            "--chat-template",
            "chatml",
            "-n",
            "6",
            "--grammar",
            "root ::= [a-z]{400}");
    long told = result.err().lines().filter(l -> l.contains("-n 6: the answer is cut")).count();
    assertEquals(2, told, result.err());
  }

  /** The four ways to give a grammar are one setting: the last counts, and takes what was. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "-j {\"const\":1} ~ /set grammar root ::= \"a\" ~ a",
        "--grammar root::=\"b\" ~ /set json-schema {\"const\": 1} ~ 1",
        "-n 9 ~ /set json-schema {\"const\": 1}|/set grammar-file FILE ~ file",
        "-n 9 ~ /set grammar-file FILE|/set json_schema {\"const\": 2} ~ 2",
        "-n 9 ~ /set j {\"const\": 1}|/set grammar root ::= \"c\" ~ c",
      })
  void theLastGrammarThatIsSetCounts(String given, String sets, String text) throws Exception {
    Path file = Files.writeString(folder.resolve("f.gbnf"), "root ::= \"file\"");
    List<String> words = new ArrayList<>(List.of("chat", "-m", MODEL, "-q"));
    words.addAll(List.of("--chat-template", "chatml", "--temp", "0"));
    words.addAll(List.of(given.split(" ")));
    String talk = sets.replace('|', '\n').replace("FILE", "" + file) + "\nSay.\n";
    String free = "/set grammar default\n/show\n/set n 3\nWho is Bruno?\n";
    byte[] lines = (talk + free).getBytes(StandardCharsets.UTF_8);
    JoraProcess.Result result = JoraWorker.run(lines, words.toArray(String[]::new));
    assertEquals(0, result.code(), result.err());
    List<String> answers = result.text().lines().toList();
    assertEquals(text, answers.getFirst(), result.err());
    assertTrue(answers.getLast().startsWith("Bruno"), result.text());
    assertFalse(result.err().matches("(?s).*set +(grammar|json)\\S* =.*"), result.err());
  }

  @Test
  void settingsAreShownAsTheyAreSet() throws Exception {
    byte[] lines = "/set json-schema {}\n/set top-k 3\n/show\n".getBytes(StandardCharsets.UTF_8);
    String shown = JoraWorker.run(lines, "chat", "-m", MODEL, "-q").err();
    assertTrue(shown.contains(" json-schema = {}") && shown.contains(" top-k = 3"), shown);
    assertFalse(shown.contains("json_schema"), shown);
  }

  /** What cannot be leaves what was. */
  @Test
  void aGrammarThatCannotBeLeavesTheOtherOne() throws Exception {
    for (String set : List.of("/set grammar root ::= b", "/set json-schema-file missing.json")) {
      byte[] lines = (set + "\nSay.\n").getBytes(StandardCharsets.UTF_8);
      JoraProcess.Result result =
          JoraWorker.run(lines, "chat", "-m", MODEL, "-q", "-j", "{\"const\": 1}");
      assertEquals(1, result.code(), result.err());
    }
  }

  @Test
  void aGrammarOnTheCommandLineWinsOverOneInAFile() throws Exception {
    Path talk = folder.resolve("talk.json");
    Files.writeString(
        talk,
        "{\"jora_chat\": 1, \"settings\": {\"json_schema\": \"{\\\"const\\\": 1}\"},"
            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"1\"}]}");
    List<String> words =
        new ArrayList<>(List.of("chat", "-m", MODEL, "-q", "--load", "" + talk, "-p", "Say."));
    byte[] none = {};
    assertEquals("1", JoraWorker.run(none, words.toArray(String[]::new)).text().strip());
    words.addAll(List.of("--grammar", "root ::= \"a\""));
    JoraProcess.Result given = JoraWorker.run(none, words.toArray(String[]::new));
    assertEquals("a", given.text().strip(), given.err());
  }

  /** A trigger waits for a grammar; taking the grammar away leaves a chat that goes on. */
  @Test
  void whatGoesWithAGrammarMayStayWithoutOne() throws Exception {
    String talk =
        "/set grammar-trigger x\n/set schema-lenient true\n/set grammar root ::= \"a\"\n"
            + "/set grammar default\nWho is Bruno?\n";
    byte[] lines = talk.getBytes(StandardCharsets.UTF_8);
    JoraProcess.Result result = JoraWorker.run(lines, "chat", "-m", MODEL, "-q", "-n", "4");
    assertEquals(0, result.code(), result.err());
  }

  /** As {@code [TOOL_CALLS]} is one. */
  @ParameterizedTest
  @ValueSource(strings = {"--raw", "--chat --chat-template chatml"})
  void aTriggerMayBeAControlToken(String how) throws Exception {
    List<String> words = new ArrayList<>(List.of(how.split(" ")));
    words.addAll(List.of("--no-display-prompt", "-n", "20", "--logit-bias", "1+90"));
    words.addAll(List.of("--grammar", "root ::= \"<|im_start|>\" \"yes\""));
    words.addAll(List.of("--grammar-trigger", "<|im_start|>"));
    assertEquals("yes", run(words.toArray(String[]::new)).text().strip());
  }

  @Test
  void aTriggerBeginsTheGrammar() throws Exception {
    JoraProcess.Result free = run("--raw", "-s", "3", "-n", "40");
    String trigger = free.text().substring(free.text().length() / 2).substring(0, 2);
    String grammar = "root ::= \"" + trigger + "\" \"<END>\"";
    JoraProcess.Result held =
        run("--raw", "-s", "3", "-n", "40", "--grammar", grammar, "--grammar-trigger", trigger);
    assertTrue(held.text().endsWith(trigger + "<END>"), held.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "--grammar, line 1, column 10: there is no rule 'b' ~ --grammar ~ root ::= b",
        "--grammar, line 1, column 1: there is no rule 'root' ~ --grammar ~ x ::= [a]",
        "is left-recursive ~ --grammar ~ root ::= root \"a\" | \"b\"",
        "--grammar, line 1, column 10 ~ --grammar ~ root ::= <[99999]>",
        "--json-schema, line 1, column ~ --json-schema ~ {",
        "--json-schema, at /minLenght: ~ -j ~ {\"minLenght\": 3}",
        "--json-schema, at /uniqueItems: ~ -j ~ {\"type\": \"array\", \"uniqueItems\": true}",
        "no such file ~ -jf ~ missing.json",
        "no such file ~ --grammar-file ~ missing.gbnf",
        "is no file with text ~ --grammar-file ~ .",
      })
  void whatIsNoGrammarIsToldInASentence(String message, String option, String value)
      throws Exception {
    for (String command : List.of("run", "chat")) {
      JoraProcess.Result result =
          JoraWorker.run(command, "-m", MODEL, "-q", "-p", "Hi", option, value);
      assertEquals(1, result.code(), result.err());
      assertTrue(result.err().contains(message), result.err());
      assertEquals(1, result.messages().lines().count(), result.err());
      assertFalse(result.err().contains("(a bug?)"), result.err());
    }
  }

  @Test
  void aFileInPlaceOfATextAndATextInPlaceOfAFileAreTold() throws Exception {
    String gbnf = Files.writeString(folder.resolve("a.gbnf"), "root ::= [a]").toString();
    String json = Files.writeString(folder.resolve("a.json"), "{}").toString();
    assertTold(": --grammar-file reads it", "--grammar", gbnf);
    assertTold(": --json-schema-file reads it", "-j", json);
    assertTold("--grammar takes the grammar itself", "--grammar-file", "root ::= [a]");
    assertTold("--json-schema takes the schema itself", "-jf", "{}");
  }

  private static void assertTold(String message, String... options) throws Exception {
    for (JoraProcess.Result result : List.of(run(options), grammar(options))) {
      assertEquals(1, result.code(), result.err());
      assertTrue(result.messages().contains(message), result.err());
      assertEquals(1, result.messages().lines().count(), result.err());
    }
  }

  private static JoraProcess.Result grammar(String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("grammar", "-m", MODEL));
    words.addAll(List.of(options));
    return JoraWorker.run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chess.gbnf", "person.json"})
  void aBareNameIsToldWhichOptionsTakeIt(String name) throws Exception {
    JoraProcess.Result result = grammar(name);
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().contains("--grammar-file takes a grammar"), result.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "give one grammar ~ --grammar ~ root ::= [a] ~ --grammar-file ~ x.gbnf",
        "needs a grammar ~ --grammar-trigger ~ x ~ -n ~ 3",
        "--schema-lenient needs a schema ~ --schema-lenient ~ -n ~ 3 ~ -q",
        "--schema-lenient needs a schema ~ --schema-lenient ~ --grammar ~ root ::= [a] ~ -q",
        "--schema-open needs a schema ~ --schema-open ~ -n ~ 3 ~ -q",
        "--no-schema-open needs a schema ~ --no-schema-open ~ --grammar ~ root ::= [a] ~ -q",
        "--ban-ignore-case needs a phrase ~ --ban-ignore-case ~ -n ~ 3 ~ -q",
        "an empty one ~ --grammar ~ root ::= [a] ~ --grammar-trigger ~ ''",
      })
  void whatDoesNotGoTogetherIsAWrongCommandLine(
      String message, String a, String b, String c, String d) throws Exception {
    JoraProcess.Result result = run(a, b, c, d);
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-j", "-jf", "--json-schema", "--json-schema-file"})
  void aSchemaMakesJson(String option) throws Exception {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"ok\": {\"type\": \"boolean\"}, \"n\":"
            + " {\"enum\": [1, \"дом\"]}}, \"required\": [\"ok\", \"n\"],"
            + " \"additionalProperties\": false}";
    Path file = Files.writeString(folder.resolve("schema.json"), schema);
    String value = option.endsWith("f") || option.endsWith("file") ? "" + file : schema;
    JoraProcess.Result result = run("--raw", "--no-display-prompt", "-s", "4", option, value);
    JsonNode json = new ObjectMapper().readTree(result.text());
    assertTrue(json.get("ok").isBoolean(), result.text());
    assertTrue(json.get("n").asText().matches("1|дом"), result.text());
  }

  @Test
  void whatCannotBeEnforcedMayBeLeftOut() throws Exception {
    String schema =
        "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"maxItems\": 2, \"minItems\":"
            + " 2, \"uniqueItems\": true}";
    assertEquals(1, run("--raw", "-j", schema).code());
    String text = run("--raw", "--no-display-prompt", "-j", schema, "--schema-lenient").text();
    assertEquals(2, new ObjectMapper().readTree(text).size(), text);
  }

  @Test
  void aChatCanBeHeldAndSetFree() throws Exception {
    Path file = Files.writeString(folder.resolve("no.gbnf"), "root ::= \"no\" \"!\"*");
    String talk =
        "/set grammar root ::= [0-9]{3}\nHow many?\n/set grammar default\n/set grammar-file "
            + file
            + "\nReally?\n/set\n";
    JoraProcess.Result result =
        JoraWorker.run(
            talk.getBytes(StandardCharsets.UTF_8),
            "chat",
            "-m",
            MODEL,
            "-q",
            "--chat-template",
            "chatml",
            "-n",
            "6");
    List<String> lines = result.text().lines().toList();
    assertTrue(lines.get(0).matches("\\d{3}"), result.text() + result.err());
    assertTrue(lines.get(1).matches("no!*"), result.text());
  }

  /** From its very tokens: within a character, and with a space before it that nobody sees. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "root ::= [😀-😎]{2} \"é\" [あ-ん] ~ [😀-😎]{2}é[あ-ん]",
        "root ::= \" yes\" \", sir\" ~ yes, sir",
        "root ::= \"the end\\n\\n\" ~ the end\\s*",
      })
  void anAnswerGoesOnWhereItWasCut(String grammar, String whole) throws Exception {
    Path talk = folder.resolve("talk.json");
    for (String n : List.of("1", "2", "3")) {
      byte[] lines = ("Say it.\n" + "/continue\n".repeat(14)).getBytes(StandardCharsets.UTF_8);
      List<String> words = new ArrayList<>(List.of("chat", "-m", MODEL, "-q", "-n", n));
      words.addAll(List.of("--grammar", grammar, "--save", "" + talk, "-s", "1"));
      JoraProcess.Result result = JoraWorker.run(lines, words.toArray(String[]::new));
      assertEquals(0, result.code(), result.err());
      JsonNode messages = new ObjectMapper().readTree(talk.toFile()).get("messages");
      assertEquals(2, messages.size());
      String answer = messages.get(1).get("content").asText();
      assertTrue(java.util.regex.Pattern.matches(whole, answer), n + ": " + answer);
      Files.delete(talk);
    }
  }

  /** Told of with the file, before anything of it is taken; what reads a schema comes before it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "'grammar': 'root ::= <nosuch>' ~ 1 ~ is no token of the vocabulary",
        "'grammar': 'root ::= [' ~ 1 ~ the class that begins here",
        "'json_schema': '{\"maxContains\": 1, \"contains\": {}}' ~ 1 ~ /maxContains",
        "'json_schema': '{\"maxContains\": 1, \"contains\": {}}', 'schema_lenient': true ~ 0 ~ ''",
      })
  void settingsOfAFileMustSuitTheModel(String settings, int code, String message) throws Exception {
    String json =
        settings.replace("\"", "\\\"").replace('\'', '"'); // a schema is text within the JSON
    Path talk =
        Files.writeString(
            folder.resolve("talk.json"),
            "{\"jora_chat\": 1, \"settings\": {" + json + "}, \"messages\": []}");
    List<JoraProcess.Result> results =
        List.of(
            JoraWorker.run(
                "Hi\n".getBytes(StandardCharsets.UTF_8),
                "chat",
                "-m",
                MODEL,
                "-q",
                "-n",
                "3",
                "--load",
                "" + talk),
            JoraWorker.run(
                ("/load " + talk + "\nHi\n").getBytes(StandardCharsets.UTF_8),
                "chat",
                "-m",
                MODEL,
                "-q",
                "-n",
                "3"));
    for (JoraProcess.Result result : results) {
      assertEquals(code, result.code(), result.err());
      assertTrue(result.err().contains(message == null ? "" : message), result.err());
      assertEquals(code == 1, result.err().contains("talk.json: "), result.err());
    }
  }
}
