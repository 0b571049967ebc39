package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.words.ForeignCommands;
import dev.jora.cli.words.Reading;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Every option of llama.cpp's tools is taken, or answered with a sentence that helps. Run by {@code
 * scripts/check-flags} too, which has the table printed.
 */
class LlamaFlagsTest {
  /** What becomes of a command line. */
  private enum Outcome {
    ACCEPTED,
    NO_EFFECT,
    NAMED,
    REFUSED
  }

  /** An option as somebody types it. */
  private record Typed(String name, String value) {
    @Override
    public String toString() {
      return value == null ? name : name + " " + value;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama-completion, run, ''",
    "llama-completion, chat, ''",
    "llama-bench, bench, ''",
    "llama-perplexity, perplexity, ''",
    "llama-imatrix, imatrix, ''",
    "llama-quantize, quantize, in.gguf out.gguf Q4_K_M",
    "llama-tokenize, tokenize, ''",
    "llama-gguf-split, gguf-split, in.gguf out"
  })
  void everyOptionIsTakenOrAnswered(String tool, String command, String after) throws Exception {
    Map<Outcome, List<String>> table = new EnumMap<>(Outcome.class);
    for (Typed typed : options(tool)) {
      List<String> words = new ArrayList<>(List.of(command, typed.name));
      if (typed.value != null) {
        words.add(typed.value);
      }
      words.addAll(after.isEmpty() ? List.of() : List.of(after.split(" ")));
      table
          .computeIfAbsent(outcome(words.toArray(String[]::new)), o -> new ArrayList<>())
          .add(typed.toString());
    }
    if (Boolean.getBoolean("jora.print.flags")) {
      table.forEach(
          (outcome, all) ->
              System.out.printf(
                  "%s of %s as jora %s: %d%n  %s%n",
                  outcome, tool, command, all.size(), String.join(", ", all)));
    }
    assertEquals(List.of(), table.getOrDefault(Outcome.REFUSED, List.of()));
    assertTrue(table.get(Outcome.ACCEPTED).size() >= 5, table.toString());
  }

  private static List<Typed> options(String tool) throws IOException {
    Path file = Shared.testdata("flags/" + tool + ".txt");
    List<Typed> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(" \\| ", 2);
      for (String name : parts[0].split(" ")) {
        for (String value : parts.length == 1 ? new String[] {"-"} : parts[1].split(" ")) {
          all.add(new Typed(name, value.equals("-") ? null : value));
        }
      }
    }
    return all;
  }

  private static Outcome outcome(String[] typed) {
    String[] words = ForeignCommands.translated(typed);
    CommandLine line = Main.command(words[0]).setDefaultValueProvider(null);
    Main.Found found = Main.find(line, words, 1);
    return switch (found.read()) {
      case Reading.Question question -> Outcome.ACCEPTED;
      case Reading.Refused refused ->
          refused.sentence().contains("missing") ? Outcome.REFUSED : Outcome.NAMED;
      case Reading.Words read -> {
        try {
          List<String> all = new ArrayList<>(found.path().subList(1, found.path().size()));
          all.addAll(read.words());
          line.parseArgs(all.toArray(String[]::new));
          yield read.idle().isEmpty() ? Outcome.ACCEPTED : Outcome.NO_EFFECT;
        } catch (ParameterException e) {
          yield Outcome.REFUSED;
        }
      }
    };
  }
}
