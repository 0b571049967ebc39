package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.terminal.Columns;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The help of all commands at widths that terminals have. */
class HelpTextTest {
  private static List<CommandSpec> all(CommandLine command) {
    List<CommandSpec> specs = new ArrayList<>(List.of(command.getCommandSpec()));
    command.getSubcommands().values().forEach(sub -> specs.addAll(all(sub)));
    return specs;
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 72, 80, 100, 132})
  void noLineIsWiderThanTheTerminal(int width) {
    for (CommandSpec spec : all(Main.commands())) {
      for (String line : HelpText.full(spec, width).split("\n")) {
        assertTrue(Columns.of(line) <= width, spec.qualifiedName() + ": " + line);
        assertEquals(line.stripTrailing(), line, spec.qualifiedName());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 60, 80, 200})
  void examplesAndProseAreAllThereAtAnyWidth(int width) {
    for (CommandSpec spec : all(Main.commands())) {
      String help = HelpText.full(spec, width);
      String joined = help.replaceAll(" \\\\\n +", " "); // as a shell does it
      boolean examples = spec.usageMessage().footerHeading().contains("Examples:");
      for (String line : spec.usageMessage().footer()) {
        if (examples && !line.isEmpty()) {
          assertTrue(joined.contains("\n" + line + "\n"), spec.qualifiedName() + ": " + help);
        }
        examples = line.equals("Examples:") || examples && !line.isEmpty();
        String words = help.replaceAll("\\s+", " ").replace("\\ ", "");
        assertTrue(words.contains(line.strip().replaceAll("\\s+", " ")), line + " in: " + help);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80})
  void whatCanBeLeftOutStaysInOneLine(int width) {
    String chat = HelpText.full(Main.command("chat").getCommandSpec(), width);
    assertTrue(chat.contains("[\"FIRST WORDS\"]"), chat);
    String bench = HelpText.full(Main.command("bench").getCommandSpec(), width);
    assertTrue(bench.contains("[MODEL.gguf... | -m FILE[,FILE...]]"), bench);
    assertTrue(bench.contains("[--synthetic SHAPE:TYPE]"), bench);
  }
}
