package dev.jora.cli.chat;

import dev.jora.cli.common.EscapeOptions;
import dev.jora.cli.common.GrammarOptions;
import dev.jora.cli.common.GrammarSource;
import dev.jora.cli.common.GuidanceSettings;
import dev.jora.cli.common.SamplingOptions;
import dev.jora.cli.common.UserException;
import dev.jora.sampling.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Settings of a conversation that can be changed between answers: the options of {@code jora chat}
 * for drawing tokens, by their names, so that what an option can be is written down once.
 */
@Command
final class ChatSettings {
  /** How a setting's name is written in files and by whoever prefers it: {@code top_k}. */
  private static final char UNDERSCORE = '_';

  @Option(
      names = {"-n", "--predict", "--n-predict"},
      paramLabel = "N",
      description = "Most tokens of an answer; -1: until it or the context ends (default: -1).")
  int predict = -1;

  @Option(
      names = {"-r", "--reverse-prompt"},
      paramLabel = "TEXT",
      description = "End an answer before this text; repeatable.")
  List<String> stops = new ArrayList<>();

  @Option(
      names = "--show-timings",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "The line below an answer: model, tokens, speed (default: shown).")
  boolean timings = true;

  private List<String> ends = List.of();

  @Mixin SamplingOptions sampling = new SamplingOptions();
  @Mixin GrammarOptions grammar = new GrammarOptions();
  @Mixin GuidanceSettings guidance = new GuidanceSettings();

  /** Options as they are without any on a command line. */
  private static CommandSpec defaults() {
    return new CommandLine(new ChatSettings()).getCommandSpec();
  }

  /** Names of all settings, without the hyphens. */
  static List<String> names() {
    return defaults().options().stream().map(ChatSettings::name).sorted().toList();
  }

  private static String name(OptionSpec option) {
    String name =
        Arrays.stream(option.names()).filter(n -> n.startsWith("--")).findFirst().orElseThrow();
    return name.substring(2);
  }

  /**
   * Changes a setting.
   *
   * @param name as the option's, with or without hyphens before it
   * @param values one, or several where the option is repeatable
   * @param check throws if the settings cannot be so
   * @throws UserException if there is no such setting or it cannot have this value
   */
  void set(String name, List<String> values, Consumer<ChatSettings> check) {
    List<OptionSpec> forms = forms(this, name);
    OptionSpec own = forms.getFirst();
    CommandLine line = new CommandLine(new ChatSettings());
    OptionSpec option = line.getCommandSpec().findOption(own.longestName());
    try {
      line.parseArgs(
          values.stream().map(value -> own.longestName() + "=" + value).toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UserException(name + " cannot be '" + String.join("', '", values) + "'", e);
    }
    Map<OptionSpec, Object> old = values(forms);
    unset(forms);
    own.setValue(option.getValue());
    try {
      check();
      check.accept(this);
    } catch (RuntimeException e) {
      old.forEach(OptionSpec::setValue);
      throw new UserException(name + ": " + e.getMessage(), e);
    }
  }

  /** Takes its texts as they are meant; once, before any is used. */
  void unescape(EscapeOptions escapes) {
    stops.replaceAll(escapes::text);
    sampling.unescape(escapes);
    grammar.unescape(escapes);
    guidance.unescape(escapes);
  }

  /** Refuses what cannot be. */
  void check() {
    sampling.params();
    grammar.source();
    guidance.check();
    sampling.banned();
    if (predict < -2) {
      throw UserException.usage("-n must be -1, -2 (both: no limit) or more, not " + predict);
    }
  }

  /** True if a setting's text has escapes of its own. */
  static boolean isNotation(String name) {
    return GrammarOptions.NOTATIONS.contains(name.replaceFirst("^-*", "").replace(UNDERSCORE, '-'));
  }

  /** Gives a setting the value it has without any option. */
  void unset(String name) {
    unset(forms(this, name));
  }

  private static void unset(List<OptionSpec> options) {
    CommandSpec defaults = defaults();
    options.forEach(o -> o.setValue(defaults.findOption(o.longestName()).getValue()));
  }

  private static Map<OptionSpec, Object> values(List<OptionSpec> options) {
    Map<OptionSpec, Object> values = new HashMap<>();
    options.forEach(option -> values.put(option, option.getValue()));
    return values;
  }

  /** The value of a setting. */
  String value(String name) {
    return Objects.toString(option(this, name).getValue());
  }

  /** All settings that are not what they are by default, by name in alphabetical order. */
  Map<String, Object> changed() {
    Map<String, Object> changed = new TreeMap<>();
    CommandSpec defaults = defaults();
    for (OptionSpec option : new CommandLine(this).getCommandSpec().options()) {
      Object value = option.getValue();
      if (!Objects.toString(value)
          .equals(Objects.toString(defaults.findOption(option.longestName()).getValue()))) {
        Object plain = value instanceof Path file ? file.toString() : value;
        changed.put(name(option).replace('-', UNDERSCORE), plain);
      }
    }
    return changed;
  }

  /**
   * Takes settings of a file; what is unknown here is passed over, as files of other programs have
   * other settings. If one cannot be, none is taken.
   *
   * @param given names of options on the command line, which win
   * @param check throws if the settings cannot be so
   */
  void take(Map<String, Object> settings, List<String> given, Consumer<ChatSettings> check) {
    Map<OptionSpec, Object> old = values(new CommandLine(this).getCommandSpec().options());
    try {
      settings.entrySet().stream() // how a schema is read before the schema
          .sorted(Comparator.comparing(setting -> isForm(setting.getKey())))
          .forEach(setting -> take(setting.getKey(), setting.getValue(), given));
      check.accept(this);
    } catch (RuntimeException e) {
      old.forEach(OptionSpec::setValue);
      throw e;
    }
  }

  private void take(String name, Object value, List<String> given) {
    OptionSpec option = find(this, name);
    boolean isGiven =
        option != null
            && forms(this, name).stream()
                .flatMap(form -> Arrays.stream(form.names()))
                .anyMatch(given::contains);
    if (option != null && !isGiven && value != null) {
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      if (!values.stream().allMatch(ChatSettings::isPlain)) {
        throw new UserException(name + " cannot be " + value);
      }
      set(name, values.stream().map(Object::toString).toList(), settings -> {});
    }
  }

  private boolean isForm(String name) {
    OptionSpec option = find(this, name);
    return option != null && GrammarOptions.FORMS.contains(option.longestName());
  }

  private static boolean isPlain(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  /** The option of a setting, and behind it those that say the same in another form. */
  private static List<OptionSpec> forms(ChatSettings settings, String name) {
    OptionSpec option = option(settings, name);
    if (!GrammarOptions.FORMS.contains(option.longestName())) {
      return List.of(option);
    }
    List<OptionSpec> forms = new ArrayList<>(List.of(option));
    for (String other : GrammarOptions.FORMS) {
      if (!other.equals(option.longestName())) {
        forms.add(option.command().findOption(other));
      }
    }
    return forms;
  }

  private static OptionSpec option(ChatSettings settings, String name) {
    OptionSpec option = find(settings, name);
    if (option == null) {
      throw new UserException("there is no setting '" + name + "': /set lists them");
    }
    return option;
  }

  private static OptionSpec find(ChatSettings settings, String name) {
    String plain = name.replaceFirst("^-*", "").replace(UNDERSCORE, '-');
    CommandSpec spec = new CommandLine(settings).getCommandSpec();
    OptionSpec option = spec.findOption("--" + plain);
    return option != null ? option : spec.findOption("-" + plain);
  }

  /** Sets the texts that end an answer besides, which are nobody's to change. */
  void end(List<String> texts) {
    ends = List.copyOf(texts);
  }

  /** All texts that end an answer. */
  List<String> allStops() {
    List<String> all = new ArrayList<>(stops);
    all.addAll(ends);
    return all;
  }

  /** What answers are held to, or null. */
  GrammarSource grammar() {
    return grammar.source();
  }

  /** How the n-th answer is drawn: the same seed for all would give a second try the same words. */
  SamplingParams params(int answer) {
    return sampling.params(answer);
  }
}
