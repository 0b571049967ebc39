package dev.jora.cli;

import dev.jora.cli.common.HelpWidth;
import dev.jora.cli.common.Text;
import dev.jora.cli.terminal.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of a command, as wide as the terminal; examples can be copied at any width. */
final class HelpText {
  /** Where descriptions begin, and how much of a narrow terminal that may be at most. */
  private static final int INDENT = 30;

  private static final int BRIEF_INDENT = 22;
  private static final int COMMAND_INDENT = 23;
  private static final int NARROW = 70;
  private static final int NARROW_INDENT = 10;
  private static final int EXAMPLE_INDENT = 6;

  /** Stands for a space where a line must not be broken. */
  private static final char FIXED = '\u00a0';

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

  /** Sets the help of a command and of all commands below it; exit codes are jora's by default. */
  static void install(CommandLine command) {
    command.setHelpSectionKeys(List.of("all"));
    command.getHelpSectionMap().put("all", help -> full(help.commandSpec()));
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    if (usage.exitCodeList().isEmpty()) {
      Command jora = JoraCommand.class.getAnnotation(Command.class);
      usage.exitCodeList(UsageMessageSpec.keyValuesMap(jora.exitCodeList()));
    }
    command.getSubcommands().values().forEach(HelpText::install);
  }

  /** All of it. */
  static String full(CommandSpec spec) {
    return full(spec, HelpWidth.columns());
  }

  /** All of it, in lines of at most {@code width} columns. */
  static String full(CommandSpec spec, int width) {
    return new HelpText(spec, width).full();
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
        for (String row : broken(line.strip(), "[", "]", width - indent.length())) {
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
      paragraph.append(paragraph.isEmpty() ? "" : " ");
      paragraph.append(paragraph.isEmpty() ? part.stripTrailing() : part.strip());
      if (part.isEmpty() || part.endsWith(".") || part.endsWith(":")) {
        line(paragraph.toString());
        paragraph.setLength(0);
      }
    }
    if (!paragraph.isEmpty()) {
      line(paragraph.toString());
    }
  }

  /** Wrapped, each line as far from the left as the first. */
  private void line(String words) {
    String inner = words.stripLeading();
    String indent = words.substring(0, words.length() - inner.length());
    Columns.wrapped(inner, width - indent.length())
        .forEach(row -> text.append(indent).append(row).append('\n'));
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

  /** Paragraphs and, behind their heading, examples. */
  private void footer(List<String> lines) {
    String heading = String.format(usage.footerHeading());
    text.append(heading);
    boolean examples = heading.strip().equals(EXAMPLES);
    List<String> prose = new ArrayList<>();
    for (String line : lines) {
      if (examples && !line.isEmpty()) {
        example(line);
        continue;
      }
      examples = line.equals(EXAMPLES);
      if (examples || line.isEmpty()) {
        paragraphs(prose);
        prose.clear();
        text.append(line).append('\n');
      } else {
        prose.add(line);
      }
    }
    paragraphs(prose);
  }

  /** In one line or, where that is too long, in lines that a shell takes for one. */
  private void example(String line) {
    if (Columns.of(line) <= width) {
      text.append(line).append('\n');
      return;
    }
    int columns = width - EXAMPLE_INDENT - " \\".length();
    List<String> rows = broken(line.strip(), "'\"", "'\"", columns);
    String indent = "  ";
    for (String row : rows) {
      text.append(indent).append(row).append(row == rows.getLast() ? "\n" : " \\\n");
      indent = " ".repeat(EXAMPLE_INDENT);
    }
  }

  /** Lines that are not broken between an opening and its closing sign, if they can be such. */
  private static List<String> broken(String line, String opening, String closing, int columns) {
    StringBuilder fixed = new StringBuilder();
    StringBuilder awaited = new StringBuilder();
    for (char c : line.toCharArray()) {
      int last = awaited.length() - 1;
      int kind = opening.indexOf(c);
      if (last >= 0 && awaited.charAt(last) == c) {
        awaited.setLength(last);
      } else if (kind >= 0 && (last < 0 || !opening.equals(closing))) {
        awaited.append(closing.charAt(kind));
      }
      fixed.append(c == ' ' && !awaited.isEmpty() ? FIXED : c);
    }
    boolean fits =
        Arrays.stream(fixed.toString().split(" ")).allMatch(word -> Columns.of(word) <= columns);
    return Columns.wrapped(fits ? fixed.toString() : line, columns).stream()
        .map(row -> row.replace(FIXED, ' '))
        .toList();
  }

  /** The list of commands alone. */
  static String commandList(CommandSpec spec) {
    HelpText help = new HelpText(spec, HelpWidth.columns());
    help.commands();
    return help.text.toString();
  }
}
