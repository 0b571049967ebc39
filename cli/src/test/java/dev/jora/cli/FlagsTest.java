package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.common.Flags;
import dev.jora.cli.common.SamplingOptions;
import dev.jora.cli.common.UserException;
import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the library calls parameters, the command line calls flags. */
class FlagsTest {
  private static final Pattern PARAMETER =
      Pattern.compile("(?:new Parameter|Range\\.\\w+)\\(\\s*\"(\\w+)\"");

  @Test
  void everyParameterOfTheLibraryHasAFlag() throws IOException {
    Set<String> flags = new HashSet<>();
    collect(Main.commands(), flags);
    Set<String> parameters = new TreeSet<>(parameters("core"));
    parameters.addAll(parameters("quantize"));
    assertTrue(parameters.size() > 25, parameters.toString());
    List<String> unknown = parameters.stream().filter(p -> !flags.contains(Flags.of(p))).toList();
    assertEquals(List.of(), unknown, "no command has the flags of these");
  }

  private static void collect(CommandLine command, Set<String> flags) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      flags.addAll(List.of(option.names()));
    }
    command.getSubcommands().values().forEach(inner -> collect(inner, flags));
  }

  private static List<String> parameters(String module) throws IOException {
    Path root = Shared.testdata("../" + module + "/src/main/java");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .flatMap(f -> PARAMETER.matcher(read(f)).results())
          .map((MatchResult match) -> match.group(1))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--temp",
        "--dynatemp-range",
        "--dynatemp-exp",
        "--top-p",
        "--min-p",
        "--top-a",
        "--top-nsigma",
        "--typical",
        "--xtc-probability",
        "--xtc-threshold",
        "--repeat-penalty",
        "--presence-penalty",
        "--frequency-penalty",
        "--dry-multiplier",
        "--dry-base",
        "--mirostat-lr",
        "--mirostat-ent",
        "--adaptive-target",
        "--adaptive-decay"
      })
  void aBadNumberOfASamplerIsRefusedByItsFlag(String flag) {
    SamplingOptions options = new SamplingOptions();
    new CommandLine(new Holder(options)).parseArgs(flag + "=NaN");
    String message = assertThrows(UserException.class, options::params).getMessage();
    assertEquals(flag + " must be a finite number, not NaN", message);
  }

  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin final SamplingOptions sampling;

    Holder(SamplingOptions sampling) {
      this.sampling = sampling;
    }
  }

  @Test
  void aTextThatLooksLikeAParameterStays() {
    Sentence inner = Sentence.of("%s: 100%% of %d", new Parameter("top_p"), 3);
    Sentence sentence = Sentence.of("%s/temperature top_p: %s", "top_k", inner);
    assertEquals("top_k/temperature top_p: top_p: 100% of 3", sentence.toString());
    assertEquals(
        "top_k/temperature top_p: --top-p: 100% of 3",
        Flags.message(new ParameterException(sentence)));
    assertEquals("plain", Flags.message(new IllegalStateException("plain")));
  }
}
