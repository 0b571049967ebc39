package dev.jora.cli.words;

import dev.jora.cli.words.ForeignOption.Fate;
import dev.jora.cli.words.ForeignOption.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the words of a command line as llama.cpp does, before they are parsed: an option is a whole
 * word, its values are the words after it, and {@code _} in a long name is {@code -}.
 */
public final class CommandWords {
  private static final Pattern SCALE =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern SCALED = Pattern.compile("(?s).+:" + SCALE.pattern());

  private final String command;
  private final List<String> args;
  private final OwnOptions own;
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> idle = new LinkedHashMap<>();
  private final Positionals positionals;
  private int at;

  private CommandWords(String command, List<String> args, OwnOptions own) {
    this.command = command;
    this.args = args;
    this.own = own;
    this.positionals = new Positionals(command);
  }

  /**
   * Reads a command line.
   *
   * @param command the command's name, of a command below another both
   * @param args what follows it
   * @param own the options that it has itself
   */
  public static Reading read(String command, List<String> args, OwnOptions own) {
    try {
      return new CommandWords(command, args, own).read();
    } catch (IllegalArgumentException e) {
      return new Reading.Refused(e.getMessage());
    }
  }

  /** llama.cpp takes {@code --ctx_size} for {@code --ctx-size}. */
  public static String withHyphens(String word) {
    if (!word.startsWith("--")) {
      return word;
    }
    int end = word.indexOf('=') < 0 ? word.length() : word.indexOf('=');
    return word.substring(0, end).replace('_', '-') + word.substring(end);
  }

  private Reading read() {
    while (at < args.size()) {
      String word = args.get(at++);
      if (word.equals("--")) {
        rest();
      } else if (!isOption(word)) {
        words.addAll(positionals.word(word));
      } else {
        Reading end = option(withHyphens(word));
        if (end != null) {
          return end;
        }
      }
    }
    positionals.check();
    return new Reading.Words(words, idle);
  }

  /** Nothing after {@code --} is an option. */
  private void rest() {
    if (positionals.areOwn()) {
      words.add("--");
    }
    while (at < args.size()) {
      String word = args.get(at++);
      words.addAll(positionals.areOwn() ? List.of(word) : positionals.word(word));
    }
  }

  private static boolean isOption(String word) {
    return word.length() > 1 && word.startsWith("-");
  }

  /** What ends the reading, or null. */
  private Reading option(String word) {
    int end = word.indexOf('=');
    String name = end < 0 ? word : word.substring(0, end);
    String value = end < 0 ? null : word.substring(end + 1);
    int count = own.values(name);
    if (count != OwnOptions.NONE_SUCH) {
      positionals.option(name);
      take(word, name, value == null ? count : 0);
      return null;
    }
    ForeignOption foreign = ForeignOptions.find(command, name);
    if (foreign == null) {
      words.add(word); // for the parser to refuse
      return null;
    }
    return foreign(foreign, name, value);
  }

  /** An option of the command's own, and its values. */
  private void take(String word, String name, int count) {
    switch (count) {
      case OwnOptions.SWITCH -> take(nextIsSwitchWord() ? word : word + "=on", nextIsSwitchWord());
      case OwnOptions.MANY -> {
        if (!nextIsNoOption()) {
          throw new IllegalArgumentException(name + ": a value is missing");
        }
        while (nextIsNoOption()) {
          take(name, true);
        }
      }
      case OwnOptions.PERHAPS_ONE -> take(nextIsNoOption() ? word : word + "=", nextIsNoOption());
      case OwnOptions.SCALED -> scaled(word);
      case OwnOptions.RANGE -> range(word, name);
      default -> take(word, count > 0 && at < args.size());
    }
  }

  /** A file with its scale, which may be a word of its own. */
  private void scaled(String option) {
    take(option, at < args.size());
    if (at < args.size() && SCALE.matcher(args.get(at)).matches()) {
      String file = words.removeLast();
      words.add(SCALED.matcher(file).matches() ? file : file + ":" + args.get(at++));
    }
  }

  /** Two numbers, of which the second may be a word of its own. */
  private void range(String option, String name) {
    take(option, at < args.size());
    if (!words.getLast().contains(",")) {
      if (at == args.size()) {
        throw new IllegalArgumentException(name + ": a value is missing");
      }
      words.add(words.removeLast() + "," + args.get(at++));
    }
  }

  /** A word, and the next one as its value, whatever that is: {@code --} would end the options. */
  private void take(String option, boolean valued) {
    words.add(option);
    if (valued) {
      words.add(args.get(at++));
    }
  }

  private boolean nextIsNoOption() {
    return at < args.size() && !isOption(args.get(at));
  }

  private boolean nextIsSwitchWord() {
    return at < args.size() && ForeignOption.isSwitchWord(args.get(at));
  }

  private Reading foreign(ForeignOption option, String name, String value) {
    switch (option.fate()) {
      case Fate.Prints prints -> {
        return new Reading.Question(prints);
      }
      case Fate.Named named -> {
        return new Reading.Refused(name + ": " + named.sentence());
      }
      case Fate.Means means -> {
        return option(means.option() + (value == null ? "" : "=" + value));
      }
      case Fate.Idle none -> {
        idle.put(name, none.why());
        if (value == null) {
          skipValues(option.values(), name);
        }
        return null;
      }
    }
  }

  private void skipValues(Values values, String name) {
    int count =
        switch (values) {
          case NONE -> 0;
          case ONE -> 1;
          case TWO -> 2;
          case SWITCH -> nextIsSwitchWord() ? 1 : 0;
        };
    if (at + count > args.size()) {
      throw new IllegalArgumentException(name + ": a value is missing");
    }
    at += count;
  }
}
