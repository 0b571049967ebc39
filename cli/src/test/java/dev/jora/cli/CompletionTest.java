package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is offered behind an option is what it takes, as its help spells it. */
class CompletionTest {
  @Test
  void everyValueThatIsOfferedIsTaken() {
    int values = 0;
    for (CommandLine command : Main.commands().getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.completionCandidates() == null) {
          continue;
        }
        for (String candidate : option.completionCandidates()) {
          String value = candidate.toLowerCase(Locale.ROOT);
          CommandLine one = Main.command(command.getCommandName());
          CommandLine whole = one == null ? Main.commands() : one;
          String[] words = {option.longestName(), value};
          parse(whole, one == null ? command.getCommandName() : null, words);
          values++;
        }
      }
    }
    assertTrue(values > 30, values + " values");
  }

  private static void parse(CommandLine line, String before, String[] words) {
    try {
      line.setDefaultValueProvider(null);
      line.parseArgs(before == null ? words : new String[] {before, words[0], words[1]});
    } catch (CommandLine.MissingParameterException e) { // of other words
    }
  }

  /** picocli's script has one list of values for a label. */
  @Test
  void optionsOfOneLabelOfferTheSame() {
    for (CommandLine command : Main.commands().getSubcommands().values()) {
      Map<String, List<String>> offered = new HashMap<>();
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.completionCandidates() != null) {
          List<String> values = new ArrayList<>();
          option.completionCandidates().forEach(values::add);
          List<String> before = offered.putIfAbsent(option.paramLabel(), values);
          assertTrue(before == null || before.equals(values), option.longestName());
        }
      }
    }
  }

  @Test
  void valuesAreSmallAsInTheHelp() {
    Matcher values =
        Pattern.compile("_option_args=\\(([^)]*)\\)")
            .matcher(CompletionCommand.bash(Main.commands()));
    assertTrue(values.find());
    values
        .results()
        .forEach(found -> assertFalse(found.group(1).matches(".*[A-Z].*"), found.group()));
  }
}
