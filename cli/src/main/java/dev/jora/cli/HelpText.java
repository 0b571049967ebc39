package dev.jora.cli;

import dev.jora.cli.terminal.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of a command: prose and options as wide as the terminal, examples as they are. */
final class HelpText {
  /** Where descriptions begin, and how much of a narrow terminal that may be at most. */
  private static final int INDENT = 30;

  private static final int BRIEF_INDENT = 20;
  private static final int COMMAND_INDENT = 23;
  private static final int NARROW = 70;
  private static final int NARROW_INDENT = 10;

  /** What stands above examples, among the last lines too where these have another heading. */
  private static final String EXAMPLES = "Examples:";

  private final CommandSpec spec;
  private final UsageMessageSpec usage;
  private final int width;
  private final StringBuilder text = new StringBuilder();

  private HelpText(CommandSpec spec, int width) {
    this.spec = spec;
    this.usage = spec.usageMessage();
    this.width = width;
  }

  /** All of it. */
  static String full(CommandSpec spec) {
    return new HelpText(spec, HelpWidth.columns()).full();
  }

  /** What matters most, where there is more than fits on a screen. */
  static String brief(CommandSpec spec) {
    List<String> names = GroupedHelp.brief(spec.name());
    return names.isEmpty() ? full(spec) : new HelpText(spec, HelpWidth.columns()).brief(names);
  }

  private String full() {
    synopsis();
    paragraphs(List.of(usage.description()));
    arguments();
    GroupedHelp.options(spec).forEach(group -> options(group.getKey(), group.getValue()));
    commands();
    if (!usage.exitCodeList().isEmpty()) {
      text.append("\nExit codes:\n");
      usage.exitCodeList().forEach((code, meaning) -> entry("  " + code, meaning, 8));
    }
    footer(List.of(usage.footer()));
    return text.toString();
  }

  private String brief(List<String> names) {
    synopsis();
    paragraphs(List.of(usage.description()[0]));
    arguments();
    text.append('\n');
    for (String name : names) {
      OptionSpec option = spec.optionsMap().get(name);
      String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
      String what = String.join(" ", option.description()).split("\\.(?: |$)|;")[0];
      entry("  " + name + value, Columns.shortened(what, width - BRIEF_INDENT), BRIEF_INDENT);
    }
    List<String> lines = List.of(usage.footer());
    List<String> examples = lines.subList(lines.indexOf(EXAMPLES) + 1, lines.size());
    text.append('\n').append(EXAMPLES).append('\n');
    examples.stream().limit(3).forEach(line -> text.append(line).append('\n'));
    text.append('\n');
    line(spec.qualifiedName() + " --help lists all " + spec.options().size() + " options.");
    return text.toString();
  }

  private void synopsis() {
    String[] custom = usage.customSynopsis();
    if (custom.length > 0) {
      String indent = " ".repeat("Usage: ".length());
      String before = "Usage: ";
      for (String line : custom) {
        for (String row : Columns.wrapped(line.strip(), width - indent.length())) {
          text.append(before).append(row).append('\n');
          before = indent;
        }
      }
    } else {
      String below = usage.synopsisSubcommandLabel();
      text.append("Usage: ").append(spec.qualifiedName()).append(" [OPTIONS] ");
      text.append(spec.subcommands().isEmpty() ? "" : below).append('\n');
    }
  }

  /** Lines of which one goes on in the next unless it ends a sentence. */
  private void paragraphs(List<String> lines) {
    StringBuilder paragraph = new StringBuilder();
    for (String part : lines) {
      paragraph.append(paragraph.isEmpty() ? "" : " ").append(part);
      if (part.isEmpty() || part.endsWith(".") || part.endsWith(":")) {
        line(paragraph.toString().strip());
        paragraph.setLength(0);
      }
    }
    if (!paragraph.isEmpty()) {
      line(paragraph.toString());
    }
  }

  private void line(String words) {
    Columns.wrapped(words, width).forEach(row -> text.append(row).append('\n'));
  }

  private void arguments() {
    if (!spec.positionalParameters().isEmpty()) {
      text.append('\n');
      spec.positionalParameters()
          .forEach(arg -> entry("  " + arg.paramLabel(), String.join(" ", arg.description())));
    }
  }

  private void options(String heading, List<OptionSpec> options) {
    text.append('\n').append(heading).append(":\n");
    options.forEach(option -> entry(left(option), option));
  }

  /** Its names, the short one first, and what it takes. */
  private static String left(OptionSpec option) {
    List<String> names =
        Stream.concat(
                Arrays.stream(option.names()).filter(name -> !name.startsWith("--")),
                Arrays.stream(option.names()).filter(name -> name.startsWith("--")))
            .map(name -> option.negatable() ? name.replaceFirst("^--", "--[no-]") : name)
            .collect(Collectors.toCollection(ArrayList::new));
    String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    boolean optional = option.arity().max() > 0 && option.arity().min() == 0;
    String indent = names.getFirst().startsWith("--") ? "      " : "  ";
    return indent + String.join(", ", names) + (optional ? " [" + value.strip() + "]" : value);
  }

  private void entry(String left, OptionSpec option) {
    entry(left, String.join(" ", option.description()));
  }

  private void entry(String left, String description) {
    entry(left, description, width < NARROW ? NARROW_INDENT : INDENT);
  }

  /** Two columns; the right one begins on a line of its own where the left one is too long. */
  private void entry(String left, String description, int indent) {
    List<String> rows = Columns.wrapped(description, width - indent);
    boolean fits = left.length() + 2 <= indent;
    text.append(fits ? Text.padded(left, indent) + rows.getFirst() : left).append('\n');
    rows.subList(fits ? 1 : 0, rows.size())
        .forEach(row -> text.append(" ".repeat(indent)).append(row).append('\n'));
  }

  private void commands() {
    for (Map.Entry<String, List<String>> group : GroupedHelp.commands(spec).entrySet()) {
      text.append('\n').append(group.getKey()).append(":\n");
      for (String name : group.getValue()) {
        CommandLine command = spec.subcommands().get(name);
        String first = command.getCommandSpec().usageMessage().description()[0];
        entry("  " + name, first, COMMAND_INDENT);
      }
    }
  }

  /** As it stands: nobody could copy an example that was broken. */
  private void footer(List<String> lines) {
    text.append(String.format(usage.footerHeading()));
    lines.forEach(line -> text.append(line).append('\n'));
  }

  /** The list of commands alone. */
  static String commandList(CommandSpec spec) {
    HelpText help = new HelpText(spec, HelpWidth.columns());
    help.commands();
    return help.text.toString();
  }
}
