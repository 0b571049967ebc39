package dev.jora.cli;

import dev.jora.cli.words.NearMiss;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the words it was written in. */
final class ParseMessage {
  /** picocli's way of naming what a value is wrong for. */
  private static final Pattern VALUE =
      Pattern.compile(
          "(?s)Invalid value for (?:option '[^']*'|positional parameter at index \\S+)"
              + "(?: \\([^)]*\\))?: (.*)");

  private ParseMessage() {}

  /** One sentence. */
  static String of(ParameterException e, String[] args) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return of(unmatched);
    }
    Matcher value = VALUE.matcher(e.getMessage());
    if (e.getArgSpec() != null && value.matches()) {
      String name =
          e.getArgSpec() instanceof OptionSpec option
              ? spelled(option, e.getValue(), args)
              : e.getArgSpec().paramLabel();
      return name + ": " + value.group(1);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      boolean isValue = e.getMessage().matches("(?s)(Missing required|Expected) parameter .*");
      if (isValue && missing.getMissing().getFirst() instanceof OptionSpec option) {
        return spelled(option, null, args) + ": a value is missing, " + option.paramLabel();
      }
      List<String> labels = missing.getMissing().stream().map(ParseMessage::label).toList();
      return "missing: " + String.join(", ", labels);
    }
    return e.getMessage();
  }

  private static String label(ArgSpec arg) {
    return arg instanceof OptionSpec option
        ? option.longestName() + " " + option.paramLabel()
        : arg.paramLabel();
  }

  private static String of(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    if (e.isUnknownOption()) {
      return "Unknown option: '" + word + "'";
    }
    return e.getCommandLine().getSubcommands().isEmpty()
        ? "'" + word + "' is not expected here"
        : "there is no command '" + word + "'";
  }

  /** The spelling of an option that has this value, else the last one on the command line. */
  private static String spelled(OptionSpec option, Object value, String[] args) {
    List<String> names = List.of(option.names());
    String last = null;
    for (int i = 0; i < args.length; i++) {
      int end = args[i].startsWith("-") ? args[i].indexOf('=') : -1;
      String name = end < 0 ? args[i] : args[i].substring(0, end);
      if (names.contains(name)) {
        last = name;
        String given =
            end >= 0 ? args[i].substring(end + 1) : i + 1 < args.length ? args[i + 1] : "";
        if (value != null && given.contains(value.toString())) {
          return name;
        }
      }
    }
    return last == null ? option.longestName() : last;
  }

  /** "Did you mean ...", or null where nothing there is comes near. */
  static String suggestion(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return null;
    }
    String word = unmatched.getUnmatched().getFirst();
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    boolean isOption = unmatched.isUnknownOption();
    Collection<String> names =
        isOption
            ? spec.options().stream()
                .filter(option -> !option.hidden())
                .flatMap(option -> Arrays.stream(option.names()))
                .toList()
            : spec.subcommands().keySet();
    if (isOption && word.matches("-\\w-?\\d.*") && names.contains(word.substring(0, 2))) {
      return "A value stands apart: " + word.substring(0, 2) + " " + word.substring(2);
    }
    String before = isOption ? "" : spec.qualifiedName() + " ";
    List<String> near = NearMiss.of(word, names).stream().map(name -> before + name).toList();
    return near.isEmpty() ? null : "Did you mean " + String.join(" or ", near) + "?";
  }
}
