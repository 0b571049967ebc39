package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jora.cli.words.Reading;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is read without picocli is what picocli reads. */
class PlainRunTest {
  /** Every option of a run by the name of its field. */
  private static Map<String, Object> options(Object command) throws IllegalAccessException {
    Map<String, Object> options = new TreeMap<>();
    for (Field field : command.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      if (field.isAnnotationPresent(Mixin.class)) {
        options(field.get(command))
            .forEach((name, value) -> options.put(field.getName() + "." + name, value));
      } else if (field.isAnnotationPresent(Option.class)) {
        options.put(field.getName(), field.get(command));
      }
    }
    return options;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-m a.gguf -p x -n 1 --temp 0",
        "--model a.gguf --prompt x --n-predict 3 --temperature 1.5",
        "-f b.txt --predict 3 -c 512 -t 2 --kernels vector -s 7",
        "--file b.txt --ctx-size 1 --threads 1 --seed 4294967295 --top-k 0 --top-p 1 --min-p 0.01",
        "-q --json --no-display-prompt -v",
        "--quiet --verbose -n 1 -n 2",
        "-p x --raw",
        "-n 5 --predict 6",
        "--predict 6 -n 5 --temp 1 --temperature 0 -t 1 --threads 2",
        "x -n 1",
        "a.gguf x -q",
        "-q a.GGUF --temp 0",
        "-ngl 99 -ngl auto -fa on -p x --no-mmap --mlock -lm mmap -n 1",
        "-p x -fa --log_disable --log-colors off -st --jinja -no-cnv",
        "--prio=2 x --numa=distribute --prio_batch 1",
        "--prio -1 -p x",
      })
  void plainCommandLinesReadAlike(String line) throws Exception {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ");
    String[] words = new String[args.length + 1];
    words[0] = "run";
    System.arraycopy(args, 0, words, 1, args.length);
    RunCommand plain = PlainRun.parse(words, Set.of("PATH", "JORA_OPTS"));
    assertNotNull(plain, line);
    CommandLine picocli = Main.command("run").setDefaultValueProvider(null);
    Reading.Words read =
        assertInstanceOf(Reading.Words.class, Main.find(picocli, words, 1).read(), line);
    picocli.parseArgs(read.words().toArray(String[]::new));
    assertEquals(options(picocli.getCommand()), options(plain), line);
    assertEquals(read.idle(), plain.common.idle(), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info",
        "run --help",
        "run -n",
        "run -n many",
        "run -c many",
        "run -t many",
        "run -s many",
        "run --temp many",
        "run --top-k many",
        "run --top-p many",
        "run --min-p many",
        "run -ngl many",
        "run -ngl 1e3",
        "run -ngl 99999999999",
        "run -n -1",
        "run -p -q",
        "run --temp=0",
        "run --mirostat 1",
        "run -- -q",
        "run x y",
        "run -m a.gguf b.gguf",
        "run --mirostat 1 x",
        "run -hf x",
        "run -n5",
        "run --version",
        "run -ngl",
        "run -- -5",
      })
  void allElseIsLeftToPicocli(String line) {
    assertNull(PlainRun.parse(line.split(" "), Set.of()), line);
  }

  @Test
  void optionsInTheEnvironmentAreToo() {
    for (String variable : Arrays.asList("JORA_TEMP", "LLAMA_ARG_CTX_SIZE")) {
      assertNull(PlainRun.parse(new String[] {"run"}, Set.of(variable)), variable);
    }
  }
}
