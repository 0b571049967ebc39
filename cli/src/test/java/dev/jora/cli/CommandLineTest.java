package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands as a user meets them: processes, pipes, exit codes, one sentence per error. */
class CommandLineTest {
  private static final String MODEL = Shared.testdata("architectures/llama/model.gguf").toString();

  @TempDir Path folder;

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text(), "stdout");
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertFalse(result.err().contains("\tat "), "a stack trace: " + result.err());
  }

  @Test
  void everyBadPathIsOneSentenceAndExitCodeOne() throws Exception {
    byte[] good = Files.readAllBytes(Path.of(MODEL));
    Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(good, good.length / 2));
    Path text = Files.writeString(folder.resolve("text.gguf"), "once upon a time");
    Path none = folder.resolve("none.gguf");
    for (Path path : new Path[] {cut, text, none, folder}) {
      JoraProcess.Result result = JoraProcess.run("run", "-m", path.toString(), "-p", "x");
      assertFails(result, 1, "jora: " + path);
      assertEquals(1, result.messages().lines().count(), result.messages());
    }
  }

  @Test
  void aWrongCommandLineIsExitCodeTwo() throws Exception {
    assertFails(JoraProcess.run("runn"), 2, "'runn'", "Did you mean");
    assertFails(JoraProcess.run("run", "--tempp", "1"), 2, "--tempp");
    assertFails(JoraProcess.run("run", "-n", "many"), 2, "many");
    assertFails(JoraProcess.run(), 2, "Missing command");
    assertFails(JoraProcess.run("run", "-ctk", "q3_k", "-p", "x"), 2, "f32, f16, bf16 or q8_0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run -p x ESC", "bench ESC", "ESC", "run --ESC", "run -p x -n ESC"})
  void aCommandLineThatIsRefusedCannotMoveTheCursor(String line) throws Exception {
    String[] args = line.replace("ESC", "\u001b[31m\u202eb").split(" ");
    JoraProcess.Result result = JoraWorker.run(args);
    assertFails(result, 2, "\\x1b[31m\\u202eb");
    assertFalse(result.err().contains("\u001b"), result.err());
  }

  @Test
  void anEmptyNameIsNamedWithItsOption() throws Exception {
    assertFails(
        JoraWorker.run("run", "-m", "", "-p", "x"),
        2,
        "jora: -m: the name of a file expected, found an empty word");
    assertFails(
        JoraWorker.run("info", ""),
        2,
        "jora: FILE: the name of a file expected, found an empty word");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-p a --prompt-ids 1",
        "-p a -b 0",
        "-p a -c -5",
        "-p a -t 100000",
        "-p a -n -3",
        "-p a --next-token -1",
        "-p a --logprobs 3",
        "-p a --prompt-ids 1,x",
        "--prompt-ids 1,,2",
        "--prompt-ids 1,2,",
        "--prompt-ids ,1",
        "--prompt-ids [1,2,]",
        "--prompt-ids [,1]",
        "--prompt-ids ,",
        "-p a -s 99999999999",
        "-p a -l 5",
        "-p a --samplers top_k;foo",
        "-p a --mirostat 3",
        "-p a --kernels foo",
        "-p a --rope-scaling foo",
        "-p a --rope-freq-base -1",
        "-p a --rope-alpha 0",
        "-p a --yarn-beta-fast NaN"
      })
  void aValueThatAnOptionCannotHaveIsExitCodeTwo(String arguments) throws Exception {
    String[] args = ("run -m " + MODEL + " " + arguments).split(" ");
    assertFails(JoraWorker.run(args), 2, "jora: ", "Try 'jora run --help'.");
  }

  @Test
  void aCommandAloneIsTheSameAsAmongTheOthers() {
    Map<String, CommandLine> all = Main.commands().getSubcommands();
    assertTrue(all.containsKey("run"), all.keySet().toString());
    all.remove("generate-completion"); // whose work is to look at the others
    all.forEach(
        (name, among) -> {
          CommandLine alone = Main.command(name);
          assertEquals(among.getUsageMessage(), alone.getUsageMessage());
          assertEquals(
              among.getCommandSpec().qualifiedName(), alone.getCommandSpec().qualifiedName());
        });
    assertNull(Main.command("runn"));
    assertNull(Main.command("generate-completion"));
  }

  @Test
  void optionsWithoutEffectAreOneLineAndQuietIsSilent() throws Exception {
    String line =
        "run -m " + MODEL + " --prompt-ids 1 -n 1 -ngl 0 --numa x -fa on --no_mmap --mlock -fa";
    JoraProcess.Result result = JoraWorker.run(line.split(" "));
    assertEquals(0, result.code(), result.err());
    List<String> said = result.messages().lines().filter(l -> l.contains("no effect")).toList();
    assertEquals(List.of("jora: no effect here: --numa, -fa, --no-mmap, --mlock"), said);
    JoraProcess.Result quiet = JoraWorker.run((line + " -q").split(" "));
    assertEquals("", quiet.messages());
    JoraProcess.Result plain =
        JoraWorker.run("run", MODEL, "abc", "--raw", "-n", "1", "-ngl", "auto", "--log-disable");
    assertEquals("", plain.messages());
    assertEquals(0, plain.code());
    Map<String, String> elsewhere =
        Map.of(
            "LLAMA_ARG_N_GPU_LAYERS", "auto", "LLAMA_ARG_FLASH_ATTN", "on", "LLAMA_ARG_MLOCK", "1");
    String[] tokenize = {"tokenize", MODEL, "ab", "--ids", "-ngl", "9", "-q"};
    JoraProcess.Result ids = JoraProcess.run(new byte[0], elsewhere, tokenize);
    assertEquals("", ids.messages());
    assertTrue(ids.text().startsWith("["), ids.text());
  }

  @Test
  void messagesNameOptionsAsTheyWereSpelled() throws Exception {
    assertFails(JoraWorker.run("run", "--temp", "hot"), 2, "jora: --temp: 'hot' is no number");
    assertFails(JoraWorker.run("run", "--temperature=hot"), 2, "--temperature: 'hot' is no number");
    assertFails(
        JoraWorker.run("run", "-n", "5", "--predict", "x"), 2, "--predict: 'x' is no whole");
    assertFails(JoraWorker.run("chat", "-ctk", "q4_0"), 2, "jora: -ctk: a KV cache of type 'q4_0'");
    assertFails(JoraWorker.run("run", "-c"), 2, "jora: -c: a value is missing, N");
    assertFails(JoraWorker.run("run", "-c", "99999999999"), 2, "is too large");
    assertFails(
        JoraWorker.run("run", "-hf", "a/b", "--offline"),
        1,
        "a/b is not in",
        "leave out --offline");
    assertFails(JoraWorker.run("run", "--promt", "x"), 2, "Did you mean --prompt?");
    assertFails(JoraWorker.run("server"), 2, "jora serve");
    assertFails(JoraWorker.run("rum"), 2, "Did you mean jora run?");
    assertFails(JoraWorker.run("llama-cli", "-m", "x"), 2, "jora run");
    String far = JoraWorker.run("run", "--log-nothing").messages();
    assertFalse(far.contains("Did you mean"), far);
  }

  @Test
  void helpIsAsWideAsItIsAskedFor() throws Exception {
    byte[] none = {};
    String wide = JoraProcess.run(none, Map.of("COLUMNS", "200"), "run", "--help").text();
    assertTrue(wide.lines().anyMatch(line -> line.length() > 120), wide);
    String usual = JoraWorker.run("help", "run").text();
    assertTrue(usual.lines().allMatch(line -> line.length() <= 80), usual);
    assertEquals(usual, JoraWorker.run("run", "--usage").text());
    assertTrue(JoraWorker.run("run", "-h").text().lines().count() < 28);
    assertEquals(JoraProcess.run("--version").text(), JoraWorker.run("version").text());
    assertEquals(JoraProcess.run("--version").text(), JoraWorker.run("chat", "--version").text());
    assertTrue(JoraWorker.run("run", "--list-devices").text().contains("CPU: "));
    assertTrue(JoraWorker.run("run", "--license").text().contains("Apache License"));
    String list = JoraWorker.run().messages();
    assertTrue(list.contains("Talks with a model."), list);
    String fish = JoraWorker.run("generate-completion", "--shell", "fish").text();
    assertTrue(
        fish.contains("complete -c jora -n '__fish_seen_subcommand_from run' -s n -l predict"));
    String split = "'__fish_seen_subcommand_from gguf; and __fish_seen_subcommand_from split'";
    assertTrue(fish.contains("complete -c jora -n " + split + " -l split-max-size -r"), fish);
    assertTrue(fish.contains(" -s o -l output -x -a 'md csv json jsonl sql none' "), fish);
    String bash = JoraWorker.run("run", "--completion-bash").text();
    assertTrue(bash.contains("_complete_jora -o default bin/jora"), "a completion of bin/jora");
  }

  @Test
  void aContextTooSmallForAnythingNamesOneThatIsNot() throws Exception {
    for (String size : List.of("1", "3", "4")) {
      assertFails(
          JoraWorker.run("run", "-m", MODEL, "-c", size, "--prompt-ids", "1,2"),
          1,
          "a context of " + size + " is too small",
          "needs at least 6");
    }
    String text =
        JoraWorker.run("run", "-m", MODEL, "-c", "6", "--prompt-ids", "1,2", "-q").messages();
    assertFalse(text.contains("too small"), text);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsToldBeforeTheAnswer() throws Exception {
    String file = folder.resolve("none").resolve("cache").toString();
    String[] line = {"run", MODEL, "--prompt-ids", "1", "-n", "1", "--prompt-cache", file};
    assertFails(JoraWorker.run(line), 1, "there is no folder " + folder.resolve("none"));
    line[line.length - 1] = folder.toString();
    assertFails(JoraWorker.run(line), 1, folder + " is a folder");
    Path below = Files.writeString(folder.resolve("file"), "text").resolve("cache");
    line[line.length - 1] = below.toString();
    assertFails(JoraWorker.run(line), 1, "there is no folder");
  }

  /** Control tokens have no text of their own in a continuation, and end it all the same. */
  @Test
  void reversePromptsTakeEscapesAndControlTokens() throws Exception {
    String demo = Shared.testdata("jora-demo.gguf").toString();
    String[] piece = {"tokenize", demo, "<|im_start|>", "--no-bos", "--ids"};
    String id = JoraWorker.run(piece).text().strip().replaceAll("[\\[\\]]", "");
    String[] line = {"run", demo, "Once", "--raw", "-n", "6", "--temp", "0", "--json", "-q"};
    JsonNode json = run(line, "-l", id + "+100", "-r", "<|im_start|>");
    assertEquals("word", json.get("stop").textValue(), id + " " + json);
    assertEquals(1, json.get("ids").size(), json.toString());
    JsonNode newline = run(line, "-l", lineEnd(demo) + "+100", "-r", "\\n");
    assertEquals("word", newline.get("stop").textValue(), newline.toString());
    JsonNode kept = run(line, "-l", lineEnd(demo) + "+100", "-r", "\\n", "--no-escape");
    assertEquals("limit", kept.get("stop").textValue(), kept.toString());
  }

  private static String lineEnd(String model) throws Exception {
    JsonNode ids =
        new ObjectMapper()
            .readTree(JoraWorker.run("tokenize", model, "a\\n", "--ids", "--no-bos").text());
    return ids.get(ids.size() - 1).toString();
  }

  private static JsonNode run(String[] line, String... more) throws Exception {
    String[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    JoraProcess.Result result = JoraWorker.run(all);
    return new ObjectMapper().readTree(result.text().isEmpty() ? "{}" : result.text());
  }

  @Test
  void versionAndHelp() throws Exception {
    assertTrue(JoraProcess.run("--version").text().startsWith("jora "));
    String help = JoraProcess.run("run", "--help").text();
    for (String part : new String[] {"Sampling:", "--top-k", "Exit codes:", "130", "Examples:"}) {
      assertTrue(help.contains(part), part);
    }
    String commands = JoraProcess.run("--help").text();
    assertTrue(commands.contains("--version"), commands);
    assertTrue(commands.contains("Turns token ids back into text, byte for byte.\n"), commands);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "chat",
        "tokenize",
        "detokenize",
        "template",
        "info",
        "devices",
        "generate-completion"
      })
  void everyCommandExplainsEveryOptionAndItsExitCodes(String name) throws Exception {
    String help = JoraWorker.run(name, "--help").text();
    assertTrue(help.contains("130"), help);
    var spec = Main.commands().getSubcommands().get(name).getCommandSpec();
    for (var option : spec.options()) {
      assertTrue(
          option.hidden() || help.contains(option.longestName().replaceFirst("^--?(no-)?", "")),
          help);
    }
    assertFalse(help.endsWith(":\n"), "a heading with nothing below it: " + help);
  }

  @Test
  void sameSeedSameTextAtAnyNumberOfThreads() throws Exception {
    String[] one = {"run", "-m", MODEL, "--prompt-ids", "0,168,80", "-n", "40", "-s", "7"};
    String[] two = Arrays.copyOf(one, one.length + 2);
    two[one.length] = "-t";
    two[one.length + 1] = "1";
    JoraProcess.Result a = JoraWorker.run(one);
    JoraProcess.Result b = JoraWorker.run(two);
    assertEquals(0, a.code(), a.err());
    assertArrayEquals(a.out(), b.out());
    assertTrue(a.err().contains("tokens per second"), a.err());
  }

  @Test
  void jsonHoldsIdsTextAndLogProbabilities() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "run",
            "-m",
            MODEL,
            "--prompt-ids",
            "1,2,3",
            "-n",
            "5",
            "--temp",
            "0",
            "--json",
            "--logprobs",
            "2");
    JsonNode json = new ObjectMapper().readTree(result.text());
    assertEquals("[1,2,3]", json.get("prompt_ids").toString());
    assertEquals(5, json.get("ids").size());
    assertEquals("limit", json.get("stop").textValue());
    assertEquals(5, json.get("logprobs").size());
    JsonNode first = json.get("logprobs").get(0);
    assertEquals(first.get("id"), first.get("top").get(0).get("id"), "greedy takes the likeliest");
    assertEquals(3, json.get("timings").get("prompt_n").intValue());
  }

  @Test
  void nextTokenShowsProbabilitiesAndWritesNone() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "run", "-m", MODEL, "--prompt-ids", "5", "--next-token", "384", "--json", "-q");
    JsonNode next = new ObjectMapper().readTree(result.text()).get("next");
    assertEquals(384, next.size());
    double sum = 0;
    for (JsonNode entry : next) {
      sum += entry.get("prob").doubleValue();
    }
    assertEquals(1, sum, 1e-6);
    String table =
        JoraWorker.run("run", "-m", MODEL, "--prompt-ids", "5", "--next-token", "3").text();
    assertEquals(4, table.lines().count());
  }

  @Test
  void aPromptThatIsTooLongNamesBothCounts() throws Exception {
    String ids = String.join(",", java.util.Collections.nCopies(100, "7"));
    assertFails(
        JoraWorker.run("run", "-m", MODEL, "-c", "64", "--prompt-ids", ids), 1, "100 tokens", "64");
  }

  @Test
  void theEnvironmentSetsOptionsAndTheCommandLineWins() throws Exception {
    String[] args = {"run", "-m", MODEL, "--prompt-ids", "1", "--temp", "0", "--json"};
    Map<String, String> environment =
        Map.of("JORA_PREDICT", "3", "LLAMA_ARG_N_PREDICT", "9", "LLAMA_ARG_CTX_SIZE", "40");
    byte[] none = {};
    JsonNode json = new ObjectMapper().readTree(JoraProcess.run(none, environment, args).text());
    assertEquals(3, json.get("ids").size());
    String[] more = Arrays.copyOf(args, args.length + 2);
    more[args.length] = "--n_predict";
    more[args.length + 1] = "4";
    json = new ObjectMapper().readTree(JoraProcess.run(none, environment, more).text());
    assertEquals(4, json.get("ids").size());
  }

  @Test
  void theEnvironmentTakesLlamaCppsWordsAndIsNamedWhenItIsWrong() throws Exception {
    byte[] none = {};
    String[] args = {"tokenize", "-m", MODEL, "-p", "a"};
    Map<String, String> words = Map.of("JORA_IDS", "1", "LLAMA_ARG_SHOW_COUNT", "off");
    JoraProcess.Result ids = JoraProcess.run(none, words, args);
    assertTrue(ids.text().startsWith("["), ids.text() + ids.err());
    assertEquals(1, ids.text().lines().count());
    Map<String, String> wrong = Map.of("LLAMA_ARG_ROPE_SCALING_TYPE", "maybe");
    assertFails(
        JoraProcess.run(none, wrong, "run", "-m", MODEL, "-p", "a"),
        2,
        "maybe",
        "LLAMA_ARG_ROPE_SCALING_TYPE");
    JoraProcess.Result fine =
        JoraProcess.run(none, Map.of("JORA_VERSION", "7", "JORA_HELP", "x"), args);
    assertEquals(0, fine.code(), fine.err());
  }

  @Test
  void tooLittleMemoryIsRefusedWithAdvice() throws Exception {
    assertFails(
        JoraWorker.run("run", "-m", MODEL, "-p", "a", "-c", "1000000000"),
        1,
        "needs ",
        "KV cache",
        "use a smaller context (-c)");
  }

  @Test
  void aHeapThatIsTooSmallIsOneSentence() throws Exception {
    byte[] text = "some words in a row ".repeat(1 << 19).getBytes(StandardCharsets.UTF_8);
    Map<String, String> small = Map.of("JDK_JAVA_OPTIONS", "-Xmx48m");
    JoraProcess.Result result = JoraProcess.run(text, small, "tokenize", "-m", MODEL, "--stdin");
    assertFails(result, 1, "jora: out of memory", "JORA_OPTS");
  }

  @Test
  void aTensorNobodyUsedIsAWarning() throws Exception {
    String bytes = Files.readString(Path.of(MODEL), StandardCharsets.ISO_8859_1);
    String length = "\r\0\0\0\0\0\0\0";
    Path file = folder.resolve("unused.gguf");
    String changed = bytes.replace(length + "output.weight", length + "outpux.weight");
    Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
    JoraProcess.Result result =
        JoraWorker.run("run", "-m", file.toString(), "--prompt-ids", "1", "-n", "1", "-q");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("warning: 1 tensor of " + file), result.err());
    assertTrue(result.err().contains("is not used: outpux.weight"), result.err());
  }

  @Test
  void layersThatGuessAheadAreOneLine() throws Exception {
    String file = Shared.testdata("architectures/glm4moe-ahead/model.gguf").toString();
    JoraProcess.Result result =
        JoraWorker.run("run", "-m", file, "--prompt-ids", "3", "-n", "1", "-c", "32");
    assertEquals(0, result.code(), result.err());
    String line = "jora: layers that guess further tokens ahead are not run: the last 1 of 4";
    assertEquals(1, result.err().lines().filter(line::equals).count(), result.err());
    assertFalse(result.err().contains("warning"), result.err());
  }

  @Test
  void aDiskThatIsFullIsAnError() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "skipped: no /dev/full");
    for (String[] args :
        new String[][] {
          {"tokenize", "-m", MODEL, "-p", "a"},
          {"run", "-m", MODEL, "--prompt-ids", "1", "-n", "2"},
          {"--version"},
          {"--help"},
          {"run", "-h"},
          {"gguf", "split", "--help"},
          {"generate-completion"},
          {"run", "--list-devices"},
          {"--license"},
          {"help", "run"}
        }) {
      ProcessBuilder builder = JoraProcess.builder(Map.of(), args);
      Process process = builder.redirectOutput(full.toFile()).start();
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(1, process.waitFor(), err);
      assertTrue(err.contains("jora: stdout cannot be written"), err);
      assertFalse(err.contains("\tat "), err);
    }
  }

  @Test
  void aReaderThatHasLeftIsNoError() throws Exception {
    for (String[] args :
        new String[][] {{"--help"}, {"chat", "-h"}, {"run", "--license"}, {"info", MODEL}}) {
      Process process = JoraProcess.start(Map.of(), args);
      process.getInputStream().close();
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), err);
      assertFalse(err.contains("jora") || err.contains("\tat "), err);
    }
  }

  @Test
  void piecesOfCharactersAreSpelledOutOnTerminalsAndWellFormedInJson() throws Exception {
    byte[] text = "é".getBytes(StandardCharsets.UTF_8);
    JoraProcess.Result ids =
        JoraWorker.run(text, "tokenize", "-m", MODEL, "--stdin", "--json", "--no-bos");
    JsonNode tokens = new ObjectMapper().readTree(ids.out()).get("tokens");
    assertEquals(2, tokens.size(), "a vocabulary without é");
    assertEquals("\ufffd", tokens.get(0).get("piece").textValue());
    JoraProcess.Result run =
        JoraWorker.run("run", "-m", MODEL, "-p", "é", "-n", "0", "--verbose-prompt");
    assertTrue(run.err().contains("'\\xc3'") && run.err().contains("'\\xa9'"), run.err());
  }

  @Test
  void theTableOfNextTokensFitsIntoSixtyColumns() throws Exception {
    String table = JoraWorker.run("run", "-p", "Once upon", "--next-token", "5", "-q").text();
    assertEquals(6, table.lines().count(), table);
    assertTrue(table.contains("█"), table);
    assertTrue(table.lines().allMatch(line -> line.length() <= 60), table);
  }

  @Test
  void idsOfTokenizeAreAPrompt() throws Exception {
    String list = JoraWorker.run("tokenize", "-m", MODEL, "-p", "ab cd", "--ids").text().strip();
    JoraProcess.Result run =
        JoraWorker.run("run", "-m", MODEL, "--prompt-ids", list, "-n", "1", "--json", "-q");
    String ids = new ObjectMapper().readTree(run.text()).get("prompt_ids").toString();
    assertEquals(list.replace(" ", ""), ids);
    assertFails(JoraWorker.run("detokenize", "-m", MODEL, "1", "two"), 2, "'two'");
    assertFails(JoraWorker.run("detokenize", "-m", MODEL, "999999"), 1, "999999");
    String reads =
        JoraWorker.run("run", "-m", MODEL, "-p", "ab", "-n", "0", "--no-display-prompt").text();
    assertEquals("", reads);
  }

  @Test
  void aTextSurvivesTokenizeAndDetokenize() throws Exception {
    byte[] text = "Привет, мир 🌍 \0 \n\ttab".getBytes(StandardCharsets.UTF_8);
    byte[] broken = {'a', (byte) 0xff, (byte) 0xd0, 'b', (byte) 0xe2, (byte) 0x82};
    for (byte[] input : new byte[][] {text, broken}) {
      JoraProcess.Result ids = JoraWorker.run(input, "tokenize", "-m", MODEL, "--stdin", "--ids");
      assertEquals(0, ids.code(), ids.err());
      JoraProcess.Result back = JoraWorker.run(ids.out(), "detokenize", "-m", MODEL);
      assertArrayEquals(input, back.out());
    }
  }

  @Test
  void tokenizePrintsPiecesCountAndJson() throws Exception {
    JoraProcess.Result lines =
        JoraWorker.run("tokenize", "-m", MODEL, "-p", "a\\nb", "--show-count");
    assertTrue(lines.text().contains("-> '"), lines.text());
    assertTrue(lines.text().contains("Total number of tokens: "), lines.text());
    JsonNode json =
        new ObjectMapper()
            .readTree(JoraWorker.run("tokenize", "-m", MODEL, "-p", "ab", "--json").text());
    assertEquals(json.get("count").intValue(), json.get("ids").size());
  }

  @Test
  void infoShowsTypesAndMemory() throws Exception {
    String text = JoraWorker.run("info", MODEL).text();
    for (String part :
        new String[] {"architecture  llama", "F32", "KV cache", "llama.block_count"}) {
      assertTrue(text.contains(part), part + " in " + text);
    }
    JsonNode json = new ObjectMapper().readTree(JoraWorker.run("info", MODEL, "--json").text());
    assertEquals(2, json.get("metadata").get("llama.block_count").intValue());
    assertTrue(json.get("memory").get("kv_cache_bytes").longValue() > 0);
  }

  /** At most the file, the KV cache and 300 MB: weights are mapped, not copied. */
  @ParameterizedTest
  @ValueSource(strings = {"jora-demo", "SmolLM2-135M-Instruct.Q4_1"})
  void residentMemoryOfADecode(String name) throws Exception {
    Path demo = Shared.testdata(name + ".gguf");
    Path file = Files.exists(demo) ? demo : Shared.path("models/" + name + ".gguf");
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/self/status")), "skipped: no /proc, so not Linux");
    String model = file.toString();
    String info = JoraWorker.run("info", "-m", model, "-c", "512", "--json").text();
    long cache = new ObjectMapper().readTree(info).at("/memory/kv_cache_bytes").longValue();
    assertTrue(cache > 0, info);
    Process process =
        JoraProcess.start(
            Map.of(), "run", "-m", model, "-c", "512", "-p", "Once", "--ignore-eos", "-q");
    try (InputStream out = process.getInputStream()) {
      for (int i = 0; i < 500; i++) {
        assertTrue(out.read() >= 0, "it ended early");
      }
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
      Matcher peak = Pattern.compile("VmHWM:\\s+(\\d+) kB").matcher(status);
      assertTrue(peak.find(), status);
      long bytes = 1024 * Long.parseLong(peak.group(1));
      long bound = Files.size(file) + cache + 300_000_000L;
      System.out.printf("%s: %d MB resident, at most %d%n", name, bytes >> 20, bound >> 20);
      assertTrue(bytes <= bound, bytes + " of at most " + bound);
    } finally {
      process.destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void aReaderWhoLeavesEndsItQuietly() throws Exception {
    Process process =
        JoraProcess.start(
            Map.of(), "run", "-m", MODEL, "--prompt-ids", "1", "-n", "400", "--ignore-eos", "-q");
    try (InputStream out = process.getInputStream()) {
      assertTrue(out.read() >= 0);
    }
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), err);
    assertFalse(err.contains("jora:"), err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "help run", "run -h", "--version", "--license"})
  void aReaderWhoIsGoneBeforeAllEndsItQuietly(String words) throws Exception {
    Process process = JoraProcess.start(Map.of(), words.split(" "));
    process.getInputStream().close();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), err);
    assertFalse(err.contains("\tat ") || err.contains("jora:"), err);
  }

  @Test
  void aSignalEndsTheGenerationInGoodOrder() throws Exception {
    Process process =
        JoraProcess.start(
            Map.of(), "run", "-m", MODEL, "--prompt-ids", "1", "-c", "100000", "--ignore-eos");
    InputStream out = process.getInputStream();
    for (int i = 0; i < 20; i++) {
      assertTrue(out.read() >= 0);
    }
    process.toHandle().destroy(); // SIGTERM: the JVM handles it as it does SIGINT
    out.readAllBytes();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(143, process.exitValue(), err);
    assertTrue(err.contains("tokens per second"), err);
  }
}
