package dev.jora.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Defaults from the environment: {@code --ctx-size} reads {@code JORA_CTX_SIZE}, then llama.cpp's
 * {@code LLAMA_ARG_CTX_SIZE}. The command line wins over both.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  /** llama.cpp's names that do not follow from the long option. */
  private static final Map<String, String> LLAMA_NAMES =
      Map.of(
          "--batch-size", "LLAMA_ARG_BATCH",
          "--ubatch-size", "LLAMA_ARG_UBATCH",
          "--rope-scaling", "LLAMA_ARG_ROPE_SCALING_TYPE");

  private static final List<String> TRUE = List.of("1", "on", "yes", "enabled", "true");
  private static final List<String> FALSE = List.of("0", "off", "no", "disabled", "false");

  private final UnaryOperator<String> environment;

  EnvironmentDefaults(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    String value = variable(arg).map(environment).orElse(null);
    return value != null && ((OptionSpec) arg).type() == boolean.class ? flag(value) : value;
  }

  /** The variable that an option is set by, if one is. */
  Optional<String> variable(ArgSpec arg) {
    // A variable must not turn every command into its help: JORA_VERSION may well mean else.
    if (!(arg instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return Optional.empty();
    }
    List<String> names =
        Arrays.stream(option.names()).filter(name -> name.startsWith("--")).toList();
    return Stream.concat(
            names.stream().map(name -> "JORA_" + upper(name)),
            names.stream().map(name -> LLAMA_NAMES.getOrDefault(name, "LLAMA_ARG_" + upper(name))))
        .filter(name -> environment.apply(name) != null)
        .findFirst();
  }

  /** The words that llama.cpp takes for a flag; others are left for picocli to refuse. */
  private static String flag(String value) {
    String word = value.toLowerCase(Locale.ROOT);
    return TRUE.contains(word) ? "true" : FALSE.contains(word) ? "false" : value;
  }

  private static String upper(String longName) {
    return longName.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
