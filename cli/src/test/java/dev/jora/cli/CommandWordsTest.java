package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.common.ExitCode;
import dev.jora.cli.words.ForeignCommands;
import dev.jora.cli.words.ForeignOption;
import dev.jora.cli.words.ForeignOptions;
import dev.jora.cli.words.NearMiss;
import dev.jora.cli.words.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Command lines as people have them, before they are parsed. */
class CommandWordsTest {
  @TempDir Path folder;

  private static Reading read(String... words) {
    return Main.find(Main.command(words[0]), words, 1).read();
  }

  private static Reading.Words words(String line) {
    return assertInstanceOf(Reading.Words.class, read(line.split(" ")), line);
  }

  private static String refused(String line) {
    return assertInstanceOf(Reading.Refused.class, read(line.split(" ")), line).sentence();
  }

  @ParameterizedTest
  @CsvSource({
    "run m.gguf hello, -m m.gguf -p hello",
    "run hello, -p hello",
    "run -n 3 M.GGUF hello --temp 0, -n 3 -m M.GGUF -p hello --temp 0",
    "run -m m.gguf hello, -m m.gguf -p hello",
    "run m.gguf -f p.txt, -m m.gguf -f p.txt",
    "run m.gguf -- -5, -m m.gguf -p=-5",
    "chat m.gguf, -m m.gguf",
    "chat m.gguf hello -st, -m m.gguf -p hello -st",
    "tokenize m.gguf hello --ids, -m m.gguf -p hello --ids",
    "detokenize m.gguf 1 2 3, -m m.gguf 1 2 3",
    "bench a.gguf b.gguf -p 1, -m a.gguf -m b.gguf -p 1",
    "perplexity m.gguf t.txt, -m m.gguf -f t.txt",
    "perplexity -f t.txt --compare a.gguf b.gguf -c 8, -f t.txt --compare a.gguf --compare b.gguf"
        + " -c 8",
    "imatrix m.gguf t.txt -o o.gguf, -m m.gguf -f t.txt -o o.gguf",
    "template m.gguf c.json, -m m.gguf --messages c.json",
    "info m.gguf, m.gguf",
    "info --gpu-memory 8G m.gguf, --gpu-memory 8G m.gguf",
    "run -dev none m.gguf hello, -dev none -m m.gguf -p hello",
    "run -ot a=CPU m.gguf hello, -ot a=CPU -m m.gguf -p hello",
    "perplexity -ts 1 m.gguf t.txt, -ts 1 -m m.gguf -f t.txt",
    "bench -dev none -ts 1 m.gguf, -dev none -ts 1 -m m.gguf",
    "quantize a.gguf b.gguf Q8_0, a.gguf b.gguf Q8_0",
    "run --top_k 3 -p --a_b, --top-k 3 -p --a_b",
    "run -p -ngl -q, -p -ngl -q",
    "run -p -q, -p -q",
    "bench --kernels -t 1, --kernels= -t 1",
    "bench --kernels avx2 -t 1, --kernels avx2 -t 1",
    "bench -fa -p 1, -fa=on -p 1",
    "chat --color -q, --color=on -q",
    "chat --color off, --color off",
    "chat --verbose-prompt, --show-prompt",
    "run --lora a.gguf hello, --lora a.gguf -p hello",
    "run --lora-scaled a.gguf 0.5 hello, --lora-scaled a.gguf:0.5 -p hello",
    "run --lora-scaled a.gguf:2 0.5, --lora-scaled a.gguf:2 -p 0.5",
    "chat --control-vector-scaled a.gguf -1e-1 m.gguf, --control-vector-scaled a.gguf:-1e-1"
        + " -m m.gguf",
    "run --control-vector-layer-range 1 4 m.gguf hello,"
        + " '--control-vector-layer-range 1,4 -m m.gguf -p hello'",
  })
  void whatStandsWithoutAnOptionGetsOne(String line, String expected) {
    assertEquals(List.of(expected.split(" ")), words(line).words());
  }

  /** As llama.cpp has it: the value of an option is the next word, whatever that is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-p -hi",
        "-p=-hi",
        "--prompt -n",
        "--prompt=--json",
        "-p -q",
        "-- -hi",
        "-- --json",
        "-p @pom.xml",
        "@pom.xml",
        "-p @none"
      })
  void aPromptMayBeginAsAnOptionDoes(String line) {
    String prompt = line.replaceFirst("^(-p|--prompt|--)[ =]", "");
    for (String command : List.of("run", "chat", "tokenize")) {
      CommandLine picocli = Main.command(command);
      String[] words = (command + " " + line).split(" ");
      Reading.Words read =
          assertInstanceOf(Reading.Words.class, Main.find(picocli, words, 1).read(), line);
      picocli.parseArgs(read.words().toArray(String[]::new));
      assertEquals(prompt, picocli.getCommandSpec().findOption("-p").getValue(), line);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run -p x -m ''",
        "run --model= -p x",
        "run -f ''",
        "run -bf ''",
        "run -p x -sysf ''",
        "run -p x --prompt-cache ''",
        "chat --load ''",
        "chat --save ''",
        "chat --character ''",
        "bench -m '' -p 0 -n 1",
        "bench -m ,a.gguf -p 0 -n 1",
        "perplexity -f ''",
        "perplexity -f x --kl-divergence-base ''",
        "perplexity -f x --compare ''",
        "imatrix -f x -o ''",
        "imatrix --in-file ''",
        "quantize '' Q8_0",
        "quantize a.gguf '' Q8_0",
        "quantize --imatrix '' a.gguf b.gguf Q8_0",
        "quantize --target-size 1G ''",
        "template --messages ''",
        "info ''",
        "gguf dump ''",
        "gguf split '' x",
        "gguf split a.gguf ''",
        "gguf merge '' x",
        "gguf merge a.gguf ''",
        "gguf set a.gguf --kv a=u8:1 -o ''"
      })
  void anEmptyNameIsNoFile(String line) {
    String[] words =
        Arrays.stream(line.split(" ")).map(w -> w.equals("''") ? "" : w).toArray(String[]::new);
    assertEquals(ExitCode.USAGE, Main.run(words), line);
  }

  @ParameterizedTest
  @CsvSource({
    "run -m a.gguf b.gguf, given twice",
    "run b.gguf --model a.gguf, given twice",
    "run -p x y, given twice",
    "chat -f x y, given twice",
    "run x y, quotes",
    "tokenize x y, quotes",
    "bench x, .gguf",
    "perplexity a.gguf b.txt -f c.txt, given twice",
    "run --numa, a value is missing",
    "quantize -hf a/b, jora pull",
    "gguf split -hf a/b, jora pull",
    "imatrix --control-vector-layer-range 1, embed and rerank take adapters",
    "tokenize --lora=x, embed and rerank take adapters",
    "run -md x, speculative",
    "run --spec-some-new-thing x, speculative",
    "run --image x, text only",
    "chat -no-cnv, jora run --raw",
    "run -i, jora chat",
    "run --host 0.0.0.0, jora serve",
    "perplexity -p x, -f FILE",
    "perplexity -f t.txt --compare -c 8, --compare: a value is missing",
  })
  void whatCannotBeIsSaid(String line, String part) {
    String sentence = refused(line);
    assertTrue(sentence.contains(part), sentence);
  }

  @Test
  void aFileOrFolderInPlaceOfWordsIsRefused() throws Exception {
    Path archive = Files.write(folder.resolve("m.zip"), new byte[] {'P', 'K', 3, 4});
    for (String command : List.of("run", "chat", "tokenize")) {
      String file = refused(command + " -c 512 " + archive);
      assertTrue(file.contains("m.zip' is a file, but no model: give a model's"), file);
      String place = refused(command + " " + folder);
      assertTrue(place.contains("' is a folder: give a model's file"), place);
      String two = refused(command + " " + archive + " hello");
      assertTrue(two.contains("'hello' is not expected here: '" + archive + "' is no mod"), two);
      String none = refused(command + " models/nothing.bin hello");
      assertTrue(none.contains("'models/nothing.bin' is no model"), none);
      // with a model, words are words
      assertEquals(
          List.of("-m", "a.gguf", "-p", "" + folder), words(command + " a.gguf " + folder).words());
      assertEquals(
          List.of("-p", "" + folder, "-m", "a"), words(command + " " + folder + " -m a").words());
      assertEquals(List.of("-p", "" + folder), words(command + " -p " + folder).words());
    }
  }

  @Test
  void whatHasNoEffectIsTakenWithItsValues() {
    Reading.Words read =
        words(
            "run -ngl 99 -fa on -fa --numa=distribute -ts 1,1 -p x --mlock -fit off -n 2 --prio"
                + " -1");
    assertEquals(List.of("-ngl", "99", "-ts", "1,1", "-p", "x", "-n", "2"), read.words());
    assertEquals(
        List.of("-fa", "--numa", "--mlock", "-fit", "--prio"), List.copyOf(read.idle().keySet()));
    assertEquals(List.of("--n-gpu-layers"), idle("imatrix --n_gpu_layers 9"));
    assertEquals(List.of("-mmp"), idle("bench -mmp 0 -nkvo 0,1"));
    assertEquals(List.of("--max-buffer-size"), idle("quantize --max-buffer-size 512 a b"));
  }

  private static List<String> idle(String line) {
    return List.copyOf(words(line).idle().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "--license", "--list-devices", "--completion-bash"})
  void questionsAreAnsweredByEveryCommand(String question) {
    for (String command : List.of("run", "chat", "bench", "quantize", "perplexity", "gguf")) {
      assertInstanceOf(Reading.Question.class, read(command, question), command);
    }
  }

  /** A letter cluster is nobody's option, and no option has its value attached. */
  @ParameterizedTest
  @ValueSource(strings = {"-n5", "-qv", "-vq", "-hq", "-fa1", "-ngl99", "-fon", "-pHello", "-c512"})
  void clustersAreUnknown(String word) {
    int code = Main.run("run", "-p", "x", "-n", "0", word);
    assertEquals(ExitCode.USAGE, code, word);
    assertEquals(List.of("-p", "x", word), words("run -p x " + word).words());
  }

  @Test
  void aFileThatBeginsAsModelsDoIsAModel() throws Exception {
    Path model = Files.writeString(folder.resolve("model"), "GGUF and more");
    Path text = Files.writeString(folder.resolve("text"), "once upon a time");
    assertEquals(
        List.of("-m", model.toString(), "-p", "x"),
        ((Reading.Words) read("run", model.toString(), "x")).words());
    assertEquals(
        List.of("-p", text.toString()), ((Reading.Words) read("run", text.toString())).words());
    String story = "a story\n".repeat(1000);
    assertEquals(List.of("-p", story), ((Reading.Words) read("run", story)).words());
    assertEquals(List.of("-p", "\0"), ((Reading.Words) read("run", "\0")).words());
  }

  @Test
  void noOptionOfTheTableIsSpelledTwiceForACommandOrOneOfItsOwn() {
    for (String command : List.of("run", "chat", "bench", "perplexity", "imatrix", "quantize")) {
      Set<String> seen = new HashSet<>();
      for (ForeignOption option : ForeignOptions.all()) {
        boolean scoped = option.commands().contains(command);
        for (String name : option.names()) {
          if (scoped) {
            assertEquals(option, ForeignOptions.find(command, name), "hidden by another: " + name);
            assertTrue(seen.add(name), name + " of " + command);
          }
        }
      }
    }
    // Plain command lines of run are read without asking what else run has.
    Main.command("run")
        .getCommandSpec()
        .optionsMap()
        .keySet()
        .forEach(name -> assertNull(ForeignOptions.find("run", name), name + " is run's own"));
  }

  @ParameterizedTest
  @CsvSource({
    "--promt, --prompt",
    "--tempp, --temp",
    "--pormpt, --prompt",
    "-temp, --temp",
    "--ctx-sise, --ctx-size",
  })
  void aNearMissIsProposed(String typed, String meant) {
    Set<String> names = Main.command("run").getCommandSpec().optionsMap().keySet();
    assertTrue(NearMiss.of(typed, names).contains(meant), NearMiss.of(typed, names).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--log-nothing", "-dr", "--no-mmap", "--xyz", "-x", "--serve"})
  void whatIsFarOffIsNot(String typed) {
    Set<String> names = Main.command("run").getCommandSpec().optionsMap().keySet();
    assertEquals(List.of(), NearMiss.of(typed, names));
  }

  @Test
  void commandsByTheirNamesElsewhere() {
    List<String> own = List.copyOf(Main.commands().getSubcommands().keySet());
    assertTrue(ForeignCommands.sentence("llama-cli", own).contains("jora run"));
    assertTrue(ForeignCommands.sentence("llama-quantize", own).contains("jora quantize"));
    assertTrue(ForeignCommands.sentence("server", own).contains("jora serve"));
    assertTrue(ForeignCommands.sentence("m.gguf", own).contains("jora chat"));
    assertNull(ForeignCommands.sentence("rum", own));
    assertEquals(List.of("jora run"), near("rum", own));
    assertEquals(List.of(), near("download", own));
    assertEquals(List.of("run", "--help"), translated("help run"));
    assertEquals(List.of("--help"), translated("help"));
    assertEquals(List.of("--version"), translated("version"));
    assertEquals(List.of("gguf", "merge", "a", "b"), translated("gguf-split --merge a b"));
    assertEquals(List.of("gguf", "merge", "a", "b"), translated("gguf --merge a b"));
    assertEquals(
        List.of("gguf", "split", "--split-max-size", "2G", "a", "b"),
        translated("gguf-split --split --split-max-size 2G a b"));
    assertEquals(List.of("gguf", "split", "a", "b"), translated("gguf-split a b"));
    assertEquals(List.of("gguf", "split", "a", "b"), translated("gguf split a b"));
  }

  private static List<String> near(String typed, List<String> own) {
    return NearMiss.of(typed, own).stream().map(name -> "jora " + name).toList();
  }

  private static List<String> translated(String line) {
    return List.of(ForeignCommands.translated(line.split(" ")));
  }

  @Test
  void helpFitsAndBreaksNoExample() {
    List<List<String>> commands = new ArrayList<>();
    Main.commands()
        .getSubcommands()
        .forEach(
            (name, line) -> {
              commands.add(List.of(name));
              line.getSubcommands().keySet().forEach(below -> commands.add(List.of(name, below)));
            });
    for (List<String> command : commands) {
      var spec = Main.commands().getCommandSpec();
      for (String name : command) {
        spec = spec.subcommands().get(name).getCommandSpec();
      }
      String help = HelpText.full(spec);
      assertTrue(help.contains("Examples:\n  "), "examples of " + command);
      String joined = joined(help);
      for (String line : spec.usageMessage().footer()) {
        assertTrue(joined.contains(joined(line).strip()), line);
      }
      assertEquals(
          List.of(),
          help.lines().filter(line -> line.length() > 100).toList(),
          "too wide for " + command);
    }
    for (String name : Main.commands().getSubcommands().keySet()) {
      var spec = Main.commands().getSubcommands().get(name).getCommandSpec();
      String brief = HelpText.brief(spec);
      long most = HelpText.full(spec).lines().count() > 45 ? 28 : 45;
      assertTrue(brief.lines().count() <= most, name + " -h: " + brief);
      assertTrue(brief.contains("\nExamples:\n  "), brief);
    }
    String main = HelpText.full(Main.commands().getCommandSpec());
    for (String part : List.of("Talk", "Measure", "files", "as llama-bench does.")) {
      assertTrue(main.contains(part), main);
    }
    assertTrue(Arrays.stream(main.split("\n")).allMatch(line -> line.length() <= 88), main);
  }

  /** What holds a text, and what it may call, are found without the long help. */
  @Test
  void shortHelpNamesWhatGuides() {
    for (String name : List.of("run", "chat")) {
      var spec = Main.commands().getSubcommands().get(name).getCommandSpec();
      for (String option : List.of("--grammar-file", "-j", "--ban-string", "--tools")) {
        assertTrue(HelpText.brief(spec).contains("\n  " + option + " "), name + " -h " + option);
      }
    }
  }

  @Test
  void helpHasEachOptionWhereItBelongs() {
    var commands = Main.commands().getSubcommands();
    String grammar = HelpText.full(commands.get("grammar").getCommandSpec());
    assertTrue(grammar.indexOf("\nGrammars") < grammar.indexOf("\nText:"), grammar);
    assertTrue(grammar.indexOf("\nText:") < grammar.indexOf("\nOutput:"), grammar);
    assertTrue(joined(grammar).contains("-m FILE] [--grammar-file FILE | "), grammar);
    String chat = HelpText.full(commands.get("chat").getCommandSpec());
    int one = chat.indexOf("--negative-prompt TEXT");
    int file = chat.indexOf("--negative-prompt-file");
    assertTrue(one > 0 && one < file, chat);
    String between = chat.substring(one, file).replaceAll("(?m)^ {7,}.*", "");
    assertTrue(between.lines().filter(l -> l.startsWith("  ")).count() <= 1, between);
  }

  /** A text without its line breaks: prose is wrapped, long examples go on behind a backslash. */
  private static String joined(String text) {
    return text.replaceAll("( \\\\)?\\s+", " ");
  }
}
